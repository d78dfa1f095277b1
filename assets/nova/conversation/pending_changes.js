// A message as it will be once what was done to it here is stored. Pure.

import { withReaction } from "../messages/message_changes.js";
import { isWaiting } from "../messages/outbox_items.js";
import { hasLeft } from "../messages/outbox_changes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{
 *   text: string, edited_at?: string, deleted?: unknown, reactions?: import("../generated/types.js").ReactionBody[]
 * }} Changeable
 * @typedef {"" | "reaction" | "edit" | "delete"} Pending
 */

/** The more a change changes, the later it stands here. */
const KINDS = /** @type {const} */ (["", "reaction", "edit", "delete"]);

/**
 * @template {Changeable} T
 * @param {T} message
 * @param {OutboxItem[]} changes  of this message, in order
 * @param {string} myId
 * @returns {{message: T, pending: Pending, failed: OutboxItem | null, undo: string}}  `pending`: what is not stored yet;
 *   `failed`: an edit that was refused; `undo`: the client id of a deletion that has not left
 */
export function withPending(message, changes, myId) {
  let changed = message;
  let pending = 0;
  /** @type {OutboxItem | null} */
  let failed = null;
  let undo = "";
  for (const item of changes) {
    if (item.state === "failed") failed = item;
    else {
      changed = afterItem(changed, item, myId);
      if (item.kind === "delete" && !hasLeft(item)) undo = item.client_id;
      if (isWaiting(item)) pending = Math.max(pending, item.kind === "delete" ? 3 : item.kind === "edit" ? 2 : 1);
    }
  }
  return { message: changed, pending: KINDS[pending], failed, undo };
}

/**
 * @template {Changeable} T
 * @param {T} message
 * @param {OutboxItem} item
 * @param {string} myId
 * @returns {T}
 */
function afterItem(message, { kind, text, emoji = "", on = false, created_at }, myId) {
  if (message.deleted) return message;
  if (kind === "delete") return { ...message, text: "", files: undefined, reactions: [], deleted: true };
  if (kind === "edit") return { ...message, text, edited_at: created_at };
  return { ...message, reactions: withReaction(message.reactions ?? [], { emoji, user_id: myId, on }) };
}

/**
 * The changes that wait, by the message they are about: its id on the server, or its client id.
 * @param {OutboxItem[]} items
 * @returns {(messageId: string | undefined, clientId: string) => OutboxItem[]}
 */
export function changesByMessage(items) {
  /** @type {Map<string, OutboxItem[]>} */
  const found = new Map();
  for (const item of items) {
    const key = item.kind && (item.target_id || item.waits_for);
    if (key) found.set(key, [...(found.get(key) ?? []), item]);
  }
  return (messageId, clientId) => (found.size ? (found.get(messageId ?? "") ?? found.get(clientId) ?? NONE) : NONE);
}

/** @type {never[]} */
const NONE = [];
