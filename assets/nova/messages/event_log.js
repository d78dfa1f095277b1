// The events of one conversation in this browser, ordered by number. Pure.
//
//   unseeded --seed(history)--> seeded: `events` has no gap up to `last`
//
// An event is released only after all events before it; events after a gap are held until the gap is filled. Repeats
// change nothing.

import { LIMITS } from "../generated/codes.js";
import { isRow, withChanges } from "./message_changes.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {{after_seq: number, until_seq: number}} Gap
 */

const ASK_AGAIN_MS = 2_000;
/** How many of the newest events are kept; older ones are loaded when they are shown. */
const KEPT_MAX = 300;

export class ConversationLog {
  constructor() {
    /** @type {RowEvent[]} ascending, in their present form; all of them up to `last` */
    this.events = [];
    /** @type {LogEvent[]} the latest edits and deletions, for pages that were read before them */
    this.changes = [];
    /** The cursor: every event up to this number was received, or is in the history that is not loaded yet. */
    this.last = 0;
    /** The highest number that is known to exist. */
    this.known = 0;
    this.seeded = false;
    /** @type {(Gap & {at: number}) | null} the last request, and when it was sent (epoch ms) */
    this.asked = null;
    /** Whether there are older events on the server only. */
    this.hasOlder = false;
    /** @type {Map<number, LogEvent>} after a gap, or before the history was loaded */
    this.held = new Map();
  }

  /**
   * Add one event, live or replayed.
   * @param {LogEvent} event
   * @returns {LogEvent[]} the events that are released by it, ascending
   */
  receive(event) {
    this.expect(event.seq);
    if (this.seeded && event.seq <= this.last) return [];
    this.held.set(event.seq, event);
    return this.seeded ? this.#release() : [];
  }

  /**
   * Begin with the newest page of history.
   * @param {RowEvent[]} events  ascending
   * @param {number} lastSeq  the conversation's newest number when the page was read
   * @param {boolean} hasOlder
   * @returns {LogEvent[]} held events that are released by it
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
   * Record that this number exists.
   * @param {number} seq
   */
  expect(seq) {
    this.known = Math.max(this.known, seq);
  }

  /**
   * Forget all events, because history is loaded again.
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

  /** Whether events after the loaded history are missing. */
  get isBehind() {
    return this.seeded && this.last < this.known;
  }

  /**
   * The first range of missing events; null if there is none.
   * @returns {Gap | null}
   */
  get gap() {
    if (!this.isBehind) return null;
    const end = this.held.size ? Math.min(...this.held.keys()) - 1 : this.known;
    return { after_seq: this.last, until_seq: Math.min(end, this.last + LIMITS.events_range_max) };
  }

  /**
   * Take the range to request now. The same range is returned again only after 2 s.
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
    const changes = shown.filter((event) => !isRow(event));
    if (shown.length) this.events = withChanges([...this.events, ...shown.filter(isRow)], changes);
    if (changes.length) this.changes = [...this.changes, ...changes].slice(-KEPT_MAX);
    if (this.events.length > KEPT_MAX) {
      this.events = this.events.slice(-KEPT_MAX);
      this.hasOlder = true;
    }
    return shown;
  }
}
