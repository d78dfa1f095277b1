// Uploads the files of messages: from the composer, and from the outbox after a reload. Pure:
// what it needs is passed in.
//
//   chosen (a chip in the composer) --sent--> part of a message in the outbox --all there--> the message leaves
//
// A file is announced under its key, which goes with it from the composer into the outbox: whoever takes it up
// again, after a reload or in another tab, continues at the server's offset. One tab at a time uploads a file.

import { ERRORS } from "../generated/codes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").OutboxFile} OutboxFile
 * @typedef {import("./uploads.js").Upload} Upload
 */

const SIGNED_OUT_MS = 5_000;

export class Attachments {
  /**
   * @param {{
   *   outboxWorker: Pick<import("../messages/outbox_worker.js").OutboxWorker, "outbox" | "storage" | "attach" | "fail">, onChange(): void,
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
    /** @type {Map<string, () => void>} who waits for the end of a file */
    this.ends = new Map();
    /** @type {Map<string, string>} addresses of pictures that are not on the server yet */
    this.previews = new Map();
  }

  /** Another account uses this page from now on: what waits goes on when this one is back. */
  close() {
    this.chips.clear();
    for (const { key } of this.uploads.items) this.uploads.forget(key);
  }

  /** @param {string} conversationId */
  chosen(conversationId) {
    return this.chips.get(conversationId) ?? [];
  }

  /** Whether a reload would lose something: chips live in the page. */
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
   * These belong to a message in the outbox now; they go on.
   * @param {string} conversationId
   * @param {Upload[]} items
   */
  handOver(conversationId, items) {
    this.#unchip(conversationId, items.map((item) => item.key));
    // What is on the server already, nobody carries any more.
    for (const { key, state } of items) if (state === "done" && !this.uploading.has(key)) this.uploads.forget(key);
  }

  /**
   * Bring the files of these messages to the server; those that are on their way stay so.
   * @param {OutboxItem[]} items
   */
  uploadFiles(items) {
    for (const item of items) {
      for (const file of item.files ?? []) {
        if (file.stored || this.uploading.has(file.key)) continue;
        this.uploading.add(file.key);
        void this.deps
          .withLock(file.key, () => this.#upload(item.client_id, file))
          .finally(() => this.uploading.delete(file.key));
      }
    }
  }

  /**
   * A message is taken back: its files become chips again.
   * @param {OutboxItem} item
   * @param {Map<string, Blob | undefined>} blobs  from `bytesOf`, before it was taken back
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
    for (const { key } of item.files ?? []) bytes.set(key, await this.#read(item.client_id, key));
    return bytes;
  }

  /**
   * A message was thrown away, and its files with it.
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
    const { outboxWorker } = this.deps;
    // Meanwhile another tab may have done it, or a person taken it back.
    const mine = outboxWorker.outbox.find(clientId)?.files?.find((other) => other.key === file.key);
    if (!mine || mine.stored) return;
    const item = this.uploads.find(file.key) ?? this.uploads.resume(file, await this.#read(clientId, file.key));
    await this.#end(item);
    if (item.state === "done") outboxWorker.attach(clientId, file.key, item.stored);
    else if (item.fault?.kind === "UNAUTHORIZED" || item.fault?.code === "account_changed") await this.uploads.deps.sleep(SIGNED_OUT_MS);
    else if (item.state === "failed") outboxWorker.fail(clientId, failureOf(item));
    if (!this.#isChip(item)) this.uploads.forget(file.key);
  }

  /**
   * @param {string} clientId
   * @param {string} key
   */
  async #read(clientId, key) {
    return this.deps.outboxWorker.storage?.blob(clientId, key).catch(() => undefined);
  }

  /**
   * @param {Upload} item
   * @returns {Promise<void>}  kept when it is there, has failed or was given up
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
 * Why a message cannot be sent: because of this file.
 * @param {Upload} item
 */
function failureOf(item) {
  const { code = "page_failed", kind = "", message = "" } = item.fault ?? {};
  const known = ERRORS[code] ?? { kind, retryable: false };
  return { kind: known.kind, code, message: message && `${item.name}: ${message}`, retryable: false };
}
