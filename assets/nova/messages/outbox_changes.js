// Rules about what is done to messages and waits in the outbox: edits, deletions, reactions, and replies. Pure.
//
// An item without `kind` is a message to send. The message that a change or a reply is about is named by `target_id`;
// while it has no id on the server yet, `waits_for` is its client id, and the item waits until it is stored.

import { ERRORS } from "../generated/codes.js";
import { hasStoredFiles, isWaiting, triesOf } from "./outbox_items.js";

/** @typedef {import("../base/types.js").OutboxItem} OutboxItem */

/**
 * Whether the server may have it already.
 * @param {OutboxItem} item
 */
export const hasLeft = (item) => item.state === "sending" || item.state === "acked" || (item.state === "queued" && triesOf(item) > 0);

/**
 * Whether both are about the same message.
 * @param {OutboxItem} item
 * @param {OutboxItem} other
 */
const sharesTarget = (item, other) => item.target_id === other.target_id && item.waits_for === other.waits_for;

/**
 * What a change makes of those that wait: a newer edit replaces an older one, on and off cancel each other. What may
 * have left is kept, and the new change follows it.
 * @param {OutboxItem[]} items
 * @param {OutboxItem} change
 * @returns {{added: OutboxItem | null, gone: string[]}}
 */
export function planChange(items, change) {
  const others = items.filter((item) => item.kind && item.state !== "acked" && sharesTarget(item, change));
  if (others.some((item) => item.kind === "delete")) return { added: null, gone: [] };
  const same = others.filter((item) => item.kind === change.kind && item.emoji === change.emoji);
  const last = same.at(-1);
  const gone = same.filter((item) => !hasLeft(item)).map((item) => item.client_id);
  if (change.kind === "react" && last?.on === change.on) return { added: null, gone: [] };
  if (change.kind === "react" && gone.length) return { added: null, gone };
  // It is an edit of what the waiting one was about, not of what others wrote meanwhile.
  const waiting = change.kind === "edit" && same.find(isWaiting);
  return { added: waiting ? { ...change, base_seq: waiting.base_seq } : change, gone };
}

/**
 * Whether an item has to wait for others at this time.
 * @param {OutboxItem} item
 * @param {number} now  epoch ms
 */
const isHeld = (item, now) => Boolean(item.waits_for) || (item.due_at ?? 0) > now;

/**
 * The queued items that nothing keeps back, in order: messages wait for those before them in their conversation,
 * changes for those of the same message.
 * @param {OutboxItem[]} items
 * @param {number} now  epoch ms
 */
export function sendable(items, now) {
  /** @type {Set<string | undefined>} */
  const blocked = new Set();
  return items.filter((item) => {
    const place = item.kind ? item.target_id : item.conversation_id;
    const isDue = item.state === "queued" && hasStoredFiles(item) && !isHeld(item, now) && !blocked.has(place);
    if (item.kind ? isWaiting(item) : item.state === "queued" && !isDue) blocked.add(place);
    return isDue;
  });
}

/**
 * What is held together by a refusal that passes: reactions have a rate of their own.
 * @param {OutboxItem} item
 */
export const laneOf = (item) => (item.kind === "react" ? "react:" : "") + item.conversation_id;

/**
 * An item after this message was stored: what waited for it may be sent, and edits of one outbox follow each other.
 * @param {OutboxItem} item
 * @param {OutboxItem | undefined} stored  the item that was stored, if it was in this outbox
 * @param {{client_id: string, message_id: string, seq: number}} answer
 * @returns {OutboxItem}
 */
export function afterStored(item, stored, { client_id, message_id, seq }) {
  if (item.waits_for === client_id) return { ...item, waits_for: "", target_id: message_id, ...(item.kind === "edit" && { base_seq: seq }) };
  const follows = stored?.kind === "edit" && item.kind === "edit" && item.target_id === message_id && item.state === "queued";
  return follows && (item.base_seq ?? 0) < seq ? { ...item, base_seq: seq } : item;
}

/**
 * What waits for a message that was not stored and will not be: it fails, with its text.
 * @param {OutboxItem[]} items
 */
export function findAbandoned(items) {
  const sends = new Set(items.flatMap((item) => (item.state === "failed" ? [] : item.client_id)));
  return items.filter((item) => item.waits_for && isWaiting(item) && !sends.has(item.waits_for));
}

export const TARGET_FAILED = { ...ERRORS.target_failed, code: "target_failed", message: "" };

/**
 * Messages that have not left and whose deletion can no longer be undone.
 * @param {OutboxItem[]} items
 * @param {number} now  epoch ms
 */
export function findWithdrawn(items, now) {
  const ids = new Set(items.flatMap((item) => (item.kind === "delete" && (item.due_at ?? 0) <= now ? item.waits_for : [])));
  return items.filter((item) => ids.has(item.client_id) && !hasLeft(item));
}

/**
 * Changes that have no use any more: of a message that was withdrawn, before a deletion that leaves, and what failed and
 * has no text.
 * @param {OutboxItem[]} items
 * @param {number} now  epoch ms
 */
export function findNeedless(items, now) {
  const known = new Set(items.map((item) => item.client_id));
  const deletions = items.filter((item) => item.kind === "delete" && (hasLeft(item) || !isHeld(item, now)));
  return items.filter((item) => {
    if (!item.kind) return false;
    if (item.waits_for && !known.has(item.waits_for)) return true;
    if (item.kind !== "edit" && item.state === "failed") return true;
    return item.kind !== "delete" && !hasLeft(item) && deletions.some((deletion) => sharesTarget(item, deletion));
  });
}
