// The files of queued messages: says once which are needed, and takes one answer for each. Pure: what it needs is passed in.
//
//   missing --takeNeeded--> requested --ready--> stored (the message may be sent)
//      ^                        |  \--failed--> the message fails
//      +-------- deferred ------+

/**
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 * @typedef {{clientId: string, file: OutboxFile}} NeededFile
 */

export class OutboxFiles {
  /**
   * @param {{
   *   outbox(): import("./outbox.js").Outbox, storage(): import("./outbox_store.js").OutboxStore | null,
   *   onAnswer(clientId: string): void
   * }} deps  `onAnswer`: this message changed
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Set<string>} files that were requested and are not answered */
    this.requested = new Set();
  }

  /**
   * Take the files that are missing on the server; a file is returned again only after `deferred`.
   * @returns {NeededFile[]}
   */
  takeNeeded() {
    const queued = this.deps.outbox().items.filter((item) => item.state === "queued");
    const missing = queued.flatMap(({ client_id: clientId, files = [] }) =>
      files.filter((file) => !file.stored).map((file) => ({ clientId, file })),
    );
    const needed = missing.filter(({ clientId, file }) => !this.requested.has(clientId + file.key));
    for (const { clientId, file } of needed) this.requested.add(clientId + file.key);
    return needed;
  }

  /**
   * Attach an uploaded file to its message.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").StoredFile} stored
   */
  ready(clientId, key, stored) {
    this.deferred(clientId, key);
    this.deps.outbox().attach(clientId, key, stored);
    this.deps.onAnswer(clientId);
  }

  /**
   * Fail a message because one of its files cannot be uploaded.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").Failure} error
   */
  failed(clientId, key, error) {
    this.deferred(clientId, key);
    this.deps.outbox().fail(clientId, error);
    this.deps.onAnswer(clientId);
  }

  /**
   * Let a file be requested again, if it is still needed.
   * @param {string} clientId
   * @param {string} key
   */
  deferred(clientId, key) {
    this.requested.delete(clientId + key);
  }

  /**
   * @param {string} clientId
   * @param {string} key
   * @returns {OutboxFile | undefined}
   */
  find(clientId, key) {
    return this.deps.outbox().find(clientId)?.files?.find((file) => file.key === key);
  }

  /**
   * Read a file's bytes; undefined if this browser no longer has them.
   * @param {string} clientId
   * @param {string} key
   */
  async read(clientId, key) {
    return this.deps.storage()?.blob(clientId, key).catch(() => undefined);
  }
}
