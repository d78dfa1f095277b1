// When a row was written, as it is shown. Kept: all rows are asked for it each time that one of them changes. Pure.

import { dayOf, fullLabel, timeLabel } from "../base/dates.js";

/** @typedef {{time: string, full: string, day: string}} Stamp */

const STAMPS_MAX = 2_000;

/** @type {Map<string, Stamp>} */
const stamps = new Map();

/**
 * @param {{at: Date, iso: string}} source
 * @param {import("../base/dates.js").Place} place
 * @returns {Stamp}
 */
export function stampOf({ at, iso }, place) {
  const key = `${iso} ${place.locale} ${place.timeZone} ${place.hourCycle}`;
  const known = stamps.get(key);
  if (known) return known;
  if (stamps.size >= STAMPS_MAX) stamps.clear();
  const stamp = { time: timeLabel(at, place), full: fullLabel(at, place), day: dayOf(at, place) };
  stamps.set(key, stamp);
  return stamp;
}
