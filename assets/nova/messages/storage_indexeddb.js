// The outbox in IndexedDB: the first choice. A shell.

import { FORMAT, fromOlder } from "./outbox_format.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{
 *   kind: "indexeddb" | "localstorage" | "memory",
 *   load(): Promise<OutboxItem[]>, put(item: OutboxItem, blobs?: Blobs): Promise<void>,
 *   blob(clientId: string, key: string): Promise<Blob | undefined>,
 *   remove(clientId: string): Promise<void>, clear(): Promise<void>
 * }} OutboxStorage  one kind of storage for the outbox; promises resolve when the change is durable
 * @typedef {[key: string, blob: Blob][]} Blobs  bytes of a message's files, stored with it in one commit
 */

const STORES = ["outbox", "files"];

/**
 * @param {string} userId  each account has its own database
 * @param {(dead: OutboxStorage) => void} [onClosed]  the browser, another tab or a newer page closed it
 * @returns {Promise<OutboxStorage>}  rejected where IndexedDB is not available
 */
export async function openIdbOutbox(userId, onClosed) {
  const database = await openDatabase(`nova:${userId}`);
  /** @type {OutboxStorage} */
  const storage = {
    kind: "indexeddb",
    load: () => run(database, "readonly", (items) => items.getAll()).then((items) => items ?? []),
    put: (item, blobs = []) =>
      run(database, "readwrite", (items, files) => {
        for (const [key, blob] of blobs) files.put(blob, [item.client_id, key]);
        return items.put(item);
      }).then(() => undefined),
    blob: (clientId, key) => run(database, "readonly", (_, files) => files.get([clientId, key])),
    remove: (clientId) =>
      run(database, "readwrite", (items, files) => {
        files.delete(IDBKeyRange.bound([clientId], [clientId, []]));
        return items.delete(clientId);
      }).then(() => undefined),
    clear: () =>
      run(database, "readwrite", (items, files) => {
        files.clear();
        return items.clear();
      }).then(() => undefined),
  };
  const closed = () => onClosed?.(storage);
  database.onclose = closed;
  database.onversionchange = () => {
    // A newer page in another tab must be able to upgrade.
    database.close();
    closed();
  };
  return storage;
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, FORMAT);
    let isBlocked = false;
    request.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) request.result.createObjectStore("outbox", { keyPath: "client_id" });
      else carryOver(/** @type {IDBTransaction} */ (request.transaction).objectStore("outbox"));
      if (oldVersion < 2) request.result.createObjectStore("files");
    };
    // One that opens too late to be used must not block others.
    request.onsuccess = () => (isBlocked ? request.result.close() : resolve(request.result));
    request.onerror = () => reject(request.error);
    request.onblocked = () => {
      isBlocked = true;
      reject(new Error("the outbox is blocked by another tab"));
    };
  });
}

/** @param {IDBObjectStore} items  of an older format */
function carryOver(items) {
  const request = items.openCursor();
  request.onsuccess = () => {
    request.result?.update(fromOlder(request.result.value));
    request.result?.continue();
  };
}

/**
 * @template T
 * @param {IDBDatabase} database
 * @param {"readonly" | "readwrite"} mode
 * @param {(items: IDBObjectStore, files: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}  resolved when the transaction is complete
 */
function run(database, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORES, mode, { durability: "strict" });
    const request = work(transaction.objectStore("outbox"), transaction.objectStore("files"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the outbox could not be written"));
    // Without an explicit commit, a page that is closed right after Enter loses the message.
    transaction.commit();
  });
}
