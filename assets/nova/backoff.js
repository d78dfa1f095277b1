// When to dial again. Pure.

import { POLICY } from "./codes.js";

/** Advice older than this is the past. */
const ADVICE_MAX_MS = 300_000;

/**
 * The wait before try `attempt`, in milliseconds: full jitter above a floor.
 * @param {number} attempt  tries since the last stable connection, from 0
 * @param {number} random  from 0 up to 1
 * @returns {number}
 */
export function reconnectDelay(attempt, random) {
  const widest = Math.min(POLICY.cap_ms, POLICY.base_ms * 2 ** Math.min(attempt, 30));
  return POLICY.floor_ms + random * widest;
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
  return delay <= ADVICE_MAX_MS ? delay : null;
}
