// Decides when Reflex's own socket may connect. Without this, every page would reconnect it at once
// and at the same moment. It reconnects after the messaging socket, with a random delay, and never
// delays it: a browser opens one socket to a host at a time (RFC 6455, 4.1), so a hanging attempt
// of Reflex's socket would block the messaging socket. Pure: what it needs is passed in.

import { reconnectDelay } from "../base/backoff.js";
import { CONNECT_RULES, VISIBLE } from "../generated/codes.js";
import { cleaned } from "../base/well_formed.js";

const SPREAD_MS = 2_000;

/**
 * @typedef {import("./state_machine.js").Model} Model
 * @typedef {{begin(): void, giveUp(): void}} Attempt
 */

export class ReflexSocket {
  /**
   * @param {{
   *   model(): Model | null, account: {id: string, isOwn: boolean}, onChange(): void, now(): number, random(): number,
   *   setTimer(work: () => void, delayMs: number): any, calls: Record<string, (fields: any) => void>
   * }} deps  `model`: the state of the messaging connection; null without an account; `account`: whose page this is;
   *   `calls`: what handlers of the server may ask of the page
   */
  constructor(deps) {
    this.deps = deps;
    this.tries = 0;
    this.upAt = 0;
    /** @type {number | null} since when the controls do not answer (epoch ms); null while they do */
    this.downSince = null;
    /** @type {Attempt | null} the attempt that waits for the messaging connection */
    this.waiting = null;
    /** @type {Attempt | null} the attempt in progress */
    this.connecting = null;
  }

  /** What the address of the socket says besides: for which account it is. */
  get query() {
    const { id } = this.deps.account;
    return id ? { user_id: id } : {};
  }

  /**
   * A handler of the server asks something of this page.
   * @param {{call: string, fields: any}} event
   */
  called({ call, fields }) {
    if (Object.hasOwn(this.deps.calls, call)) this.deps.calls[call](fields);
  }

  /**
   * Called instead of connecting: decides when it happens.
   * @param {() => void} begin
   * @param {() => void} giveUp  end it while it is under way
   */
  beforeConnect(begin, giveUp) {
    this.waiting = { begin, giveUp };
    this.connectionChanged();
  }

  /** The messaging connection changed: a waiting attempt may start, a blocking one is cancelled. */
  connectionChanged() {
    if (!this.#isFree) {
      this.waiting ??= this.connecting;
      this.connecting?.giveUp();
      this.connecting = null;
    } else if (this.waiting) {
      this.#plan(this.waiting);
      this.waiting = null;
    }
  }

  get #leads() {
    const model = this.deps.model();
    return model && model.state !== "CLOSED" ? model.state : "";
  }

  get #isFree() {
    return this.deps.account.isOwn && ["", "CONNECTED"].includes(this.#leads);
  }

  /** @param {Attempt} attempt */
  #plan(attempt) {
    const random = this.deps.random();
    const isFirst = this.tries === 0 && this.#leads;
    this.deps.setTimer(() => this.#begin(attempt), isFirst ? random * SPREAD_MS : reconnectDelay(VISIBLE, this.tries, random));
    this.tries += 1;
  }

  /** @param {Attempt} attempt */
  #begin(attempt) {
    if (this.#isFree) {
      this.connecting = attempt;
      attempt.begin();
    } else {
      this.waiting ??= attempt;
    }
  }

  /**
   * What a control sends to the server, with texts that can be written as UTF-8.
   * @param {unknown} event
   */
  outgoing(event) {
    return cleaned(event);
  }

  /** The page was loaded: from now on its controls are expected to answer. */
  begin() {
    if (!this.upAt) this.downSince = this.deps.now();
  }

  up() {
    this.connecting = null;
    this.upAt = this.deps.now();
    this.downSince = null;
    this.deps.onChange();
  }

  down() {
    this.connecting = null;
    const now = this.deps.now();
    if (this.downSince === null && this.upAt && now - this.upAt >= CONNECT_RULES.stable_ms) this.tries = 0;
    this.downSince ??= now;
    this.deps.onChange();
  }
}
