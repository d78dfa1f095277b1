// The events of one conversation that this browser has, in the order of their numbers. Pure.
//
//   unseeded --seed(history)--> seeded: `events` has no gap up to `last`
//
// An event is shown only when everything before it is here; what follows a gap is held
// until the gap was fetched. An event that is here already changes nothing.

import { LIMITS } from "../generated/codes.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {{after_seq: number, until_seq: number}} Gap
 */

const ASK_AGAIN_MS = 2_000;
/** So many events are kept at most, the newest ones: older ones are read from the server when they are shown. */
const KEPT_MAX = 300;

export class ConversationLog {
  constructor() {
    /** @type {LogEvent[]} ascending, gap-free in its numbers up to `last`; the newest of them */
    this.events = [];
    /** The cursor: everything up to this number was seen (older history may still be unloaded). */
    this.last = 0;
    /** The newest number that is known to exist. */
    this.known = 0;
    this.seeded = false;
    /** @type {(Gap & {at: number}) | null} what was asked for last, and when (epoch ms) */
    this.asked = null;
    /** There are older messages that are not here. */
    this.hasOlder = false;
    /** @type {Map<number, LogEvent>} after a gap, or before the history was loaded */
    this.held = new Map();
  }

  /**
   * Take one event, live or replayed.
   * @param {LogEvent} event
   * @returns {LogEvent[]} what can be shown because of it, ascending
   */
  receive(event) {
    this.expect(event.seq);
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
    this.expect(lastSeq);
    this.events = [...events];
    this.last = lastSeq;
    this.hasOlder = hasOlder;
    this.seeded = true;
    for (const seq of [...this.held.keys()]) if (seq <= lastSeq) this.held.delete(seq);
    return this.#release();
  }

  /**
   * Record that this number exists, as the server said.
   * @param {number} seq
   */
  expect(seq) {
    this.known = Math.max(this.known, seq);
  }

  /**
   * Forget everything: the gap is too large, history is loaded again.
   * @param {number} [known]  the newest number, where the server sent it; it may be lower than before
   */
  reset(known = this.known) {
    this.events = [];
    this.held.clear();
    this.last = 0;
    this.known = known;
    this.seeded = false;
    this.hasOlder = false;
    this.asked = null;
  }

  /** Whether something exists that is not here, though the history is. */
  get isBehind() {
    return this.seeded && this.last < this.known;
  }

  /**
   * The first window that is missing; null if there is none.
   * @returns {Gap | null}
   */
  get gap() {
    if (!this.isBehind) return null;
    const end = this.held.size ? Math.min(...this.held.keys()) - 1 : this.known;
    return { after_seq: this.last, until_seq: Math.min(end, this.last + LIMITS.events_range_max) };
  }

  /**
   * The gap to ask for now: one that was asked for already is asked again only after a while.
   * @param {number} now  epoch ms
   * @returns {Gap | null}
   */
  takeGap(now) {
    const { gap, asked } = this;
    if (!gap) return null;
    const isSame = asked?.after_seq === gap.after_seq && asked.until_seq === gap.until_seq;
    if (isSame && now - asked.at < ASK_AGAIN_MS) return null;
    this.asked = { ...gap, at: now };
    return gap;
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
    if (this.events.length > KEPT_MAX) {
      this.events = this.events.slice(-KEPT_MAX);
      this.hasOlder = true;
    }
    return shown;
  }
}
