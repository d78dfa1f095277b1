// Applies what another tab announced about the outbox. A shell.

import { Outbox } from "./outbox.js";
import { hasLeft } from "./outbox_changes.js";
import { fromOlder } from "./outbox_format.js";
import { triesOf } from "./outbox_items.js";

/**
 * @typedef {import("./outbox_worker.js").OutboxWorker} OutboxWorker
 * @typedef {import("./tab_channel.js").TabNews} TabNews
 */

/**
 * @param {OutboxWorker} worker
 * @param {TabNews} news
 * @param {boolean} [isOlder]  from a tab of an older version
 */
export function applyTabNews(worker, news, isOlder = false) {
  if (news.isSending) return worker.tabLock?.postpone();
  const { isCleared, items, gone } = isOlder ? takeOlder(worker, news) : news;
  if (isCleared) {
    worker.outbox = new Outbox();
    worker.journal.clear();
  }
  for (const item of items) if (worker.outbox.mergeFromTab(item)) followUp(worker, item.client_id, "edit", item.text);
  for (const clientId of gone) {
    const item = worker.outbox.find(clientId);
    if (item && !item.kind && hasLeft(isOlder ? { ...item, tries: triesOf(item) - 1 } : item)) followUp(worker, clientId, "delete");
    else worker.outbox.settle(clientId);
  }
  worker.flush();
}

/**
 * What an older tab has written is new; what becomes of it, this tab hears from the server. What is withdrawn there was
 * removed from the older storage only.
 * @param {OutboxWorker} worker
 * @param {TabNews} news
 * @returns {TabNews}
 */
function takeOlder({ outbox, storage, deps }, { isCleared, items, gone }) {
  const removed = isCleared ? [storage?.clear()] : gone.map((clientId) => storage?.remove(clientId));
  Promise.all(removed).catch(() => deps.onStorageFault());
  const written = items.filter((item) => item.state !== "acked" && !outbox.find(item.client_id));
  return { isCleared, items: written.map(fromOlder), gone };
}

/**
 * Another tab changed a message that this one has sent already: the server has to change it.
 * @param {OutboxWorker} worker
 * @param {string} clientId
 * @param {"edit" | "delete"} kind
 * @param {string} [text]
 */
function followUp(worker, clientId, kind, text = "") {
  const { conversation_id } = /** @type {import("../base/types.js").OutboxItem} */ (worker.outbox.find(clientId));
  worker.submitChange({ kind, conversation_id, waits_for: clientId, text }).catch(() => worker.deps.onStorageFault());
}
