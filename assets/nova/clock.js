// Times and days as people read them. Pure: language, zone and now are passed in.

/** @typedef {{locale: string | undefined, timeZone: string | undefined}} Place */

/** @type {Map<string, Intl.DateTimeFormat>} making a formatter costs more than using it */
const formatters = new Map();

/**
 * @param {Place} place
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatter(place, options) {
  const key = JSON.stringify([place, options]);
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(place.locale, { ...options, timeZone: place.timeZone });
  formatters.set(key, made);
  return made;
}

/**
 * "14:03"
 * @param {Date} moment
 * @param {Place} place
 */
export function timeLabel(moment, place) {
  return formatter(place, { hour: "2-digit", minute: "2-digit" }).format(moment);
}

/**
 * The whole stamp, with its zone.
 * @param {Date} moment
 * @param {Place} place
 */
export function fullLabel(moment, place) {
  return formatter(place, { dateStyle: "full", timeStyle: "long" }).format(moment);
}

/**
 * A day as a value that can be compared.
 * @param {Date} moment
 * @param {Place} place
 */
export function dayOf(moment, place) {
  return formatter({ ...place, locale: "sv-SE" }, { dateStyle: "short" }).format(moment);
}

/**
 * "Today", "Yesterday", "Wednesday, 12 March", with the year where it is another.
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function dayLabel(moment, place, now) {
  const day = dayOf(moment, place);
  if (day === dayOf(now, place)) return "Today";
  if (day === dayOf(new Date(now.getTime() - 86_400_000), place)) return "Yesterday";
  const sameYear = day.slice(0, 4) === dayOf(now, place).slice(0, 4);
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ weekday: "long", day: "numeric", month: "long" });
  return formatter(place, sameYear ? options : { ...options, year: "numeric" }).format(moment);
}

/**
 * Short, for lists: "14:03", "Yesterday", "Wed", "12 Mar", "12 Mar 2025".
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function listLabel(moment, place, now) {
  const label = dayLabel(moment, place, now);
  if (label === "Today") return timeLabel(moment, place);
  if (label === "Yesterday") return label;
  if (now.getTime() - moment.getTime() < 6 * 86_400_000) return formatter(place, { weekday: "short" }).format(moment);
  return dateLabel(moment, place, now);
}

/**
 * A day whatever day it is now: "12 Mar", "12 Mar 2025".
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function dateLabel(moment, place, now) {
  const sameYear = dayOf(moment, place).slice(0, 4) === dayOf(now, place).slice(0, 4);
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "numeric", month: "short" });
  return formatter(place, sameYear ? options : { ...options, year: "numeric" }).format(moment);
}
