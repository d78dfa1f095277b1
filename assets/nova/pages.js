// The socket of the pages' controls (Reflex's own), tamed: by itself it would dial at once and
// without chance, everybody together. It comes back after the messages did, spread out.

import { reconnectDelay } from "./backoff.js";
import { DIALS, VISIBLE } from "./codes.js";

const SPREAD_MS = 2_000;

/** @typedef {import("./machine.js").Model} Model */

export class Pages {
  /**
   * @param {{
   *   model(): Model | null, onChange(): void, now(): number, random(): number,
   *   setTimer(work: () => void, delayMs: number): any
   * }} given  `model`: how the messages' connection stands; null where nobody is signed in
   */
  constructor(given) {
    this.given = given;
    this.tries = 0;
    this.upAt = 0;
    /** @type {number | null} since when the controls do not answer (epoch ms); null while they do */
    this.downSince = null;
    /** @type {(() => void) | null} */
    this.waiting = null;
  }

  /**
   * Called in place of a dial: decides when it happens.
   * @param {() => void} dial
   */
  beforeDial(dial) {
    this.waiting = dial;
    this.moved();
  }

  /** The messages' connection moved on; a dial that waits for it may go. */
  moved() {
    const model = this.given.model();
    const isLeader = model !== null && model.state !== "CLOSED";
    if (!this.waiting || (isLeader && model.state !== "CONNECTED")) return;
    const dial = this.waiting;
    this.waiting = null;
    const first = isLeader ? this.given.random() * SPREAD_MS : reconnectDelay(VISIBLE, 0, this.given.random());
    const delay = this.tries === 0 ? first : reconnectDelay(VISIBLE, this.tries, this.given.random());
    this.tries += 1;
    this.given.setTimer(dial, delay);
  }

  /** The page was loaded: from now on its controls are expected to answer. */
  begin() {
    if (!this.upAt) this.downSince = this.given.now();
  }

  up() {
    this.upAt = this.given.now();
    this.downSince = null;
    this.given.onChange();
  }

  down() {
    const now = this.given.now();
    if (this.downSince === null && this.upAt && now - this.upAt >= DIALS.stable_ms) this.tries = 0;
    this.downSince ??= now;
    this.given.onChange();
  }
}
