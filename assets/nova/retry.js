// When a failed call is tried again: the rules of nova_app/client/retry.py. Pure.

import { RETRY } from "./codes.js";

/**
 * The wait before the next try, in ms; null to give up.
 * @param {number} attempt  retries so far, from 0
 * @param {{advised?: number, elapsed: number, random: number}} given  `advised`: ms the server asked for
 * @returns {number | null}
 */
export function retryWait(attempt, { advised, elapsed, random }) {
  if (attempt >= RETRY.retries) return null;
  let wait = random * Math.min(RETRY.cap_ms, RETRY.base_ms * 2 ** attempt);
  if (advised !== undefined) {
    if (advised > RETRY.advised_max_ms) return null;
    wait = Math.max(0, advised) * (1 + random / 10) || wait;
  }
  return elapsed + wait < RETRY.total_ms ? wait : null;
}

/** Keeps many failures together from becoming a storm. */
export class Budget {
  constructor() {
    this.tokens = RETRY.budget;
    this.inARow = 0;
    this.closedUntil = 0;
  }

  /**
   * Whether a call may go out: a server that only fails is asked again after a while, by one call.
   * @param {number} now  epoch ms
   * @returns {boolean}
   */
  allows(now) {
    if (this.inARow < RETRY.in_a_row) return true;
    if (now < this.closedUntil) return false;
    this.closedUntil = now + RETRY.open_ms;
    return true;
  }

  /** A call succeeded. */
  refund() {
    this.tokens = Math.min(RETRY.budget, this.tokens + 1);
    this.inARow = 0;
  }

  /**
   * A call failed because of the server or the line.
   * @param {number} now
   * @param {number} random
   */
  failed(now, random) {
    this.inARow += 1;
    if (this.inARow >= RETRY.in_a_row) this.closedUntil = now + RETRY.open_ms * (1 + random / 2);
  }

  /**
   * Take what a retry costs.
   * @param {boolean} timedOut
   * @returns {boolean} false, and nothing taken, if there is not enough
   */
  pay(timedOut) {
    const cost = timedOut ? RETRY.timeout_cost : RETRY.retry_cost;
    if (this.inARow >= RETRY.in_a_row || this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }
}

/**
 * The ms that a Retry-After asks for; a date is measured against the answer's own Date.
 * @param {{get(name: string): string | null}} headers
 * @returns {number | undefined}
 */
export function readRetryAfter(headers) {
  const raw = headers.get("retry-after");
  if (!raw) return undefined;
  const seconds = Number(raw);
  const ms = Number.isNaN(seconds) ? Date.parse(raw) - Date.parse(headers.get("date") ?? "") : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
