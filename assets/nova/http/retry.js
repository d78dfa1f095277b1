// When a failed call is tried again: the rules of nova_app/client/retry.py. Pure.

import { RETRY, RETRY_BY_HAND } from "../generated/codes.js";

/**
 * Whether a person is offered to try again: only where that can ever succeed.
 * @param {{code: string, retryable: boolean}} failure
 * @returns {boolean}
 */
export function offersRetry({ code, retryable }) {
  return retryable || RETRY_BY_HAND.includes(code);
}

/**
 * The wait before the next try, in ms; null to give up.
 * @param {number} attempt  retries so far, from 0
 * @param {{advised?: number, elapsed: number, random: number}} facts  `advised`: ms the server asked for
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

/** Tokens that retries cost and successes give back: many failures together do not become a storm. */
export class Budget {
  constructor() {
    this.tokens = RETRY.budget;
  }

  refund() {
    this.tokens = Math.min(RETRY.budget, this.tokens + 1);
  }

  /**
   * Take what a retry costs.
   * @param {boolean} timedOut
   * @returns {boolean} false, and nothing taken, if there is not enough
   */
  pay(timedOut) {
    const cost = timedOut ? RETRY.timeout_cost : RETRY.retry_cost;
    if (this.tokens < cost) return false;
    this.tokens -= cost;
    return true;
  }
}

/**
 * Stops asking a server that only fails; lets one call through now and then to see.
 *
 *   closed --5 failures in a row, or half of 20 within 30 s--> open --10 to 15 s, or a person--> one probe
 *     ^-------------------------- the probe succeeds -------------------------------/
 */
export class Breaker {
  constructor() {
    /** @type {{at: number, failed: boolean}[]} */
    this.recent = [];
    this.inARow = 0;
    /** @type {number | null} */
    this.openUntil = null;
    this.isProbing = false;
  }

  /**
   * Whether a call may go out; while open, one probe may once its time has come.
   * @param {number} now  epoch ms
   * @returns {boolean}
   */
  allows(now) {
    if (this.openUntil === null) return true;
    if (now < this.openUntil || this.isProbing) return false;
    this.isProbing = true;
    return true;
  }

  /** While open, only new calls probe: nothing is tried again. */
  get isOpen() {
    return this.openUntil !== null;
  }

  /**
   * A call that went out came to its end.
   * @param {boolean} failed  because of the server or the network
   * @param {number} now
   * @param {number} random
   */
  record(failed, now, random) {
    this.isProbing = false;
    this.recent = [...this.recent.filter(({ at }) => now - at <= RETRY.window_ms), { at: now, failed }];
    this.inARow = failed ? this.inARow + 1 : 0;
    if (!failed && this.isOpen) this.recover();
    else if (failed && (this.isOpen || this.#isTooMuch())) {
      this.openUntil = now + RETRY.open_ms + random * RETRY.spread_ms;
    }
  }

  /**
   * A person asks to try again: the next call is the probe.
   * @param {number} now
   */
  tryNow(now) {
    if (this.openUntil !== null) this.openUntil = Math.min(this.openUntil, now);
  }

  /** A call that went out was given up by its caller: it says nothing about the server. */
  cancel() {
    this.isProbing = false;
  }

  /** The server answers again: another connection has proven it. */
  recover() {
    this.recent = [];
    this.inARow = 0;
    this.openUntil = null;
  }

  #isTooMuch() {
    const failures = this.recent.filter(({ failed }) => failed).length;
    const isHalf = this.recent.length >= RETRY.least && failures >= this.recent.length / 2;
    return this.inARow >= RETRY.in_a_row || isHalf;
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
  const ms = Number.isNaN(seconds) ? parseDate(raw) - parseDate(headers.get("date") ?? "") : seconds * 1000;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/**
 * The oldest of the three HTTP forms (asctime) names no zone: it is UTC.
 * @param {string} date
 */
function parseDate(date) {
  return Date.parse(date.endsWith("GMT") ? date : `${date} GMT`);
}
