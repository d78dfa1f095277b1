// What all rows depend on beside their own events: who is who, the day, the clock. Pure.

import { dayOf } from "../base/dates.js";
import { isSameList } from "./keep_same.js";

/**
 * @typedef {Record<string, unknown>} Context  the same object for as long as nothing in it changes
 * @typedef {Pick<import("./rows.js").View, "me" | "people" | "known" | "origin" | "now" | "place" | "mayDelete">} View
 */

const MINUTE_MS = 60_000;

/**
 * @param {View} view
 * @param {Context | null} last
 * @returns {Context}  the last one where it is equal
 */
export function contextOf({ me, people, known, origin, now, place, mayDelete = false }, last) {
  const { locale, timeZone, hourCycle } = place;
  /** @type {Context} */
  const context = { me, origin, mayDelete, locale, timeZone, hourCycle, today: dayOf(minuteOf(now), place) };
  // Persons are replaced when they change, the maps are not; the user of the page is changed in place.
  context.mine = Object.values(me);
  context.people = people && [...people.values()];
  context.known = [...known.values()];
  return last && Object.keys(context).every((name) => isSame(context[name], last[name])) ? last : context;
}

/**
 * The day of a moment that was asked for before is known.
 * @param {Date} now
 */
export const minuteOf = (now) => new Date(now.getTime() - (now.getTime() % MINUTE_MS));

/**
 * @param {unknown} one
 * @param {unknown} other
 */
function isSame(one, other) {
  return Array.isArray(one) && Array.isArray(other) ? isSameList(one, other) : one === other;
}
