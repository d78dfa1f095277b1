// What one browser holds of one conversation: events in the order of their numbers. Pure.
//
//   unseeded --seed(history)--> seeded: `events` has no gap up to `last`
//
// An event is shown only when everything before it is here; what lies behind a gap is held
// until the gap was fetched. An event that is here already changes nothing.

import { LIMITS } from "./codes.js";

/** @typedef {import("./types.js").LogEvent} LogEvent */

export class ConversationLog {
  constructor() {
    /** @type {LogEvent[]} ascending, gap-free in its numbers up to `last` */
    this.events = [];
    /** The cursor: everything up to this number was seen (older history may still be unloaded). */
    this.last = 0;
    this.seeded = false;
    /** There are older messages that were not loaded. */
    this.hasOlder = false;
    /** @type {Map<number, LogEvent>} behind a gap, or before the history came */
    this.held = new Map();
  }

  /**
   * Take one event, live or replayed.
   * @param {LogEvent} event
   * @returns {LogEvent[]} what can be shown because of it, ascending
   */
  receive(event) {
    if (this.seeded && event.seq <= this.last) return [];
    this.held.set(event.seq, event);
    return this.seeded ? this.#release() : [];
  }

  /**
   * Begin with the newest page of history.
   * @param {LogEvent[]} events  ascending
   * @param {number} lastSeq  the conversation's newest number when the page was read
   * @param {boolean} hasOlder
   * @returns {LogEvent[]} held events that can be shown now
   */
  seed(events, lastSeq, hasOlder) {
    this.events = [...events];
    this.last = lastSeq;
    this.hasOlder = hasOlder;
    this.seeded = true;
    for (const seq of [...this.held.keys()]) if (seq <= lastSeq) this.held.delete(seq);
    return this.#release();
  }

  /**
   * Put older history before what is here.
   * @param {LogEvent[]} events  ascending
   * @param {boolean} hasOlder
   */
  prepend(events, hasOlder) {
    const first = this.events.length ? this.events[0].seq : this.last + 1;
    this.events = [...events.filter((event) => event.seq < first), ...this.events];
    this.hasOlder = hasOlder;
  }

  /** Forget everything: the gap is too large, history is loaded again. */
  reset() {
    this.events = [];
    this.held.clear();
    this.last = 0;
    this.seeded = false;
    this.hasOlder = false;
  }

  /**
   * The gap before the first held event, to be fetched; null if there is none.
   * @returns {{after_seq: number, until_seq: number} | null}
   */
  get gap() {
    if (!this.seeded || this.held.size === 0) return null;
    const next = Math.min(...this.held.keys());
    const until = Math.min(next - 1, this.last + LIMITS.events_range_max);
    return { after_seq: this.last, until_seq: until };
  }

  #release() {
    /** @type {LogEvent[]} */
    const shown = [];
    for (;;) {
      const event = this.held.get(this.last + 1);
      if (!event) break;
      this.held.delete(event.seq);
      this.last = event.seq;
      shown.push(event);
    }
    if (shown.length) this.events = [...this.events, ...shown];
    return shown;
  }
}
