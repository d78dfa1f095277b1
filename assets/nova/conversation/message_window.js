// The loaded part of a conversation: consecutive messages, without gaps. Pure.
//
//   attached: it ends with the newest message, and live ones are added to it
//   detached (`hasNewer`): what follows it is loaded from the log that this browser holds, or from the server
//
// It never holds more than WINDOW_MAX: what is added at one end is dropped at the other.

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../messages/event_log.js").ConversationLog} Log
 * @typedef {{events: LogEvent[], hasOlder: boolean, hasNewer: boolean}} MessageWindow
 */

export const WINDOW_MAX = 300;

/** @type {MessageWindow} */
export const EMPTY = { events: [], hasOlder: false, hasNewer: false };

/**
 * The newest of what the browser holds.
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function newestOf(log) {
  return keepNewest({ events: log.events, hasOlder: log.hasOlder, hasNewer: false });
}

/**
 * What a jump has led to.
 * @param {LogEvent[]} events
 * @param {boolean} hasOlder
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function begin(events, hasOlder, log) {
  return attach({ events, hasOlder, hasNewer: true }, log);
}

/**
 * @param {MessageWindow} messageWindow
 * @param {LogEvent[]} events  right before it
 * @param {boolean} hasOlder
 * @returns {MessageWindow}
 */
export function prepend(messageWindow, events, hasOlder) {
  const first = messageWindow.events[0]?.seq ?? Infinity;
  const all = [...events.filter((event) => event.seq < first), ...messageWindow.events];
  return { events: all.slice(0, WINDOW_MAX), hasOlder, hasNewer: messageWindow.hasNewer || all.length > WINDOW_MAX };
}

/**
 * @param {MessageWindow} messageWindow
 * @param {LogEvent[]} events  right behind it
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function append(messageWindow, events, log) {
  const all = [...messageWindow.events, ...events.filter((event) => event.seq > lastOf(messageWindow))];
  return attach(keepNewest({ ...messageWindow, events: all }), log);
}

/**
 * Live messages have come: they are added where they follow, and where nothing that is read has to go.
 * @param {MessageWindow} messageWindow
 * @param {LogEvent[]} events
 * @param {boolean} isAtBottom  whether the newest are in view
 * @returns {MessageWindow}
 */
export function receive(messageWindow, events, isAtBottom) {
  if (messageWindow.hasNewer) return messageWindow;
  const all = [...messageWindow.events, ...events];
  if (all.length > WINDOW_MAX && !isAtBottom) return { ...messageWindow, hasNewer: true };
  return keepNewest({ ...messageWindow, events: all });
}

/**
 * What the browser holds behind the window; null if it does not hold what comes next.
 * @param {MessageWindow} messageWindow
 * @param {Log} log
 * @returns {LogEvent[] | null}
 */
export function heldAfter(messageWindow, log) {
  const last = lastOf(messageWindow);
  if (!log.seeded || (log.hasOlder && !(log.events[0]?.seq <= last + 1))) return null;
  return log.events.filter((event) => event.seq > last);
}

/**
 * @param {MessageWindow} messageWindow
 * @param {number} seq
 */
export function holds(messageWindow, seq) {
  return messageWindow.events.some((event) => event.seq === seq && event.type === "message");
}

/**
 * Attached if the browser holds nothing newer, and knows that.
 * @param {MessageWindow} messageWindow
 * @param {Log} log
 * @returns {MessageWindow}
 */
function attach(messageWindow, log) {
  return { ...messageWindow, hasNewer: heldAfter(messageWindow, log)?.length !== 0 };
}

/**
 * @param {MessageWindow} messageWindow
 * @returns {MessageWindow}
 */
function keepNewest(messageWindow) {
  if (messageWindow.events.length <= WINDOW_MAX) return messageWindow;
  return { ...messageWindow, events: messageWindow.events.slice(-WINDOW_MAX), hasOlder: true };
}

/** @param {MessageWindow} messageWindow */
function lastOf(messageWindow) {
  return messageWindow.events.at(-1)?.seq ?? 0;
}
