// What edits and deletions make of messages. Pure.

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 */

/**
 * Whether an event has a row of its own.
 * @param {LogEvent} event
 * @returns {event is RowEvent}
 */
export const isRow = (event) => event.type === "message" || event.type === "member";

/**
 * A message after one more event of the log. Replayed edits that the message has already change nothing.
 * @template {Omit<MessageEvent, "type">} T
 * @param {T} message
 * @param {LogEvent} change
 * @returns {T}
 */
export function withChange(message, change) {
  if (!("message_id" in change) || change.message_id !== message.message_id || message.deleted) return message;
  if (change.type === "deleted") return { ...message, text: "", files: undefined, deleted: true, mentions: [], reactions: [] };
  if (change.type !== "edited" || change.seq <= (message.version_seq ?? message.seq)) return message;
  const { text, seq, edited_at, mentions, mentions_all } = change;
  return { ...message, text, version_seq: seq, edited_at, mentions, mentions_all };
}

/**
 * @param {RowEvent[]} rows
 * @param {LogEvent[]} changes
 * @returns {RowEvent[]}  the same array if nothing changed
 */
export function withChanges(rows, changes) {
  if (!changes.length) return rows;
  let isSame = true;
  const all = rows.map((row) => {
    const changed = row.type === "message" ? changes.reduce(withChange, row) : row;
    isSame &&= changed === row;
    return changed;
  });
  return isSame ? rows : all;
}
