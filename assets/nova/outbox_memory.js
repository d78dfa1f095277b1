// The outbox in memory: the last choice, with a warning that a reload loses it.

import { openIdbOutbox } from "./outbox_idb.js";
import { openLocalOutbox } from "./outbox_local.js";

/** @typedef {import("./outbox_idb.js").OutboxStorage} OutboxStorage */

/** @returns {OutboxStorage} */
export function openMemoryOutbox() {
  /** @type {Map<string, import("./types.js").OutboxItem>} */
  const items = new Map();
  /** @type {Map<string, Map<string, Blob>>} */
  const files = new Map();
  return {
    kind: "memory",
    load: async () => [...items.values()],
    put: async (item, blobs = []) => {
      items.set(item.client_id, item);
      if (blobs.length) files.set(item.client_id, new Map(blobs));
    },
    blob: async (clientId, key) => files.get(clientId)?.get(key),
    remove: async (clientId) => {
      items.delete(clientId);
      files.delete(clientId);
    },
    clear: async () => {
      items.clear();
      files.clear();
    },
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
