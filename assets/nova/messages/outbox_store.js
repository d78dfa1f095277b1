// Keeps the outbox in the best storage that works, and falls back when it fails. A shell.
//
//   IndexedDB --closed, deleted, one failed transaction--> IndexedDB, opened again and filled
//       \--no answer, or failing again and again--> localStorage --> memory (the page warns)

import { DeadlineError, withDeadline } from "../base/deadline.js";
import { OLDER_FORMATS } from "./outbox_format.js";
import { openIdbOutbox } from "./storage_indexeddb.js";
import { openLocalOutbox } from "./storage_local.js";
import { openMemoryOutbox } from "./storage_memory.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("./storage_indexeddb.js").OutboxStorage} OutboxStorage
 * @typedef {import("./storage_indexeddb.js").Blobs} Blobs
 */

const OPEN_MS = 3_000;
const WORK_MS = 4_000;
/** After so many failures in a row the next kind of storage is used. */
const REOPENED_MAX = 2;
/** Failures that another kind of storage does not prevent: the page says that the text could not be saved. */
const FINAL = ["QuotaExceededError", "DataCloneError", "DataError"];

/** @implements {OutboxStorage} */
export class OutboxStore {
  /**
   * @param {string} userId
   * @param {{unsent(): OutboxItem[], onStorageChanged(): void, onNewer(): void}} deps  `unsent`: the messages that have to be
   *   stored; `onNewer`: a newer version of Nova has the database, and this page should be loaded again
   */
  constructor(userId, deps) {
    this.deps = deps;
    this.openers = [
      () => openIdbOutbox(userId, (dead) => this.#closed(dead)),
      async () => openLocalOutbox(userId),
      async () => openMemoryOutbox(),
    ];
    /** Where an earlier page may have kept messages, besides the first storage. */
    this.leftovers = [() => openLocalOutbox(userId), ...OLDER_FORMATS.map((format) => () => openLocalOutbox(userId, localStorage, format))];
    this.level = 0;
    /** @type {OutboxStorage} */
    this.inside = openMemoryOutbox();
    this.faults = 0;
    /** @type {Promise<void> | null} */
    this.recovering = null;
    /** @type {OutboxStorage[]} no longer used, but earlier requests to them may still take effect */
    this.left = [];
    /** @type {Map<string, Blobs>} bytes that are not on the server yet, to fill another storage with */
    this.blobs = new Map();
    this.isClosed = false;
  }

  get kind() {
    return this.inside.kind;
  }

  /** Open the first storage that answers; memory always does. */
  async open() {
    await this.#openFrom(0);
  }

  /** Open no storage again: another account uses the page. */
  close() {
    this.isClosed = true;
  }

  async load() {
    const items = await this.#run((inside) => inside.load());
    for (const open of this.leftovers.slice(this.level > 0 ? 1 : 0)) items.push(...(await this.#takeLeftovers(open, items).catch(() => [])));
    return items;
  }

  /**
   * @param {OutboxItem} item
   * @param {Blobs} [blobs]
   */
  put(item, blobs = []) {
    if (blobs.length) this.blobs.set(item.client_id, blobs);
    return this.#run((inside) => inside.put(item, blobs));
  }

  /**
   * @param {string} clientId
   * @param {string} key
   */
  async blob(clientId, key) {
    const [, held] = this.blobs.get(clientId)?.find(([name]) => name === key) ?? [];
    return held ?? this.#run((inside) => inside.blob(clientId, key));
  }

  /** @param {string} clientId */
  remove(clientId) {
    this.blobs.delete(clientId);
    for (const old of this.left) quietly(() => old.remove(clientId));
    return this.#run((inside) => inside.remove(clientId));
  }

  clear() {
    this.blobs.clear();
    for (const old of this.left) quietly(() => old.clear());
    return this.#run((inside) => inside.clear());
  }

  /**
   * Run work on the storage, and again on its replacement if it fails. Without a failure it starts at once, because a
   * page may be closed right after Enter.
   * @template T
   * @param {(inside: OutboxStorage) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #run(work) {
    for (;;) {
      if (this.recovering) await this.recovering;
      const { inside } = this;
      try {
        const result = await withDeadline(work(inside), WORK_MS);
        if (this.inside === inside) this.faults = 0;
        return result;
      } catch (/** @type {any} */ fault) {
        if (FINAL.includes(fault?.name) || inside.kind === "memory" || this.isClosed) throw fault;
        await this.#recover(inside, fault instanceof DeadlineError);
      }
    }
  }

  /**
   * Replace a storage that failed; simultaneous failures wait for the same replacement.
   * @param {OutboxStorage} broken
   * @param {boolean} isSilent
   */
  #recover(broken, isSilent) {
    if (this.recovering || this.inside !== broken) return this.recovering;
    this.faults += 1;
    const from = isSilent || this.faults > REOPENED_MAX || this.level > 0 ? this.level + 1 : this.level;
    this.recovering = this.#openFrom(from).finally(() => (this.recovering = null));
    return this.recovering;
  }

  /** @param {number} from */
  async #openFrom(from) {
    for (let level = Math.min(from, this.openers.length - 1); level < this.openers.length; level += 1) {
      try {
        const inside = await withDeadline(this.openers[level](), OPEN_MS);
        const waiting = this.deps.unsent().map((item) => inside.put(item, this.blobs.get(item.client_id)));
        await withDeadline(Promise.all(waiting), WORK_MS);
        if (level > this.level) {
          this.left.push(this.inside);
          this.faults = 0;
        }
        this.level = level;
        this.inside = inside;
        this.deps.onStorageChanged();
        return;
      } catch (/** @type {any} */ fault) {
        // Try the next kind of storage.
        if (fault?.name === "VersionError") this.deps.onNewer();
      }
    }
  }

  /**
   * Replace a storage that the browser closed, and store the unsent messages in it.
   * @param {OutboxStorage} dead
   */
  #closed(dead) {
    if (!this.isClosed && this.inside === dead) void this.#recover(dead, false);
  }

  /**
   * Move messages that an earlier page kept elsewhere to the present storage.
   * @param {() => OutboxStorage} open
   * @param {OutboxItem[]} known
   */
  async #takeLeftovers(open, known) {
    const local = open();
    const names = new Set(known.map((item) => item.client_id));
    const items = await local.load();
    const fresh = items.filter((item) => !names.has(item.client_id));
    await withDeadline(Promise.all(fresh.map((item) => this.inside.put(item))), WORK_MS);
    await Promise.all(items.map((item) => local.remove(item.client_id)));
    return fresh;
  }
}

/** @param {() => Promise<void>} work  on a storage that is no longer used */
function quietly(work) {
  void withDeadline(work(), WORK_MS).catch(() => undefined);
}
