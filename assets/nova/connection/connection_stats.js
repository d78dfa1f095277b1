// Statistics of this page's connection. Pure: the time comes with each call.

import { percentile } from "./heartbeat.js";

/** @typedef {import("./state_machine.js").Model} Model */

const SAMPLES = 100;

export class ConnectionStats {
  constructor() {
    this.dials = 0;
    this.reconnects = 0;
    this.silences = 0;
    this.resends = 0;
    this.duplicate_acks = 0;
    this.gaps = 0;
    this.resets = 0;
    this.downtime_ms = 0;
    /** @type {Record<string, number>} by close code */
    this.closes = {};
    /** @type {Record<string, number>} by cause */
    this.wakes = {};
    /** @type {Record<string, number>} by error code */
    this.nacks = {};
    /** @type {number[]} */
    this.trips = [];
    /** @type {number[]} */
    this.acks = [];
    /** @type {number[]} acks that were not reported yet */
    this.fresh = [];
    /** @type {number | null} epoch ms of the last proof that the server answers */
    this.confirmed_at = null;
    /** @type {number | null} */
    this.down_since = null;
    this.was_connected = false;
  }

  /**
   * The machine took a step.
   * @param {Model} before
   * @param {Model} after
   * @param {number} now
   */
  connectionChanged(before, after, now) {
    if (after.state === "CONNECTING" || after.state === "RECONNECTING") this.dials += 1;
    if (before.state === "CONNECTED") this.down_since = now;
    if (after.state !== "CONNECTED") return;
    if (this.was_connected) this.reconnects += 1;
    if (this.down_since !== null) this.downtime_ms += Math.max(0, now - this.down_since);
    this.was_connected = true;
    this.down_since = null;
    this.confirmed_at = now;
  }

  /** @param {number} code */
  closed(code) {
    count(this.closes, String(code));
  }

  /** @param {string} cause */
  wokeUp(cause) {
    count(this.wakes, cause);
  }

  /** @param {string} code */
  refused(code) {
    count(this.nacks, code);
  }

  /**
   * A ping came back.
   * @param {number} trip  ms
   * @param {number} now
   */
  answered(trip, now) {
    this.trips = [...this.trips, trip].slice(-SAMPLES);
    this.confirmed_at = now;
  }

  /**
   * A message was acked.
   * @param {number} latency  ms since it was written
   */
  acked(latency) {
    this.acks = [...this.acks, latency].slice(-SAMPLES);
    if (this.fresh.length < SAMPLES) this.fresh.push(latency);
  }

  /**
   * For the screen and for telemetry: plain figures, durations in ms.
   * @param {{now: number, queued: number, oldest_at: number | null}} facts
   */
  snapshot({ now, queued, oldest_at }) {
    const { dials, reconnects, silences, resends, duplicate_acks, gaps, resets, confirmed_at } = this;
    return {
      dials,
      reconnects,
      silences,
      resends,
      duplicate_acks,
      gaps,
      resets,
      confirmed_at,
      downtime_ms: this.downtime_ms + (this.down_since === null ? 0 : Math.max(0, now - this.down_since)),
      round_trip_ms: rounded(percentile(this.trips, 0.5)),
      round_trip_p95_ms: rounded(percentile(this.trips, 0.95)),
      ack_ms: rounded(percentile(this.acks, 0.5)),
      ack_p95_ms: rounded(percentile(this.acks, 0.95)),
      queued,
      oldest_queued_ms: oldest_at === null ? 0 : Math.max(0, now - oldest_at),
      closes: { ...this.closes },
      wakes: { ...this.wakes },
      nacks: { ...this.nacks },
    };
  }
}

/**
 * @param {Record<string, number>} table
 * @param {string} key
 */
function count(table, key) {
  table[key] = (table[key] ?? 0) + 1;
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 10) / 10;
}
