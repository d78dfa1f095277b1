// The loaded part of a conversation: consecutive messages, without gaps. Pure.
//
//   attached: it ends with the newest message, and live ones are appended
//   detached (`hasNewer`): what follows is loaded from this browser's event log, or from the server
//
// It has at most WINDOW_MAX events: those added at one end are dropped at the other. Messages that wait to be sent follow
// the newest one, and count while it is shown: `waiting` is how many there are.
//
// A page comes and goes in parts. What stands just beyond the edge meanwhile is remembered (`above`, `below`): the row at the
// edge looks as it does between others, and is not drawn with its day and name for one part, and without for the next.

import { LIMITS } from "../generated/codes.js";
import { withChanges } from "../messages/message_changes.js";

/**
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {import("../messages/event_log.js").ConversationLog} Log
 * @typedef {{
 *   events: RowEvent[], hasOlder: boolean, hasNewer: boolean, above: RowEvent | null, below: RowEvent | null
 * }} MessageWindow
 */

export const WINDOW_MAX = 300;

/** @type {MessageWindow} */
export const EMPTY = { events: [], hasOlder: false, hasNewer: false, above: null, below: null };

/**
 * The newest events of the log.
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function newestOf(log) {
  return keepNewest({ ...EMPTY, events: log.events, hasOlder: log.hasOlder });
}

/**
 * Begin a window at the target of a jump.
 * @param {RowEvent[]} events
 * @param {boolean} hasOlder
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function begin(events, hasOlder, log) {
  return attach({ ...EMPTY, events, hasOlder, hasNewer: true }, log);
}

/**
 * Begin a window with a page, and with those events after it that the log has and that have room.
 * @param {RowEvent[]} events
 * @param {boolean} hasOlder
 * @param {Log} log
 * @returns {MessageWindow}
 */
export function beginWithHeld(events, hasOlder, log) {
  const begun = begin(events, hasOlder, log);
  return append(begun, (heldAfter(begun, log) ?? []).slice(0, WINDOW_MAX - events.length), log);
}

/**
 * @param {MessageWindow} messageWindow
 * @param {RowEvent[]} events  that precede it
 * @param {boolean} hasOlder
 * @param {number} [waiting]
 * @param {RowEvent | null} [above]  the next one of the page, if there is one
 * @returns {MessageWindow}
 */
export function prepend(messageWindow, events, hasOlder, waiting = 0, above = null) {
  const first = messageWindow.events[0]?.seq ?? Infinity;
  const all = [...events.filter((event) => event.seq < first), ...messageWindow.events];
  const hasNewer = messageWindow.hasNewer || all.length + waiting > WINDOW_MAX;
  return { events: all.slice(0, WINDOW_MAX), hasOlder, hasNewer, above, below: all[WINDOW_MAX] ?? messageWindow.below };
}

/**
 * Prepend the part of a page that is next: its last events come first.
 * @param {MessageWindow} messageWindow
 * @param {{items: RowEvent[], hasOlder: boolean}} page
 * @param {number} from  so many of its events were prepended before
 * @param {number} size
 * @param {number} [waiting]
 * @returns {MessageWindow}
 */
export function prependPart(messageWindow, { items, hasOlder }, from, size, waiting = 0) {
  const end = items.length - from;
  const above = items[end - size - 1] ?? null;
  return prepend(messageWindow, items.slice(Math.max(0, end - size), end), hasOlder || above !== null, waiting, above);
}

/**
 * @param {MessageWindow} messageWindow
 * @param {RowEvent[]} events  that follow it
 * @param {Log} log
 * @param {number} [waiting]
 * @returns {MessageWindow}
 */
export function append(messageWindow, events, log, waiting = 0) {
  const all = [...messageWindow.events, ...events.filter((event) => event.seq > lastOf(messageWindow))];
  const above = all[all.length - WINDOW_MAX - 1] ?? messageWindow.above;
  const kept = { ...keepNewest({ ...messageWindow, events: all, below: null }), above };
  return makeRoom(attach(kept, log), waiting, true);
}

/**
 * All parts of a page were added: the first row shows its day and name again.
 * @param {MessageWindow} messageWindow
 * @returns {MessageWindow}
 */
export function settle(messageWindow) {
  return messageWindow.above ? { ...messageWindow, above: null } : messageWindow;
}

/**
 * Make room for messages that wait: drop the oldest events where the newest are visible, else do not show those that wait.
 * @param {MessageWindow} messageWindow
 * @param {number} waiting
 * @param {boolean} isAtBottom  whether the newest events are visible
 * @returns {MessageWindow}
 */
export function makeRoom(messageWindow, waiting, isAtBottom) {
  if (messageWindow.hasNewer || messageWindow.events.length + waiting <= WINDOW_MAX) return messageWindow;
  return isAtBottom ? keepNewest(messageWindow, WINDOW_MAX - waiting) : { ...messageWindow, hasNewer: true };
}

/**
 * Apply edits and deletions to the messages of the window.
 * @param {MessageWindow} messageWindow
 * @param {import("../base/types.js").LogEvent[]} changes
 * @returns {MessageWindow}
 */
export function change(messageWindow, changes) {
  const events = withChanges(messageWindow.events, changes);
  return events === messageWindow.events ? messageWindow : { ...messageWindow, events };
}

/**
 * Append live events, if they follow the window and nothing that is visible has to be dropped for them.
 * @param {MessageWindow} messageWindow
 * @param {RowEvent[]} events
 * @param {boolean} isAtBottom  whether the newest events are visible
 * @param {number} [waiting]
 * @returns {MessageWindow}
 */
export function receive(messageWindow, events, isAtBottom, waiting = 0) {
  // A page of history may have what arrives after it.
  const fresh = events.filter((event) => event.seq > lastOf(messageWindow));
  if (messageWindow.hasNewer || !fresh.length) return messageWindow;
  const all = [...messageWindow.events, ...fresh];
  if (all.length + waiting > WINDOW_MAX && !isAtBottom) return { ...messageWindow, hasNewer: true };
  return keepNewest({ ...messageWindow, events: all }, WINDOW_MAX - waiting);
}

/**
 * The events of the log after the window; null if the log does not have the next one.
 * @param {MessageWindow} messageWindow
 * @param {Log} log
 * @returns {RowEvent[] | null}
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
 * Whether so many more events would not fit in the window.
 * @param {MessageWindow} messageWindow
 * @param {number} more
 */
export function isFull(messageWindow, more) {
  return messageWindow.events.length + more > WINDOW_MAX;
}

/**
 * Whether more is to be loaded at an edge that the reader is near. A full window drops as much at the other one: in a view
 * that shows most of it, it would go to and fro for ever if then that one were the nearer.
 * @param {MessageWindow} messageWindow
 * @param {{here: number, there: number, whole: number}} distances  of the view from this edge and from the other, and the
 *   height of all rows; in pixels
 */
export function shouldGrow(messageWindow, { here, there, whole }) {
  return !isFull(messageWindow, 1) || there - here > (whole * LIMITS.history_page) / WINDOW_MAX;
}

/**
 * The number of the first message after a number, else of the last one before it; null for none.
 * @param {RowEvent[]} events
 * @param {number} seq
 */
export function nextTo(events, seq) {
  const messages = events.filter(({ type }) => type === "message");
  return (messages.find((message) => message.seq > seq) ?? messages.at(-1))?.seq ?? null;
}

/**
 * Attach the window if the log shows that nothing is newer.
 * @param {MessageWindow} messageWindow
 * @param {Log} log
 * @returns {MessageWindow}
 */
function attach(messageWindow, log) {
  return { ...messageWindow, hasNewer: heldAfter(messageWindow, log)?.length !== 0 };
}

/**
 * @param {MessageWindow} messageWindow
 * @param {number} [most]
 * @returns {MessageWindow}
 */
function keepNewest(messageWindow, most = WINDOW_MAX) {
  if (messageWindow.events.length <= most) return messageWindow;
  return { ...messageWindow, events: messageWindow.events.slice(-most), hasOlder: true, above: null };
}

/** @param {MessageWindow} messageWindow */
function lastOf(messageWindow) {
  return messageWindow.events.at(-1)?.seq ?? 0;
}
