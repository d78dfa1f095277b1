// The part of a conversation that is shown: messages one after another, with nothing missing between. Pure.
//
//   attached: it ends with the newest message, and live ones are added to it
//   detached (`hasNewer`): what follows it is loaded from the log that this browser holds, or from the server
//
// It never holds more than STRETCH_MAX: what is added at one end is dropped at the other.

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../messages/event_log.js").ConversationLog} Log
 * @typedef {{events: LogEvent[], hasOlder: boolean, hasNewer: boolean}} Stretch
 */

export const STRETCH_MAX = 300;

/** @type {Stretch} */
export const EMPTY = { events: [], hasOlder: false, hasNewer: false };

/**
 * The newest of what the browser holds.
 * @param {Log} log
 * @returns {Stretch}
 */
export function newestOf(log) {
  return keepNewest({ events: log.events, hasOlder: log.hasOlder, hasNewer: false });
}

/**
 * What a jump has led to.
 * @param {LogEvent[]} events
 * @param {boolean} hasOlder
 * @param {Log} log
 * @returns {Stretch}
 */
export function begin(events, hasOlder, log) {
  return attach({ events, hasOlder, hasNewer: true }, log);
}

/**
 * @param {Stretch} stretch
 * @param {LogEvent[]} events  right before it
 * @param {boolean} hasOlder
 * @returns {Stretch}
 */
export function prepend(stretch, events, hasOlder) {
  const first = stretch.events[0]?.seq ?? Infinity;
  const all = [...events.filter((event) => event.seq < first), ...stretch.events];
  return { events: all.slice(0, STRETCH_MAX), hasOlder, hasNewer: stretch.hasNewer || all.length > STRETCH_MAX };
}

/**
 * @param {Stretch} stretch
 * @param {LogEvent[]} events  right behind it
 * @param {Log} log
 * @returns {Stretch}
 */
export function append(stretch, events, log) {
  const all = [...stretch.events, ...events.filter((event) => event.seq > lastOf(stretch))];
  return attach(keepNewest({ ...stretch, events: all }), log);
}

/**
 * Live messages have come: they are added where they follow, and where nothing that is read has to go.
 * @param {Stretch} stretch
 * @param {LogEvent[]} events
 * @param {boolean} isAtBottom  whether the newest are looked at
 * @returns {Stretch}
 */
export function receive(stretch, events, isAtBottom) {
  if (stretch.hasNewer) return stretch;
  const all = [...stretch.events, ...events];
  if (all.length > STRETCH_MAX && !isAtBottom) return { ...stretch, hasNewer: true };
  return keepNewest({ ...stretch, events: all });
}

/**
 * What the browser holds behind the stretch; null if it does not hold what comes next.
 * @param {Stretch} stretch
 * @param {Log} log
 * @returns {LogEvent[] | null}
 */
export function heldBehind(stretch, log) {
  const last = lastOf(stretch);
  if (!log.seeded || (log.hasOlder && !(log.events[0]?.seq <= last + 1))) return null;
  return log.events.filter((event) => event.seq > last);
}

/**
 * @param {Stretch} stretch
 * @param {number} seq
 */
export function holds(stretch, seq) {
  return stretch.events.some((event) => event.seq === seq && event.type === "message");
}

/**
 * Attached if the browser holds nothing newer, and knows that.
 * @param {Stretch} stretch
 * @param {Log} log
 * @returns {Stretch}
 */
function attach(stretch, log) {
  return { ...stretch, hasNewer: heldBehind(stretch, log)?.length !== 0 };
}

/**
 * @param {Stretch} stretch
 * @returns {Stretch}
 */
function keepNewest(stretch) {
  if (stretch.events.length <= STRETCH_MAX) return stretch;
  return { ...stretch, events: stretch.events.slice(-STRETCH_MAX), hasOlder: true };
}

/** @param {Stretch} stretch */
function lastOf(stretch) {
  return stretch.events.at(-1)?.seq ?? 0;
}
