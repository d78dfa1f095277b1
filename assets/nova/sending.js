// Carries messages from the composer to the server. A shell: the rules are in outbox.js.

import { ERRORS, LIMITS } from "./codes.js";
import * as frames from "./frames.js";
import { mintId } from "./ids.js";
import { Outbox } from "./outbox.js";
import { openOutbox } from "./outbox_memory.js";

/** @typedef {import("./types.js").OutboxItem} OutboxItem */

export class Sending {
  /**
   * @param {{send(text: string): boolean, onChange(): void, onStorageFault(): void}} given
   */
  constructor(given) {
    this.given = given;
    this.outbox = new Outbox();
    /** @type {import("./outbox_idb.js").OutboxStorage | null} */
    this.storage = null;
    this.isOpenForFlush = false;
    this.lastOrder = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} userId */
  async open(userId) {
    const storage = await openOutbox(userId);
    this.outbox.load(await storage.load());
    this.storage = storage;
    this.given.onChange();
    this.flush();
  }

  /**
   * Why a text cannot be taken now; empty if it can.
   * @param {string} text
   * @returns {string}
   */
  refusal(text) {
    if ([...text].length > LIMITS.text_max_chars) return ERRORS.text_too_long.text;
    return this.outbox.hasRoom ? "" : ERRORS.outbox_full.text;
  }

  /**
   * Take a message. When the promise is kept it is stored in this browser and part of the queue.
   * @param {string} conversationId
   * @param {string} text
   */
  async submit(conversationId, text) {
    if (!this.storage) throw new Error("the outbox is not open");
    // Two messages of one millisecond keep their order, in this tab and after a reload.
    this.lastOrder = Math.max(Date.now() * 1000, this.lastOrder + 1);
    /** @type {OutboxItem} */
    const item = {
      client_id: mintId(),
      conversation_id: conversationId,
      text,
      created_at: new Date().toISOString(),
      order: this.lastOrder,
      state: "queued",
      error: null,
    };
    await this.storage.put(item);
    this.outbox.add(item);
    this.given.onChange();
    this.flush();
  }

  /** The line is proven: everything that waits may go. */
  resume() {
    this.isOpenForFlush = true;
    this.flush();
  }

  /** The line is lost. */
  lost() {
    this.isOpenForFlush = false;
    this.outbox.lost();
    this.given.onChange();
  }

  flush() {
    if (!this.isOpenForFlush || !this.storage) return;
    const now = Date.now();
    for (const item of this.outbox.takeDue(now)) this.given.send(frames.send(item));
    const next = this.outbox.nextDueAt(now);
    clearTimeout(this.timer);
    if (next !== null) this.timer = setTimeout(() => this.flush(), next - now);
    this.given.onChange();
  }

  /** @param {string} clientId */
  ack(clientId) {
    this.outbox.ack(clientId);
    this.#forget(clientId);
    this.flush();
  }

  /** @param {{client_id: string, error: import("./types.js").Failure}} frame */
  nack(frame) {
    this.outbox.nack(frame.client_id, frame.error, Date.now());
    this.#remember(frame.client_id);
    this.flush();
  }

  /**
   * The log has this message.
   * @param {string} clientId
   */
  settle(clientId) {
    if (this.outbox.settle(clientId)) this.#forget(clientId);
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.outbox.retry(clientId);
    this.#remember(clientId);
    this.flush();
  }

  /**
   * @param {string} clientId
   * @returns {string}  its text; empty if it cannot be taken back
   */
  discard(clientId) {
    const item = this.outbox.discard(clientId);
    if (item) this.#forget(clientId);
    this.given.onChange();
    return item?.text ?? "";
  }

  async clear() {
    this.outbox = new Outbox();
    await this.storage?.clear();
  }

  /** @param {string} clientId */
  #remember(clientId) {
    const item = this.outbox.find(clientId);
    if (item) this.storage?.put(item).catch(() => this.given.onStorageFault());
  }

  /** @param {string} clientId */
  #forget(clientId) {
    // If this fails, the message goes again after a reload and is acked as a duplicate.
    this.storage?.remove(clientId).catch(() => this.given.onStorageFault());
  }
}
