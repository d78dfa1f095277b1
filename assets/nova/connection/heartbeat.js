// Decides when to ping, and when the connection is dead. Pure: the time comes with each call.
//
// One ping is out at a time. Only its own pong counts: frames that keep arriving prove one
// direction only.

import { LIVENESS } from "../generated/codes.js";

/**
 * @typedef {import("../generated/types.js").Heartbeat} HeartbeatIntervals
 * @typedef {{do: "ping"} | {do: "dead"} | {do: "wait", until: number}} Due  `until` in epoch ms
 */

export class Heartbeat {
  /**
   * Begin with a connection that was welcomed just now: the first ping is due.
   * @param {HeartbeatIntervals} intervals
   * @param {number} now
   */
  constructor(intervals, now) {
    this.intervals = intervals;
    this.id = 0;
    /** @type {number | null} when the ping that is out was sent */
    this.out = null;
    this.last = now;
    this.confirmed = now;
    this.isAsked = true;
    /** @type {number} the least deadline of the ping that is out */
    this.least = LIVENESS.min_ms;
    /** @type {number | null} since when a message waits for its answer */
    this.unanswered = null;
    this.late = 0;
    /** @type {number[]} */
    this.trips = [];
  }

  /** Ask for a proof now; a ping that is out gets the shorter deadline. */
  probe() {
    this.#ask(LIVENESS.probe_min_ms);
  }

  /**
   * The oldest message that was sent and not answered.
   * @param {number | null} since  epoch ms; null for none
   */
  unansweredSince(since) {
    this.unanswered = since;
  }

  /**
   * @param {unknown} id
   * @param {number} now
   * @returns {number | null}  the round trip in ms; null if this answers nothing that is out
   */
  pong(id, now) {
    if (id !== this.id || this.out === null) return null;
    const trip = Math.max(0, now - this.out);
    this.trips = [...this.trips, trip].slice(-LIVENESS.samples);
    this.out = null;
    this.late = 0;
    this.confirmed = now;
    return trip;
  }

  /**
   * What to do now. After "ping", send one with the present `id`.
   * @param {number} now
   * @param {boolean} isHidden
   * @returns {Due}
   */
  poll(now, isHidden) {
    if (this.unanswered !== null && now >= this.#unansweredAt()) this.#ask(LIVENESS.unanswered_min_ms);
    return this.out === null ? this.#pollIdle(now, isHidden) : this.#pollOutstanding(now, this.out);
  }

  /**
   * @param {number} now
   * @param {boolean} isHidden
   * @returns {Due}
   */
  #pollIdle(now, isHidden) {
    const every = isHidden ? this.intervals.hidden_ms : this.intervals.visible_ms;
    const until = Math.min(this.last + every, this.#unansweredAt());
    // A clock that was set back must not hold the next ping up.
    return this.isAsked || now >= until || now < this.last ? this.#ping(now) : { do: "wait", until };
  }

  /**
   * @param {number} now
   * @param {number} out
   * @returns {Due}
   */
  #pollOutstanding(now, out) {
    const deadline = out + clamp(LIVENESS.factor * percentile(this.trips, 0.95), this.least, this.intervals.deadline_ms);
    const asks = this.#unansweredAt();
    if (now < deadline) return { do: "wait", until: asks > now ? Math.min(deadline, asks) : deadline };
    if (now - deadline < LIVENESS.late_ms) return { do: "dead" };
    // Held back by the browser: asked again. One whose timers are always late proves it by the second silence.
    this.late += 1;
    return this.late > 1 ? { do: "dead" } : this.#ping(now);
  }

  /** @param {number} now @returns {Due} */
  #ping(now) {
    this.id += 1;
    this.least = this.isAsked && this.id > 1 ? this.least : LIVENESS.min_ms;
    this.isAsked = false;
    this.out = now;
    this.last = now;
    return { do: "ping" };
  }

  /** @param {number} least */
  #ask(least) {
    if (this.out === null) {
      this.isAsked = true;
      this.least = least;
    } else this.least = Math.min(this.least, least);
  }

  #unansweredAt() {
    return this.unanswered === null ? Infinity : Math.max(this.unanswered, this.confirmed) + LIVENESS.unanswered_ms;
  }
}

/**
 * @param {number[]} values
 * @param {number} share  from 0 to 1
 * @returns {number} 0 for none
 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function clamp(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
