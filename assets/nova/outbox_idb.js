// The outbox in IndexedDB: the first choice. A shell.

/**
 * @typedef {import("./types.js").OutboxItem} OutboxItem
 * @typedef {{
 *   kind: "indexeddb" | "localstorage" | "memory",
 *   load(): Promise<OutboxItem[]>, put(item: OutboxItem): Promise<void>,
 *   remove(clientId: string): Promise<void>, clear(): Promise<void>
 * }} OutboxStorage  what every inside of the outbox offers; a promise is kept when the change is durable
 */

const STORE = "outbox";

/**
 * @param {string} userId  every account has a database of its own
 * @returns {Promise<OutboxStorage>}  rejects where the browser has no IndexedDB to give
 */
export async function openIdbOutbox(userId) {
  const database = await openDatabase(`nova:${userId}`);
  return {
    kind: "indexeddb",
    load: () => run(database, "readonly", (store) => store.getAll()).then((items) => items ?? []),
    put: (item) => run(database, "readwrite", (store) => store.put(item)).then(() => undefined),
    remove: (clientId) => run(database, "readwrite", (store) => store.delete(clientId)).then(() => undefined),
    clear: () => run(database, "readwrite", (store) => store.clear()).then(() => undefined),
  };
}

/**
 * @param {string} name
 * @returns {Promise<IDBDatabase>}
 */
function openDatabase(name) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "client_id" });
    request.onsuccess = () => {
      // A newer page in another tab must be able to upgrade.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("the outbox is blocked by another tab"));
  });
}

/**
 * @template T
 * @param {IDBDatabase} database
 * @param {"readonly" | "readwrite"} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} work
 * @returns {Promise<T>}  kept when the transaction is complete
 */
function run(database, mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the outbox could not be written"));
    // Without an explicit commit, a page that is left right after Enter loses the message.
    transaction.commit();
  });
}
