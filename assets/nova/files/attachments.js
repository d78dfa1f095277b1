// Uploads the files of messages: from the composer, and from the outbox after a reload. Pure:
// what it needs is passed in.
//
//   chosen (a chip in the composer) --sent--> part of a message in the outbox --all uploaded--> the message is sent
//
// A file keeps its key from the composer to the outbox: an upload that is continued after a reload or in another tab
// starts at the server's offset. One tab at a time uploads a file.

import { ERRORS } from "../generated/codes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 * @typedef {import("./uploads.js").Upload} Upload
 * @typedef {Pick<import("../messages/outbox_files.js").OutboxFiles, "find" | "read" | "ready" | "failed" | "deferred">} OutboxFiles
 */

const SIGNED_OUT_MS = 5_000;

export class Attachments {
  /**
   * @param {{
   *   outboxFiles: OutboxFiles, onChange(): void,
   *   uploads(onChange: () => void): import("./uploads.js").Uploads,
   *   withLock(key: string, work: () => Promise<void>): Promise<void>
   * }} deps  `withLock`: run this while no other tab does the same
   */
  constructor(deps) {
    this.deps = deps;
    this.uploads = deps.uploads(() => this.#changed());
    /** @type {Map<string, Upload[]>} chips in the composers, by conversation */
    this.chips = new Map();
    /** @type {Set<string>} keys of the outbox's files that are being uploaded */
    this.uploading = new Set();
    /** @type {Map<string, () => void>} called when the upload of a file ends, by key */
    this.ends = new Map();
    /** @type {Map<string, string>} addresses of pictures that are not on the server yet */
    this.previews = new Map();
  }

  /** Stop: another account uses this page. Files in the outbox are uploaded when this account is back. */
  close() {
    this.chips.clear();
    for (const { key } of this.uploads.items) this.uploads.forget(key);
  }

  /** @param {string} conversationId */
  chosen(conversationId) {
    return this.chips.get(conversationId) ?? [];
  }

  /** Whether a reload would lose files: those in a composer are stored nowhere. */
  get isHolding() {
    return [...this.chips.values()].some((chips) => chips.length > 0);
  }

  /**
   * @param {string} conversationId
   * @param {File[]} files
   */
  add(conversationId, files) {
    const added = this.uploads.add(files);
    this.chips.set(conversationId, [...this.chosen(conversationId), ...added]);
    for (const item of added) void this.deps.withLock(item.key, () => this.#end(item));
    this.deps.onChange();
  }

  /**
   * @param {string} conversationId
   * @param {string} key
   */
  remove(conversationId, key) {
    this.#unchip(conversationId, [key]);
    this.uploads.remove(key);
  }

  /**
   * Describe a file of the composer.
   * @param {string} key
   * @param {string} alt
   */
  describe(key, alt) {
    const item = this.uploads.find(key);
    if (item) item.alt = alt;
    this.deps.onChange();
  }

  /**
   * Remove files from the composer, because they belong to a message in the outbox now; their uploads continue.
   * @param {string} conversationId
   * @param {Upload[]} items
   */
  handOver(conversationId, items) {
    this.#unchip(conversationId, items.map((item) => item.key));
    // An upload that has ended and that the outbox did not request is used no more.
    for (const { key, state } of items) if (state === "done" && !this.uploading.has(key)) this.uploads.forget(key);
  }

  /**
   * Upload the files that the outbox needs, and answer each one: ready, failed or deferred.
   * @param {import("../messages/outbox_files.js").NeededFile[]} needed
   */
  upload(needed) {
    for (const { clientId, file } of needed) {
      this.uploading.add(file.key);
      void this.deps
        .withLock(file.key, () => this.#upload(clientId, file))
        .finally(() => this.uploading.delete(file.key));
    }
  }

  /**
   * Put the files of a withdrawn message back into the composer.
   * @param {OutboxItem} item
   * @param {Map<string, Blob | undefined>} blobs  from `bytesOf`, before the message was withdrawn
   */
  withdraw(item, blobs) {
    const files = (item.files ?? []).map((file) => this.uploads.find(file.key) ?? this.uploads.resume(file, blobs.get(file.key)));
    this.chips.set(item.conversation_id, [...this.chosen(item.conversation_id), ...files]);
    this.deps.onChange();
  }

  /**
   * @param {OutboxItem} item
   * @returns {Promise<Map<string, Blob | undefined>>}
   */
  async bytesOf(item) {
    /** @type {Map<string, Blob | undefined>} */
    const bytes = new Map();
    for (const { key } of item.files ?? []) bytes.set(key, await this.deps.outboxFiles.read(item.client_id, key));
    return bytes;
  }

  /**
   * Delete the files of a message that was discarded.
   * @param {OutboxItem} item
   */
  discard(item) {
    for (const file of item.files ?? []) {
      if (this.uploads.find(file.key)) this.uploads.remove(file.key);
      // Without an answer the server deletes it automatically after some days.
      else if (file.stored) void this.uploads.deps.send("DELETE", `uploads/${file.stored.id}`).catch(() => null);
    }
  }

  /**
   * The upload of an outbox file, if this tab uploads it.
   * @param {string} key
   */
  find(key) {
    return this.uploads.find(key);
  }

  /**
   * An address under which this page can show a picture that is not on the server yet.
   * @param {string} key
   * @returns {string}  empty where there is none
   */
  preview(key) {
    const file = this.uploads.find(key)?.file;
    if (!file?.type.startsWith("image/")) return "";
    if (!this.previews.has(key)) this.previews.set(key, URL.createObjectURL(file));
    return this.previews.get(key) ?? "";
  }

  /**
   * @param {string} clientId
   * @param {OutboxFile} file
   */
  async #upload(clientId, file) {
    const { outboxFiles } = this.deps;
    // Meanwhile another tab may have uploaded it, or the user withdrawn it.
    const known = outboxFiles.find(clientId, file.key);
    if (!known || known.stored) return outboxFiles.deferred(clientId, file.key);
    const item = this.uploads.find(file.key) ?? this.uploads.resume(file, await outboxFiles.read(clientId, file.key));
    await this.#end(item);
    await this.#answer(clientId, item);
    if (!this.#isChip(item)) this.uploads.forget(file.key);
  }

  /**
   * @param {string} clientId
   * @param {Upload} item
   */
  async #answer(clientId, item) {
    const { outboxFiles } = this.deps;
    const isSignedOut = item.fault?.kind === "UNAUTHORIZED" || item.fault?.code === "account_changed";
    if (item.state === "done") return outboxFiles.ready(clientId, item.key, item.stored);
    if (item.state === "failed" && !isSignedOut) return outboxFiles.failed(clientId, item.key, failureOf(item));
    if (isSignedOut) await this.uploads.deps.sleep(SIGNED_OUT_MS);
    outboxFiles.deferred(clientId, item.key);
  }

  /**
   * @param {Upload} item
   * @returns {Promise<void>}  resolved when the upload is done, has failed or was cancelled
   */
  #end(item) {
    return new Promise((resolve) => {
      this.ends.set(item.key, resolve);
      this.#changed();
    });
  }

  #changed() {
    for (const [key, end] of this.ends) {
      const state = this.uploads.find(key)?.state ?? "gone";
      if (!["done", "failed", "gone"].includes(state)) continue;
      this.ends.delete(key);
      end();
    }
    for (const [key, url] of this.previews) {
      if (this.uploads.find(key)) continue;
      URL.revokeObjectURL(url);
      this.previews.delete(key);
    }
    this.deps.onChange();
  }

  /** @param {Upload} item */
  #isChip(item) {
    return [...this.chips.values()].some((chips) => chips.includes(item));
  }

  /**
   * @param {string} conversationId
   * @param {string[]} keys
   */
  #unchip(conversationId, keys) {
    this.chips.set(conversationId, this.chosen(conversationId).filter((item) => !keys.includes(item.key)));
    this.deps.onChange();
  }
}

/**
 * The failure of a message whose file could not be uploaded.
 * @param {Upload} item
 */
function failureOf(item) {
  const { code = "page_failed", kind = "", message = "" } = item.fault ?? {};
  const known = ERRORS[code] ?? { kind, retryable: false };
  return { kind: known.kind, code, message: message && `${item.name}: ${message}`, retryable: false };
}
