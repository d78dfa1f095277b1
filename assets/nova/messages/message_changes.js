// What edits and deletions make of messages. Pure.

import { LIMITS } from "../generated/codes.js";
import { cut } from "../base/graphemes.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 * @typedef {import("../generated/types.js").ReactionBody} Reaction
 */

const ROWS = ["message", "member", "renamed"];

/**
 * Whether an event has a row of its own.
 * @param {LogEvent} event
 * @returns {event is RowEvent}
 */
export const isRow = (event) => ROWS.includes(event.type);

/**
 * Whether an event is a message of another user that mentions this one, alone or with everybody.
 * @param {LogEvent | {author_id: string, mentions: string[], mentions_all: boolean}} event
 * @param {{user_id: string}} me
 */
export const isMentioned = (event, me) =>
  "mentions" in event && event.author_id !== me.user_id && (event.mentions_all === true || (event.mentions?.includes(me.user_id) ?? false));

/**
 * A message after one more event of the log. Replayed edits that the message has already change nothing.
 * @template {Omit<MessageEvent, "type">} T
 * @param {T} message
 * @param {LogEvent} change
 * @returns {T}
 */
export function withChange(message, change) {
  if (isRow(change) || message.deleted || change.seq <= (message.as_of ?? 0)) return message;
  if (change.message_id !== message.message_id) return withQuote(message, change);
  if (change.type === "reaction") return { ...message, reactions: withReaction(message.reactions ?? [], change), as_of: change.seq };
  if (change.type === "deleted") {
    const gone = { reply_to: undefined, files: undefined, mentions: [], mentions_all: undefined, reactions: [] };
    return { ...message, ...gone, text: "", deleted: true };
  }
  if (change.type !== "edited" || change.seq <= (message.version_seq ?? message.seq)) return message;
  const { text, seq, edited_at, mentions, mentions_all } = change;
  return { ...message, text, version_seq: seq, edited_at, mentions, mentions_all };
}

/**
 * A reply after the message that it quotes was edited or deleted.
 * @template {Omit<MessageEvent, "type">} T
 * @param {T} message
 * @param {import("../base/types.js").ChangeEvent} change
 * @returns {T}
 */
function withQuote(message, change) {
  const { reply_to } = message;
  if (reply_to?.message_id !== change.message_id || reply_to.deleted) return message;
  if (change.type === "deleted") return { ...message, reply_to: { ...reply_to, text: "", deleted: true } };
  return change.type === "edited" ? { ...message, reply_to: { ...reply_to, text: cut(change.text, LIMITS.quote_max_chars) } } : message;
}

/**
 * Reactions after one more; what is set or removed already changes nothing.
 * @param {Reaction[]} reactions
 * @param {{emoji: string, user_id: string, on: boolean}} change
 * @returns {Reaction[]}
 */
export function withReaction(reactions, { emoji, user_id, on }) {
  const old = reactions.find((reaction) => reaction.emoji === emoji) ?? { emoji, count: 0, user_ids: [] };
  const others = old.user_ids.filter((id) => id !== user_id);
  const isListed = others.length < old.user_ids.length;
  // The list of users ends after some: who is not on it may have set the emoji all the same.
  if (on ? isListed : !isListed && old.count === others.length) return reactions;
  const changed = { emoji, count: old.count + (on ? 1 : -1), user_ids: on ? [...others, user_id] : others };
  const all = old.count ? reactions.map((reaction) => (reaction === old ? changed : reaction)) : [...reactions, changed];
  return all.filter(({ count }) => count > 0);
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
