// Applies what another tab announced about the outbox. A shell.

import { Outbox } from "./outbox.js";
import { hasLeft } from "./outbox_changes.js";

/** @typedef {import("./outbox_worker.js").OutboxWorker} OutboxWorker */

/**
 * @param {OutboxWorker} worker
 * @param {import("./tab_channel.js").TabNews} news
 */
export function applyTabNews(worker, { isCleared, items, gone }) {
  if (isCleared) worker.outbox = new Outbox();
  for (const item of items) if (worker.outbox.mergeFromTab(item)) followUp(worker, item.client_id, "edit", item.text);
  for (const clientId of gone) {
    const item = worker.outbox.find(clientId);
    if (item && !item.kind && hasLeft(item)) followUp(worker, clientId, "delete");
    else worker.outbox.settle(clientId);
  }
  worker.flush();
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
