// The outbox in memory: the last choice, with a warning that a reload loses it. Pure.

/** @typedef {import("./storage_indexeddb.js").OutboxStorage} OutboxStorage */

/** @returns {OutboxStorage} */
export function openMemoryOutbox() {
  /** @type {Map<string, import("../base/types.js").OutboxItem>} */
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
