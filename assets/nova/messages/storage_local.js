// The outbox in localStorage, one key per message: the second choice. A shell.

import { FORMAT, fromOlder, scopeOf } from "./outbox_format.js";

/** @typedef {import("./storage_indexeddb.js").OutboxStorage} OutboxStorage */

/**
 * @param {string} userId
 * @param {Storage} [storage]
 * @param {number} [format]
 * @returns {OutboxStorage}  throws where localStorage is not available
 */
export function openLocalOutbox(userId, storage = localStorage, format = FORMAT) {
  const prefix = `nova:outbox:${scopeOf(userId, format)}:`;
  const keys = () => Object.keys(storage).filter((key) => key.startsWith(prefix));
  storage.setItem(`${prefix}probe`, "1");
  storage.removeItem(`${prefix}probe`);
  return {
    kind: "localstorage",
    load: async () => {
      const items = keys().flatMap((key) => parse(storage.getItem(key)));
      return format === FORMAT ? items : items.map(fromOlder);
    },
    put: async (item) => storage.setItem(prefix + item.client_id, JSON.stringify(item)),
    // It cannot hold bytes: files have to be on the server before their message is stored.
    blob: async () => undefined,
    remove: async (clientId) => storage.removeItem(prefix + clientId),
    clear: async () => keys().forEach((key) => storage.removeItem(key)),
  };
}

/**
 * @param {string | null} text
 * @returns {import("../base/types.js").OutboxItem[]}
 */
function parse(text) {
  try {
    const item = JSON.parse(text ?? "null");
    return item && item.client_id ? [item] : [];
  } catch {
    return [];
  }
}
