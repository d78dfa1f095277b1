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
   * @param {Pick<import("./outbox_worker.js").OutboxWorker, "outbox" | "storage">} worker
   * @param {(clientId: string) => void} onAnswer  this message changed
   */
  constructor(worker, onAnswer) {
    this.worker = worker;
    this.onAnswer = onAnswer;
    /** @type {Set<string>} files that were requested and are not answered */
    this.requested = new Set();
  }

  /**
   * Take the files that are missing on the server; a file is returned again only after `deferred`.
   * @returns {NeededFile[]}
   */
  takeNeeded() {
    const queued = this.worker.outbox.items.filter((item) => item.state === "queued");
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
    this.worker.outbox.attach(clientId, key, stored);
    this.onAnswer(clientId);
  }

  /**
   * Fail a message because one of its files cannot be uploaded.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").Failure} error
   */
  failed(clientId, key, error) {
    this.deferred(clientId, key);
    this.worker.outbox.fail(clientId, error);
    this.onAnswer(clientId);
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
    return this.worker.outbox.find(clientId)?.files?.find((file) => file.key === key);
  }

  /**
   * Read a file's bytes; undefined if this browser no longer has them.
   * @param {string} clientId
   * @param {string} key
   */
  async read(clientId, key) {
    return this.worker.storage?.blob(clientId, key).catch(() => undefined);
  }
}
