// When to connect, and how long an attempt may take. Pure.

import { CONNECT_RULES } from "../generated/codes.js";

/** Advice to stay away longer than this is a mistake. */
const ADVISED_MAX_MS = 300_000;

/**
 * The wait before try `attempt`, in milliseconds: full jitter above a floor.
 * @param {{floor_ms: number, base_ms: number, cap_ms: number}} policy
 * @param {number} attempt  tries since the last stable connection, from 0
 * @param {number} random  from 0 up to 1
 * @returns {number}
 */
export function reconnectDelay(policy, attempt, random) {
  const widest = Math.min(policy.cap_ms, policy.base_ms * 2 ** Math.min(attempt, 30));
  return policy.floor_ms + random * widest;
}

/**
 * The wait that a `bye` or a refusal asked for; null if it asked nothing sensible.
 * @param {{retry_min_ms: number, retry_window_ms: number} | null} advice
 * @param {number} random
 * @returns {number | null}
 */
export function advisedDelay(advice, random) {
  if (!advice || !(advice.retry_min_ms >= 0) || !(advice.retry_window_ms >= 0)) return null;
  const delay = advice.retry_min_ms + random * advice.retry_window_ms;
  return delay <= ADVISED_MAX_MS ? delay : null;
}

/**
 * How long an attempt may take: longer after each failure, so that slow networks connect, too.
 * @param {number} attempt
 * @returns {number}
 */
export function openDeadline(attempt) {
  return Math.min(CONNECT_RULES.open_max_ms, CONNECT_RULES.open_ms + attempt * CONNECT_RULES.open_step_ms);
}

/**
 * The attempts that may follow each other now. A clock that was set back adds none.
 * @param {{tokens: number, tokens_at: number}} budget
 * @param {number} now
 * @returns {number}
 */
export function refill(budget, now) {
  return Math.min(CONNECT_RULES.burst, budget.tokens + Math.max(0, now - budget.tokens_at) / CONNECT_RULES.refill_ms);
}
