// Stores the messages of the outbox and sends them to the server. A shell: the rules are in outbox.js.

import { ERRORS } from "../generated/codes.js";
import * as frames from "../connection/frames.js";
import { mintId } from "../base/ids.js";
import { AnswerTimeout } from "./answer_timeout.js";
import { Outbox } from "./outbox.js";
import { OutboxFiles } from "./outbox_files.js";
import { newItem } from "./outbox_items.js";
import { scopeOf } from "./outbox_format.js";
import { KeptJournal } from "./kept_journal.js";
import { takeOver } from "./outbox_takeover.js";
import { OutboxStore } from "./outbox_store.js";
import { TabChannel } from "./tab_channel.js";
import { TabLock } from "./tab_lock.js";
import { applyTabNews } from "./tab_news.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../generated/types.js").AckFrame} Ack
 */

export class OutboxWorker {
  /**
   * @param {{
   *   send(text: string): boolean, onChange(): void, onStorageFault(): void,
   *   onSendFailed(error: import("../base/types.js").Failure): void,
   *   onUnanswered(since: number | null): void, onNewer(): void, stats: import("../connection/connection_stats.js").ConnectionStats,
   *   onFilesNeeded(needed: import("./outbox_files.js").NeededFile[]): void
   * }} deps  `onFilesNeeded`: called once for each file, which is answered by `files`
   */
  constructor(deps) {
    this.deps = deps;
    this.outbox = new Outbox();
    this.journal = new KeptJournal(Date.now);
    this.files = new OutboxFiles(this, (clientId) => {
      this.#remember(clientId);
      this.flush();
    });
    /** @type {OutboxStore | null} null until the stored messages were read */
    this.storage = null;
    this.isOpenForFlush = false;
    this.lastOrder = 0;
    this.answers = new AnswerTimeout(deps.onUnanswered, (clientIds) => {
      this.#noAnswer(clientIds);
      this.flush();
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {TabChannel | null} */
    this.tabChannel = null;
    /** @type {TabLock | null} */
    this.tabLock = null;
    /** Whether this tab holds the lock and has read the messages that other tabs left. */
    this.isSendingTab = false;
  }

  /** @param {string} userId */
  async open(userId) {
    this.journal.open(userId);
    // Listen before reading, so that no message of another tab is missed in between.
    this.tabChannel = new TabChannel(userId, (news, isOlder) => applyTabNews(this, news, isOlder));
    const beat = () => this.tabChannel?.announce({ isSending: true });
    this.tabLock = new TabLock(`nova:outbox:${scopeOf(userId)}`, () => void this.#takeOver(), undefined, beat);
    const unsent = () => this.outbox.items.filter((item) => item.state !== "acked");
    const storage = new OutboxStore(userId, { unsent, onStorageChanged: () => this.deps.onChange(), onNewer: this.deps.onNewer });
    await storage.open();
    // Messages that cannot be read now are read by a later page; this one starts without them.
    this.outbox.load(await storage.load().catch(() => []));
    this.storage = storage;
    this.flush();
  }

  /** Release the lock for another tab and stop listening. */
  close() {
    this.lost();
    this.journal.save();
    this.tabChannel?.close();
    this.storage?.close();
  }

  /**
   * Queue a message; it is stored in this browser when the promise resolves.
   * @param {string} conversationId
   * @param {string} text
   * @param {(import("../base/types.js").OutboxFile & {blob?: Blob})[]} [files]
   * @param {Pick<OutboxItem, "target_id" | "waits_for" | "reply_to" | "due_at">} [details]  of a reply
   */
  async submit(conversationId, text, files = [], details = {}) {
    if (!this.storage) throw new Error("the outbox is not open");
    const item = this.#newItem({ conversation_id: conversationId, text, files, ...details });
    await this.storage.put(
      item,
      files.flatMap(({ key, blob }) => (blob ? [[key, blob]] : [])),
    );
    this.outbox.add(item);
    this.journal.add(item.client_id, "queued");
    this.#announce(item.client_id);
    this.flush();
  }

  /**
   * Queue a change of a message; it is stored in this browser when the promise resolves.
   * @param {Pick<OutboxItem, "kind" | "conversation_id" | "target_id" | "waits_for" | "base_seq" | "emoji" | "on" | "due_at"> & {text?: string}} change
   * @returns {Promise<string>}  its client id; empty if nothing has to be sent for it
   */
  async submitChange(change) {
    const { added, gone, changed } = this.outbox.addChange(this.#newItem({ text: "", target_id: "", waits_for: "", ...change }));
    this.#remove(gone);
    const kept = [...changed, ...(added ? [added.client_id] : [])];
    this.#announce(...kept);
    this.flush();
    await Promise.all(kept.flatMap((id) => this.outbox.find(id) ?? []).map((item) => this.storage?.put(item)));
    return added?.client_id ?? "";
  }

  /** @param {Pick<OutboxItem, "conversation_id" | "text"> & Partial<OutboxItem>} written */
  #newItem(written) {
    // Unique and increasing: two messages of one millisecond keep their order, also after a reload.
    this.lastOrder = Math.max(Date.now() * 1000, this.lastOrder + 1);
    return newItem({ ...written, client_id: mintId(), order: this.lastOrder }, Date.now());
  }

  /** Start sending: the connection is synchronized. */
  resume() {
    this.isOpenForFlush = true;
    this.flush();
  }

  /** Stop sending: the connection is lost. */
  lost() {
    this.isOpenForFlush = false;
    this.#noAnswer([...this.answers.sentAt.keys()]);
    // Also those that another tab sends: sending a message twice does no harm.
    this.outbox.lost();
    this.#releaseTabLock();
    this.#changed();
  }

  /**
   * Handle an error of the server that does not name the message it is about.
   * @param {import("../base/types.js").Failure} error
   */
  refuseUnnamed(error) {
    for (const id of this.outbox.refuseUnnamed(error)) this.#settleSend(id);
    this.flush();
  }

  /** Send, request or expire everything that is due. */
  flush() {
    const now = Date.now();
    this.#remember(...this.outbox.expire(now));
    if (this.storage) this.#sweep(now);
    if (this.isOpenForFlush && this.storage) {
      const needed = this.files.takeNeeded();
      if (needed.length) this.deps.onFilesNeeded(needed);
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
    this.answers.sentAt.delete(frame.client_id);
    this.journal.add(frame.client_id, "stored");
    // What waited for it is stored with its id before it is forgotten.
    this.#remember(...this.outbox.ack(frame.client_id, frame.seq, frame.message_id));
    this.#announce(frame.client_id);
    this.#forget(frame.client_id);
    this.flush();
  }

  /** @param {{client_id: string, error: import("../base/types.js").Failure}} frame */
  nack(frame) {
    this.deps.stats.refused(frame.error.code);
    this.answers.sentAt.delete(frame.client_id);
    this.journal.add(frame.client_id, "refused", frame.error.code);
    this.outbox.nack(frame.client_id, frame.error, Date.now());
    this.#remember(frame.client_id);
    this.flush();
  }

  /**
   * Fail the queued messages of a conversation, because the user is no longer a member of it.
   * @param {string} conversationId
   */
  refuse(conversationId) {
    this.#remember(...this.outbox.refuse(conversationId, { ...ERRORS.not_a_member, code: "not_a_member", message: "" }));
  }

  /** Fail the largest message in flight: the server closed the connection because of a frame that is too large. */
  failLargest() {
    const sending = this.outbox.items.filter((item) => item.state === "sending");
    const largest = sending.sort((a, b) => b.text.length - a.text.length)[0];
    const error = { ...ERRORS.frame_too_large, code: "frame_too_large", message: "" };
    if (largest) this.nack({ client_id: largest.client_id, error });
  }

  /**
   * Remove an item, because the event log has it.
   * @param {{client_id: string, message_id: string, seq: number}} event
   */
  settle(event) {
    const { client_id: clientId } = event;
    this.#arrived(clientId);
    this.answers.sentAt.delete(clientId);
    if (this.outbox.items.length) this.#remember(...this.outbox.noteStored(event));
    if (this.outbox.settle(clientId)) this.#forget(clientId);
  }

  /**
   * Measure how long a message took. It arrived with the first of two: its ack, or the message itself.
   * @param {string} clientId
   */
  #arrived(clientId) {
    const item = this.outbox.find(clientId);
    if (item?.state === "sending") this.deps.stats.acked(Date.now() - Date.parse(item.created_at));
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.#remember(...this.outbox.retry(clientId, Date.now()));
    this.flush();
  }

  /**
   * @param {string} clientId
   * @returns {OutboxItem | null}  null if it cannot be withdrawn
   */
  discard(clientId) {
    const item = this.outbox.discard(clientId);
    if (item) this.#remove([clientId]);
    this.flush();
    return item;
  }

  /** @param {number} now */
  #sweep(now) {
    const { gone, changed } = this.outbox.sweep(now);
    this.#remember(...changed);
    this.#remove(gone);
  }

  /** @param {string[]} clientIds  of items that are gone, in every tab */
  #remove(clientIds) {
    for (const id of clientIds) this.#forget(id);
    if (clientIds.length) this.tabChannel?.announce({ gone: clientIds });
  }

  /** Forget all messages of this account, in every tab. */
  async clear() {
    this.outbox = new Outbox();
    this.journal.clear();
    this.tabChannel?.announce({ isCleared: true });
    await this.storage?.clear();
  }

  /** Start sending with the lock, including the messages that other tabs left in the storage. */
  async #takeOver() {
    const stored = (await this.storage?.load().catch(() => [])) ?? [];
    if (!this.tabLock?.isHeld) return;
    takeOver(this.outbox, stored, Date.now());
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
   * Queue messages again that were sent and got no answer.
   * @param {string[]} clientIds
   */
  #noAnswer(clientIds) {
    this.deps.stats.resends += clientIds.length;
    this.outbox.unanswered(clientIds);
    for (const id of clientIds) this.#settleSend(id);
  }

  /**
   * Store a message, with its count of sends, after a send that got no ack.
   * @param {string} clientId
   */
  #settleSend(clientId) {
    this.journal.add(clientId, "unanswered");
    this.answers.sentAt.delete(clientId);
    this.#remember(clientId);
    const item = this.outbox.find(clientId);
    if (item?.state === "failed" && item.error) this.deps.onSendFailed(item.error);
  }

  /** @param {number} now */
  #sendDue(now) {
    const due = this.outbox.takeDue(now);
    for (const item of due) {
      // Stored before the message is sent again, so that the count survives a reload.
      if ((item.tries ?? 0) > 1) this.#remember(item.client_id);
      this.answers.sentAt.set(item.client_id, now);
      this.journal.add(item.client_id, "sent");
      this.deps.send(frames.send(item));
    }
    this.#announce(...due.map((item) => item.client_id));
    const next = this.outbox.nextDueAt(now);
    clearTimeout(this.timer);
    if (next !== null) this.timer = setTimeout(() => this.flush(), next - now);
  }

  #changed() {
    this.answers.watch();
    this.deps.onChange();
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
    // If this fails, the message is sent again after a reload and acked as a duplicate.
    this.storage?.remove(clientId).catch(() => this.deps.onStorageFault());
  }
}
