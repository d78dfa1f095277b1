// Rules about one message of the outbox. Pure.

import { ERRORS, LIMITS } from "../generated/codes.js";
import { wellFormed } from "../base/well_formed.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 */

/**
 * Create a queued message, or a change of one.
 * @param {Omit<OutboxItem, "created_at" | "state" | "error" | "files"> & {files?: OutboxFile[]}} written
 * @param {number} now  epoch ms
 * @returns {OutboxItem}
 */
export function newItem({ files = [], text, ...written }, now) {
  return {
    ...written,
    text: wellFormed(text),
    created_at: new Date(now).toISOString(),
    state: "queued",
    error: null,
    ...(files.length && { files: files.map(({ key, name, size, stored }) => ({ key, name: wellFormed(name), size, stored })) }),
  };
}

/**
 * Whether the message is on its way to the server; a failed one waits for the user instead.
 * @param {OutboxItem} item
 */
export function isWaiting(item) {
  return item.state === "queued" || item.state === "sending";
}

/**
 * Whether all its files are on the server.
 * @param {OutboxItem} item
 */
export function hasStoredFiles(item) {
  return !item.files?.some((file) => !file.stored);
}

const DAY_MS = 86_400_000;
export const STALE = { ...ERRORS.outbox_stale, code: "outbox_stale", message: "" };

/**
 * Whether it waited so long that the user has to decide whether it still makes sense.
 * @param {OutboxItem} item
 * @param {number} now  epoch ms
 */
export function isStale(item, now) {
  return item.state === "queued" && now - Date.parse(item.created_at) > LIMITS.outbox_max_age_days * DAY_MS;
}

/**
 * A failed item as if it were written now.
 * @param {OutboxItem} item
 * @param {number} now  epoch ms
 * @returns {OutboxItem}
 */
export function asRetried(item, now) {
  return { ...item, state: "queued", error: null, tries: 0, created_at: new Date(now).toISOString() };
}

/** @param {OutboxItem} item */
export function triesOf(item) {
  return item.tries ?? 0;
}

/**
 * Return the next message of each conversation, the one with the fewest sends first.
 * @param {OutboxItem[]} due  in order
 */
export function leastTried(due) {
  const next = new Map([...due].reverse().map((item) => [item.conversation_id, item]));
  return [...next.values()].sort((a, b) => triesOf(a) - triesOf(b) || a.order - b.order);
}

/**
 * A message whose last send got no answer: queued again, or failed after `sends_max` sends.
 * @param {OutboxItem} item
 * @returns {OutboxItem}
 */
export function afterSilence(item) {
  if (item.state !== "sending") return item;
  if (triesOf(item) < LIMITS.sends_max) return { ...item, state: "queued" };
  return { ...item, state: "failed", error: { ...ERRORS.no_answer, code: "no_answer", message: "" } };
}

/**
 * A stored message as a new page continues with it.
 * @param {OutboxItem} item
 * @returns {OutboxItem}
 */
export function asLoaded(item) {
  return item.state === "acked" ? { ...item, state: "queued" } : afterSilence(item);
}

/**
 * A message as another tab announced it, with the files that this tab has uploaded: each tab uploads its own.
 * A failed message is taken unchanged, because its files may have to be uploaded again.
 * @param {OutboxItem} item
 * @param {OutboxItem} mine
 * @returns {OutboxItem}
 */
export function withStored(item, mine) {
  if (!item.files || item.state === "failed") return item;
  const known = new Map(mine.files?.map(({ key, stored }) => [key, stored]));
  return { ...item, files: item.files.map((file) => ({ ...file, stored: file.stored ?? known.get(file.key) ?? null })) };
}
