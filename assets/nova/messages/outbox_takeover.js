// Goes on with the outbox where another tab stopped. Pure.

import { laneOf } from "./outbox_changes.js";

/** What another tab announced has been heard by then. */
const NEWS_MS = 1_000;

/**
 * Send again what another tab was sending. What it has removed from the storage was answered, in all likelihood: its
 * conversation waits a moment for that news.
 * @param {import("./outbox.js").Outbox} outbox
 * @param {import("./outbox_items.js").OutboxItem[]} stored
 * @param {number} now  epoch ms
 */
export function takeOver(outbox, stored, now) {
  const kept = new Set(stored.map(({ client_id }) => client_id));
  const removed = outbox.items.filter((item) => item.state === "sending" && !kept.has(item.client_id));
  for (const item of removed) outbox.heldUntil.set(laneOf(item), now + NEWS_MS);
  outbox.lost();
  outbox.load(stored);
}
