// Formats times and days. Pure: locale, time zone and now are passed in.

/** @typedef {{locale: string | undefined, timeZone: string | undefined, hourCycle?: "h12" | "h23"}} Place */

/** @type {Place} the browser's own language and zone */
export const HERE = { locale: undefined, timeZone: undefined };

/** @param {string | null} clock  "12", "24", or empty: as the language has it */
export function chooseClock(clock) {
  HERE.hourCycle = clock ? (clock === "12" ? "h12" : "h23") : undefined;
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** A timeline asks for the same moments each time that it is rendered. */
const TEXTS_MAX = 2_000;

/** @type {Map<string, {format(moment: Date): string}>} making a formatter costs more than using it */
const formatters = new Map();

/**
 * @param {Place} place
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatter(place, options) {
  const key = JSON.stringify([place, options]);
  const known = formatters.get(key);
  if (known) return known;
  const made = keeping(new Intl.DateTimeFormat(place.locale, { ...options, ...place }));
  formatters.set(key, made);
  return made;
}

/**
 * A formatter that keeps what it has formatted.
 * @param {Intl.DateTimeFormat} intl
 */
function keeping(intl) {
  /** @type {Map<number, string>} */
  const texts = new Map();
  return {
    format(/** @type {Date} */ moment) {
      const at = moment.getTime();
      const text = texts.get(at) ?? intl.format(moment);
      if (texts.size >= TEXTS_MAX) texts.clear();
      texts.set(at, text);
      return text;
    },
  };
}

/**
 * "14:03", "2:03 PM"
 * @param {Date} moment
 * @param {Place} [place]
 */
export function timeLabel(moment, place = HERE) {
  return formatter(place, { timeStyle: "short" }).format(moment);
}

/**
 * "12 Mar 2026, 14:03"
 * @param {Date} moment
 * @param {Place} [place]
 */
export function momentLabel(moment, place = HERE) {
  return formatter(place, { dateStyle: "medium", timeStyle: "short" }).format(moment);
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
 * How many calendar days a moment is ago: a day has 23 to 25 hours where clocks change. Negative for days to come.
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
function daysAgo(moment, place, now) {
  return (Date.parse(dayOf(now, place)) - Date.parse(dayOf(moment, place))) / DAY_MS;
}

/**
 * "Today", "Yesterday", "Wednesday, 12 March", with the year where it is another or the day is still to come.
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function dayLabel(moment, place, now) {
  const days = daysAgo(moment, place, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return dated(moment, place, now, { weekday: "long", day: "numeric", month: "long" });
}

/**
 * Short, for lists: "14:03", "Yesterday", "Wed", "12 Mar", "12 Mar 2025".
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function listLabel(moment, place, now) {
  const days = daysAgo(moment, place, now);
  if (days === 0) return timeLabel(moment, place);
  if (days === 1) return "Yesterday";
  if (days > 0 && days < WEEK_DAYS) return formatter(place, { weekday: "short" }).format(moment);
  return dated(moment, place, now, { day: "numeric", month: "short" });
}

/**
 * A day whatever day it is now: "12 Mar", "12 Mar 2025".
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 */
export function dateLabel(moment, place, now) {
  const isThisYear = dayOf(moment, place).slice(0, 4) === dayOf(now, place).slice(0, 4);
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ day: "numeric", month: "short" });
  return formatter(place, isThisYear ? options : { ...options, year: "numeric" }).format(moment);
}

/**
 * @param {Date} moment
 * @param {Place} place
 * @param {Date} now
 * @param {Intl.DateTimeFormatOptions} options
 */
function dated(moment, place, now, options) {
  const isPlain = daysAgo(moment, place, now) > 0 && dayOf(moment, place).slice(0, 4) === dayOf(now, place).slice(0, 4);
  return formatter(place, isPlain ? options : { ...options, year: "numeric" }).format(moment);
}
