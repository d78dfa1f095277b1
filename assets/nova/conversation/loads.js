// What is loaded for the open conversation, and what its state says of it: at either edge of the window, and for a jump.
// A shell over that state.

import { asApiError } from "../http/api.js";
import { LOAD as IDLE } from "../generated/stores/conversation.js";

/**
 * @typedef {import("../generated/types.js").Load} Load
 *   `missing`: there is no such message; `later`: nothing was written from that day on
 * @typedef {"older" | "newer" | "jump"} Name
 */

/** @type {Load} */
const LOADING = { ...IDLE, state: "loading" };

export class Loads {
  /** @param {import("./conversation_state.js").StateStore} state  changed here in `older`, `newer` and `jump` */
  constructor(state) {
    this.state = state;
    /** @type {Set<Name>} those whose last part is rendered: more may be loaded there, and it is not said in between that none is */
    this.ending = new Set();
  }

  /**
   * Whether more may be loaded there.
   * @param {Name} name
   * @param {boolean} isAsked  by the user: also after a failure
   */
  mayBegin(name, isAsked) {
    const { state } = this.state.get()[name];
    return state === "" || this.ending.has(name) || (isAsked && state === "error");
  }

  /** @param {Name} name */
  begin(name) {
    this.ending.delete(name);
    this.#set(name, LOADING);
  }

  /** @param {Name} name  of which the last part is rendered next */
  beginLast(name) {
    this.ending.add(name);
  }

  /** @param {Name} name  which has ended, unless more is being loaded there by now */
  end(name) {
    if (this.ending.delete(name)) this.#set(name, IDLE);
  }

  /** Another part of the conversation is shown: nothing is loaded at its edges. */
  reset() {
    this.ending.clear();
    this.state.set({ older: IDLE, newer: IDLE });
  }

  /**
   * @param {Name} name
   * @param {unknown} fault
   */
  fail(name, fault) {
    const { code, message } = asApiError(fault);
    this.#set(name, /** @type {Load} */ ({ state: "error", code, text: message }));
  }

  /**
   * @param {Name} name
   * @param {Load} load
   */
  #set(name, load) {
    this.state.set({ [name]: load });
  }
}
