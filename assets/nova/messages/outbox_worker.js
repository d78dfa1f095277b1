// Sends the messages of the outbox to the server. A shell: the rules are in outbox.js.

import { ERRORS, LIMITS } from "../generated/codes.js";
import * as frames from "../connection/frames.js";
import { mintId } from "../base/ids.js";
import { TabChannel } from "./tab_channel.js";
import { Outbox } from "./outbox.js";
import { OutboxStore } from "./outbox_store.js";
import { TabLock } from "./tab_lock.js";
import { wellFormed } from "../base/well_formed.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../generated/types.js").AckFrame} Ack
 */

export class OutboxWorker {
  /**
   * @param {{
   *   send(text: string): boolean, onChange(): void, onStorageFault(): void,
   *   onSendFailed(error: import("../base/types.js").Failure): void,
   *   onUnanswered(since: number | null): void, stats: import("../connection/connection_stats.js").ConnectionStats,
   *   uploadFiles(items: OutboxItem[]): void
   * }} deps  `uploadFiles`: bring their files to the server; called again and again until they are there
   */
  constructor(deps) {
    this.deps = deps;
    this.outbox = new Outbox();
    /** @type {OutboxStore | null} present once it was read */
    this.storage = null;
    this.isOpenForFlush = false;
    this.lastOrder = 0;
    /** @type {Map<string, number>} when each message that is under way was sent (epoch ms) */
    this.sentAt = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.answerTimer = undefined;
    /** @type {TabChannel | null} */
    this.tabChannel = null;
    /** @type {TabLock | null} */
    this.tabLock = null;
    /** The lock is held and what other tabs left behind was read. */
    this.isSendingTab = false;
  }

  /** @param {string} userId */
  async open(userId) {
    // Listening first, reading second: what another tab writes meanwhile is not missed.
    this.tabChannel = new TabChannel(userId, (news) => this.#onTabNews(news));
    this.tabLock = new TabLock(`nova:outbox:${userId}`, () => void this.#takeOver());
    const unsent = () => this.outbox.items.filter((item) => item.state !== "acked");
    const storage = new OutboxStore(userId, { unsent, onStorageChanged: () => this.deps.onChange() });
    await storage.open();
    // What cannot be read now is read by a later page; nobody has to wait for it.
    this.outbox.load(await storage.load().catch(() => []));
    this.storage = storage;
    this.flush();
  }

  /** Release the lock for another tab and stop listening. */
  close() {
    this.lost();
    clearTimeout(this.answerTimer);
    this.tabChannel?.close();
    this.storage?.close();
  }

  /**
   * Why a text cannot be taken now, as a code; empty if it can.
   * @param {string} text
   * @returns {string}
   */
  refusal(text) {
    if ([...text].length > LIMITS.text_max_chars) return "text_too_long";
    return this.outbox.hasRoom ? "" : "outbox_full";
  }

  /**
   * Take a message. When the promise is kept it is stored in this browser and part of the queue.
   * @param {string} conversationId
   * @param {string} text
   * @param {(import("../base/types.js").OutboxFile & {blob?: Blob})[]} [files]
   */
  async submit(conversationId, text, files = []) {
    if (!this.storage) throw new Error("the outbox is not open");
    // Two messages of one millisecond keep their order, in this tab and after a reload.
    this.lastOrder = Math.max(Date.now() * 1000, this.lastOrder + 1);
    /** @type {OutboxItem} */
    const item = {
      client_id: mintId(),
      conversation_id: conversationId,
      text: wellFormed(text),
      created_at: new Date().toISOString(),
      order: this.lastOrder,
      state: "queued",
      error: null,
      ...(files.length && { files: files.map(({ key, name, size, stored }) => ({ key, name: wellFormed(name), size, stored })) }),
    };
    await this.storage.put(
      item,
      files.flatMap(({ key, blob }) => (blob ? [[key, blob]] : [])),
    );
    this.outbox.add(item);
    this.#announce(item.client_id);
    this.flush();
  }

  /** The connection is proven: send everything that waits. */
  resume() {
    this.isOpenForFlush = true;
    this.flush();
  }

  /** The connection is lost. */
  lost() {
    this.isOpenForFlush = false;
    this.#noAnswer([...this.sentAt.keys()]);
    // What another tab has under way is its own; that it is sent twice does no harm.
    this.outbox.lost();
    this.#releaseTabLock();
    this.#changed();
  }

  /**
   * The server could not read a frame of this page, and does not say which.
   * @param {import("../base/types.js").Failure} error
   */
  refuseUnnamed(error) {
    for (const id of this.outbox.refuseUnnamed(error)) this.#settleSend(id);
    this.flush();
  }

  flush() {
    const now = Date.now();
    this.#remember(...this.outbox.expire(now));
    if (this.isOpenForFlush && this.storage) {
      if (this.outbox.unready.length) this.deps.uploadFiles(this.outbox.unready);
      if (!this.outbox.hasWork) this.#releaseTabLock();
      else if (!this.tabLock?.isHeld) this.#requestTabLock();
      else if (this.isSendingTab) this.#sendDue(now);
    }
    this.#changed();
  }

  /** @param {Ack} frame */
  ack(frame) {
    this.#arrived(frame.client_id);
    if (frame.duplicate) this.deps.stats.duplicate_acks += 1;
    this.sentAt.delete(frame.client_id);
    this.outbox.ack(frame.client_id, frame.seq);
    this.#announce(frame.client_id);
    this.#forget(frame.client_id);
    this.flush();
  }

  /** @param {{client_id: string, error: import("../base/types.js").Failure}} frame */
  nack(frame) {
    this.deps.stats.refused(frame.error.code);
    this.sentAt.delete(frame.client_id);
    this.outbox.nack(frame.client_id, frame.error, Date.now());
    this.#remember(frame.client_id);
    this.flush();
  }

  /**
   * One of a message's files is on the server.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").StoredFile} stored
   */
  attach(clientId, key, stored) {
    this.outbox.attach(clientId, key, stored);
    this.#remember(clientId);
    this.flush();
  }

  /**
   * One of a message's files cannot be sent.
   * @param {string} clientId
   * @param {import("../base/types.js").Failure} error
   */
  fail(clientId, error) {
    this.outbox.fail(clientId, error);
    this.#remember(clientId);
    this.flush();
  }

  /** @param {string} conversationId  that I am no longer a member of: what waits for it cannot be sent */
  refuse(conversationId) {
    this.#remember(...this.outbox.refuse(conversationId, { ...ERRORS.not_a_member, code: "not_a_member", message: "" }));
  }

  /** The server closed the connection because of a frame that is too large: fail the largest message in flight. */
  failLargest() {
    const under = this.outbox.items.filter((item) => item.state === "sending");
    const largest = under.sort((a, b) => b.text.length - a.text.length)[0];
    const error = { ...ERRORS.frame_too_large, code: "frame_too_large", message: "" };
    if (largest) this.nack({ client_id: largest.client_id, error });
  }

  /**
   * The log has this message.
   * @param {string} clientId
   */
  settle(clientId) {
    this.#arrived(clientId);
    this.sentAt.delete(clientId);
    if (this.outbox.settle(clientId)) this.#forget(clientId);
  }

  /**
   * The server has it: it says so by its ack or, often a moment before, by the message itself.
   * @param {string} clientId
   */
  #arrived(clientId) {
    const item = this.outbox.find(clientId);
    if (item?.state === "sending") this.deps.stats.acked(Date.now() - Date.parse(item.created_at));
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.outbox.retry(clientId, Date.now());
    this.#remember(clientId);
    this.flush();
  }

  /**
   * @param {string} clientId
   * @returns {OutboxItem | null}  null if it cannot be taken back
   */
  discard(clientId) {
    const item = this.outbox.discard(clientId);
    if (item) {
      this.#forget(clientId);
      this.tabChannel?.announce({ gone: [clientId] });
    }
    this.deps.onChange();
    return item;
  }

  async clear() {
    this.outbox = new Outbox();
    this.tabChannel?.announce({ isCleared: true });
    await this.storage?.clear();
  }

  /** This tab holds the lock now: whatever other tabs left behind is sent, too. */
  async #takeOver() {
    const stored = (await this.storage?.load().catch(() => [])) ?? [];
    if (!this.tabLock?.isHeld) return;
    this.outbox.lost();
    this.outbox.load(stored);
    this.isSendingTab = true;
    this.flush();
  }

  #requestTabLock() {
    this.isSendingTab = false;
    this.tabLock?.want();
  }

  #releaseTabLock() {
    this.isSendingTab = false;
    this.tabLock?.release();
  }

  /**
   * These were sent and not answered.
   * @param {string[]} clientIds
   */
  #noAnswer(clientIds) {
    this.deps.stats.resends += clientIds.length;
    this.outbox.unanswered(clientIds);
    for (const id of clientIds) this.#settleSend(id);
  }

  /**
   * A send has come to its end without an ack: what becomes of it is kept, its count too.
   * @param {string} clientId
   */
  #settleSend(clientId) {
    this.sentAt.delete(clientId);
    this.#remember(clientId);
    const item = this.outbox.find(clientId);
    if (item?.state === "failed" && item.error) this.deps.onSendFailed(item.error);
  }

  /** What is under way for too long on a connection that lives goes again. */
  #expireUnanswered() {
    const since = Date.now() - LIMITS.answer_max_ms;
    this.#noAnswer([...this.sentAt].flatMap(([id, at]) => (at <= since ? id : [])));
    this.flush();
  }

  /** @param {number} now */
  #sendDue(now) {
    const due = this.outbox.takeDue(now);
    for (const item of due) {
      // A count that would be lost with the page is no bound: written before the next send leaves.
      if ((item.tries ?? 0) > 1) this.#remember(item.client_id);
      this.sentAt.set(item.client_id, now);
      this.deps.send(frames.send(item));
    }
    this.#announce(...due.map((item) => item.client_id));
    const next = this.outbox.nextDueAt(now);
    clearTimeout(this.timer);
    if (next !== null) this.timer = setTimeout(() => this.flush(), next - now);
  }

  #changed() {
    const oldest = this.sentAt.size ? Math.min(...this.sentAt.values()) : null;
    this.deps.onUnanswered(oldest);
    clearTimeout(this.answerTimer);
    if (oldest !== null) {
      const left = Math.max(0, oldest + LIMITS.answer_max_ms - Date.now());
      this.answerTimer = setTimeout(() => this.#expireUnanswered(), left);
    }
    this.deps.onChange();
  }

  /** @param {import("./tab_channel.js").TabNews} news */
  #onTabNews(news) {
    if (news.isCleared) this.outbox = new Outbox();
    for (const item of news.items) this.outbox.mergeFromTab(item);
    for (const clientId of news.gone) this.outbox.settle(clientId);
    this.flush();
  }

  /** @param {...string} clientIds */
  #announce(...clientIds) {
    const items = clientIds.flatMap((id) => this.outbox.find(id) ?? []);
    if (items.length) this.tabChannel?.announce({ items });
  }

  /** @param {...string} clientIds */
  #remember(...clientIds) {
    this.#announce(...clientIds);
    for (const id of clientIds) {
      const item = this.outbox.find(id);
      if (item) this.storage?.put(item).catch(() => this.deps.onStorageFault());
    }
  }

  /** @param {string} clientId */
  #forget(clientId) {
    // If this fails, the message goes again after a reload and is acked as a duplicate.
    this.storage?.remove(clientId).catch(() => this.deps.onStorageFault());
  }
}
