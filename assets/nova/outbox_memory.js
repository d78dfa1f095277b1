// The outbox in memory: the last choice, with a warning that a reload loses it.

import { openIdbOutbox } from "./outbox_idb.js";
import { openLocalOutbox } from "./outbox_local.js";

/** @typedef {import("./outbox_idb.js").OutboxStorage} OutboxStorage */

/** @returns {OutboxStorage} */
export function openMemoryOutbox() {
  /** @type {Map<string, import("./types.js").OutboxItem>} */
  const items = new Map();
  return {
    kind: "memory",
    load: async () => [...items.values()],
    put: async (item) => void items.set(item.client_id, item),
    remove: async (clientId) => void items.delete(clientId),
    clear: async () => items.clear(),
  };
}

/**
 * The best outbox that this browser gives.
 * @param {string} userId
 * @returns {Promise<OutboxStorage>}
 */
export async function openOutbox(userId) {
  try {
    return await openIdbOutbox(userId);
  } catch {
    try {
      return openLocalOutbox(userId);
    } catch {
      return openMemoryOutbox();
    }
  }
}
