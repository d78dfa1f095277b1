// Loads the history of the conversation that is open. A shell.

import { ApiError } from "./api.js";
import { LIMITS } from "./codes.js";

/**
 * @typedef {"idle" | "loading" | "ready" | "error" | "missing"} HistoryState
 * @typedef {import("./types.js").MessageEvent} MessageEvent
 */

export class History {
  /**
   * @param {{
   *   api: {get(path: string): Promise<any>}, world(): import("./world.js").World | null,
   *   onChange(): void, onLoaded(id: string): void
   * }} given
   */
  constructor(given) {
    this.given = given;
    /** @type {Map<string, HistoryState>} */
    this.states = new Map();
    /** Those the server told of while their history was on its way. */
    this.told = new Set();
    /** @type {Map<string, ApiError>} why the last load failed */
    this.faults = new Map();
    this.isLoadingOlder = false;
    /** @type {ApiError | null} why the page before what is here did not come */
    this.olderFault = null;
  }

  /** @param {string} id */
  stateOf(id) {
    return this.states.get(id) ?? "idle";
  }

  /**
   * Load the newest page, unless it is here or on its way.
   * @param {string} id
   */
  async load(id) {
    const world = this.given.world();
    if (!world || !id || this.stateOf(id) === "loading" || this.stateOf(id) === "ready") return;
    this.#enter(id, "loading");
    this.told.delete(id);
    const log = world.open(id);
    try {
      const page = await this.given.api.get(`conversations/${id}/messages?limit=${LIMITS.history_page}`);
      log.seed(page.items.map(asEvent), page.last_seq, page.has_more);
      this.#enter(id, "ready");
      this.given.onLoaded(id);
    } catch (fault) {
      const known = asKnown(fault);
      this.faults.set(id, known);
      this.#enter(id, known.kind === "NOT_FOUND" ? "missing" : "error");
      // The answer may be older than what the server has told since.
      if (this.told.has(id)) this.tell(id);
    }
  }

  /**
   * Load it again from the beginning.
   * @param {string} id
   * @param {number} [known]  the newest number, where it was told
   */
  reload(id, known) {
    this.given.world()?.open(id).reset(known);
    this.states.set(id, "idle");
    return this.load(id);
  }

  /**
   * Load the page before what is here.
   * @param {string} id
   */
  async loadOlder(id) {
    const log = this.given.world()?.logs.get(id);
    if (!log?.hasOlder || this.isLoadingOlder) return;
    this.isLoadingOlder = true;
    this.olderFault = null;
    this.given.onChange();
    const before = log.events[0]?.seq ?? log.last + 1;
    try {
      const page = await this.given.api.get(
        `conversations/${id}/messages?before_seq=${before}&limit=${LIMITS.history_page}`,
      );
      log.prepend(page.items.map(asEvent), page.has_more);
    } catch (fault) {
      // What is here stays.
      this.olderFault = asKnown(fault);
    } finally {
      this.isLoadingOlder = false;
      this.given.onChange();
    }
  }

  /**
   * Load older pages, a few at most, until this number is here.
   * @param {string} id
   * @param {number} seq
   */
  async loadBackTo(id, seq) {
    const log = this.given.world()?.logs.get(id);
    for (let page = 0; page < 3 && log?.hasOlder && log.events[0]?.seq > seq; page += 1) await this.loadOlder(id);
  }

  /** The line is back: what failed is tried again. */
  retryFailed() {
    for (const [id, state] of this.states) if (state === "error") void this.load(id);
    this.olderFault = null;
  }

  /**
   * The server has told of this conversation: it exists, whatever an answer said.
   * @param {string} id
   */
  tell(id) {
    this.told.add(id);
    if (this.stateOf(id) === "missing") void this.load(id);
  }

  /**
   * @param {string} id
   * @param {HistoryState} state
   */
  #enter(id, state) {
    this.states.set(id, state);
    this.given.onChange();
  }
}

/**
 * @param {unknown} fault
 * @returns {ApiError}
 */
function asKnown(fault) {
  return fault instanceof ApiError ? fault : new ApiError("page_failed", { cause: fault });
}

/**
 * @param {Omit<MessageEvent, "type">} message
 * @returns {MessageEvent}
 */
function asEvent(message) {
  return { type: "message", ...message };
}
