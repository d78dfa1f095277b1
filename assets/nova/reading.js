// Tells the server what arrived here and what was seen. A shell.

import * as frames from "./frames.js";

const READ_AFTER_MS = 400;

export class Reading {
  /**
   * @param {{
   *   send(text: string): boolean, isWatching(): boolean, activeId(): string,
   *   readUpTo(id: string, seq: number): boolean
   * }} given  `isWatching`: the newest message is in view of somebody
   */
  constructor(given) {
    this.given = given;
    /** @type {Map<string, number>} */
    this.arrived = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * A message of somebody else is here.
   * @param {string} id
   * @param {number} seq
   */
  receive(id, seq) {
    if (this.arrived.size === 0) queueMicrotask(() => this.#tellArrived());
    this.arrived.set(id, Math.max(seq, this.arrived.get(id) ?? 0));
  }

  /**
   * Something may have been seen: tell it after a moment, if it is still in view then.
   * @param {() => number} newest  the newest number that is drawn, 0 for none
   */
  look(newest) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const [id, seq] = [this.given.activeId(), newest()];
      if (!id || !seq || !this.given.isWatching()) return;
      if (this.given.readUpTo(id, seq)) this.given.send(frames.position("read", id, seq));
    }, READ_AFTER_MS);
  }

  #tellArrived() {
    const arrived = [...this.arrived];
    this.arrived.clear();
    for (const [id, seq] of arrived) this.given.send(frames.position("delivered", id, seq));
  }
}
