// What this page knows of the signed-in account: conversations, outbox, drafts. It changes only through the frames of the
// server and the methods of this class; the open conversation reads it and is notified. A shell.

import { Connection } from "../connection/connection.js";
import * as frames from "../connection/frames.js";
import { renderList } from "../conversation_list/list_view.js";
import { applyFrame } from "./apply_frame.js";
import { ConversationStore } from "./conversation_store.js";
import { DeliveryReceipts } from "./delivery_receipts.js";
import { Drafts } from "./drafts.js";
import { OutboxWorker } from "./outbox_worker.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 *
 * @typedef {{
 *   activeId: string, render(): void, scheduleRead(): void, welcomed(): void, onConversation(id: string): void, reset(id: string, lastSeq: number): void,
 *   shown(id: string, events: LogEvent[]): void, close(): void, previewsRemoved(messageId: string): void
 * }} View  the conversation that is open (open_conversation.js); only its page loads it
 */

const REPAIR_MS = 2_050;

export class Messenger {
  /**
   * @param {Person} me
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.conversations>,
   *   connectionView: import("../connection/connection_view.js").ConnectionView, api: {
   *     call: ReturnType<typeof import("../http/api.js").createApi>["call"], get(path: string): Promise<any>, recover(): void, onFault(fault: import("../http/api.js").ApiError): void, account(): string
   *   },
   *   notify(failed: import("../errors/error_center.js").Failed): void, loadNow<T>(load: () => Promise<T>): Promise<T>,
   *   onSignedOut(): void, onConnectionChanged(): void, onOtherAccount(): void, onMe(me: Person): void,
   *   onNews(event: LogEvent, conversations: ConversationStore): void, onPosts(news: any): void, onAccountEvent(event: any): void,
   *   socket: Omit<
   *     ConstructorParameters<typeof Connection>[0], "userId" | "cursors" | "onModel" | "onFrames" | "onFailMessage" | "stats"
   *   >
   * }} deps
   */
  constructor(me, deps) {
    this.me = me;
    this.deps = deps;
    this.conversationStore = new ConversationStore(me);
    this.drafts = new Drafts(me.user_id, () => this.renderSoon());
    /** @type {View | null} set by `attachView` */
    this.view = null;
    this.isRenderDue = false;
    /** @type {import("../files/attachments.js").Attachments | null} */
    this.files = null;
    /** @type {Promise<import("../files/attachments.js").Attachments> | null} */
    this.loading = null;
    this.hasStopped = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.repairTimer = undefined;
    this.connection = new Connection({
      ...deps.socket,
      stats: deps.connectionView.stats,
      userId: me.user_id,
      cursors: () => this.#cursors(),
      onModel: (model) => this.#onModel(model),
      onFrames: (list) => this.onFrames(list),
      onFailMessage: () => this.outboxWorker.failLargest(),
    });
    const send = (/** @type {string} */ text) => this.connection.send(text);
    this.outboxWorker = new OutboxWorker({
      send,
      onFilesNeeded: (needed) => void this.#upload(needed),
      stats: deps.connectionView.stats,
      onChange: () => this.renderSoon(),
      onStorageFault: () => deps.notify({ code: "outbox_unavailable" }),
      // Shown at its row, and kept in the recent errors.
      onSendFailed: (error) => deps.notify({ ...error, quiet: true }),
      onUnanswered: (since) => this.connection.unansweredSince(since),
      onNewer: () => deps.connectionView.outdated(),
    });
    this.deliveryReceipts = new DeliveryReceipts(send);
  }

  async start() {
    this.connection.apply({ type: "start" });
    await this.outboxWorker.open(this.me.user_id);
    // The history may have been loaded before the outbox was read.
    for (const log of this.conversationStore.logs.values()) this.settleShown(log.events);
    this.renderSoon();
  }

  /** Stop everything: another account, or none, uses this page from now on. */
  stop() {
    this.hasStopped = true;
    this.connection.apply({ type: "stop", reason: "signed_out" });
    this.outboxWorker.close();
    this.drafts.close();
    this.view?.close();
    this.files?.close();
    clearTimeout(this.repairTimer);
  }

  /** The conversation that is shown; empty for none. */
  get activeId() {
    return this.view?.activeId ?? "";
  }

  /** @param {View} view  notified and rendered from now on */
  attachView(view) {
    this.view = view;
  }

  /**
   * Load the module for files, with the first file or with the page of a conversation.
   * @returns {Promise<import("../files/attachments.js").Attachments>}
   */
  attachments() {
    this.loading ??= this.deps.loadNow(() => import("../files/create_attachments.js")).then(
      ({ createAttachments }) =>
        (this.files = createAttachments(this.outboxWorker.files, this.deps.api, () => this.renderSoon())),
      (fault) => {
        this.loading = null;
        throw fault;
      },
    );
    return this.loading;
  }

  /** Render once at the end of this task, however much changes in it. */
  renderSoon() {
    if (this.isRenderDue || this.hasStopped) return;
    this.isRenderDue = true;
    queueMicrotask(() => this.isRenderDue && this.render());
  }

  render() {
    this.isRenderDue = false;
    // A late load or timer must not render over the next account.
    if (this.hasStopped) return;
    this.#settleAcked();
    renderList(this);
    this.view?.render();
  }

  /** @param {Array<{type: string} & Record<string, any>>} list */
  onFrames(list) {
    for (const frame of list) this.#tryFrame(frame);
    this.#continue();
  }

  /**
   * Keep the events of a conversation from now on: its history is about to be loaded.
   * @param {string} id
   */
  openLog(id) {
    this.conversationStore.open(id);
  }

  /**
   * Forget the events of a conversation: its history is about to be loaded again.
   * @param {string} id
   * @param {number} [known]  the newest number, where the server sent it
   */
  resetLog(id, known) {
    this.conversationStore.open(id).reset(known);
  }

  /**
   * Take the newest page of a conversation's history.
   * @param {string} id
   * @param {import("./conversation_store.js").HistoryPage} page
   */
  takeHistory(id, page) {
    const events = this.conversationStore.seed(id, page);
    this.settleShown(events);
    const newest = events.findLast((event) => event.type === "message" && event.author_id !== this.me.user_id);
    if (newest) this.deliveryReceipts.receive(id, newest.seq);
    this.#continue();
  }

  /** @param {Person[]} people  authors of older messages */
  addAuthors(people) {
    this.conversationStore.meet(people);
  }

  /**
   * Record and report that the user has read a conversation up to a number.
   * @param {string} id
   * @param {number} seq
   */
  markRead(id, seq) {
    if (!seq) return;
    if (this.conversationStore.readUpTo(id, seq)) this.connection.send(frames.position("read", id, seq));
    this.renderSoon();
  }

  /**
   * Record that the user marked a conversation as unread after a number; the caller reports it.
   * @param {string} id
   * @param {number} seq
   */
  markUnread(id, seq) {
    this.conversationStore.unreadAfter(id, seq);
    this.renderSoon();
  }

  /** Request what is missing, send what is due, and render: facts may have changed. */
  #continue() {
    this.#repair();
    this.outboxWorker.flush();
    const { state, synced } = this.connection.model;
    if (state === "CONNECTED" && !synced && this.conversationStore.isSynced) this.connection.apply({ type: "synced" });
    this.renderSoon();
  }

  /**
   * Remove these messages from the outbox: the event log has them.
   * @param {LogEvent[]} shown
   */
  settleShown(shown) {
    for (const event of shown) if ("client_id" in event) this.outboxWorker.settle(event);
  }

  /** The cursors for `hello`, that of the open conversation first: the server replays its events first. */
  #cursors() {
    const { [this.activeId]: first, ...others } = this.conversationStore.cursors;
    return first === undefined ? others : { [this.activeId]: first, ...others };
  }

  /** @param {import("../connection/state_machine.js").Model} model */
  #onModel(model) {
    if (model.state !== "CONNECTED") {
      // Presence is unknown until the server sends it after the next welcome.
      this.conversationStore.online.clear();
      if (this.outboxWorker.isOpenForFlush) this.outboxWorker.lost();
    } else if (model.synced) this.outboxWorker.resume();
    // Ended by the server, not by the user.
    if (model.reason === "signed_out" && model.state === "CLOSED" && !this.hasStopped) this.deps.onSignedOut();
    if (model.reason === "account_changed") this.deps.onOtherAccount();
    this.deps.connectionView.connectionChanged(model);
    this.deps.onConnectionChanged();
    this.renderSoon();
  }

  /**
   * Apply a frame; one that cannot be applied does not keep back those after it.
   * @param {any} frame
   */
  #tryFrame(frame) {
    try {
      applyFrame(this, frame);
    } catch (fault) {
      this.deps.socket.onFault(fault);
    }
  }

  /** @param {import("./outbox_files.js").NeededFile[]} needed */
  async #upload(needed) {
    const files = await this.attachments().catch(() => null);
    if (files) files.upload(needed);
    // Without the module nothing can be uploaded; requested again with the next flush.
    else for (const { clientId, file } of needed) this.outboxWorker.files.deferred(clientId, file.key);
  }

  /** Remove acked messages that the event log has; without a log there is nothing to wait for. */
  #settleAcked() {
    this.outboxWorker.outbox.settleAcked((id) => {
      const log = this.conversationStore.logs.get(id);
      if (!log) return Infinity;
      return log.seeded ? log.last : 0;
    });
  }

  /** Request missing events, and again after a while if they do not arrive. */
  #repair() {
    for (const { id, after_seq, until_seq } of this.conversationStore.takeGaps(Date.now())) {
      this.deps.connectionView.stats.gaps += 1;
      this.connection.send(frames.events(id, after_seq, until_seq));
    }
    clearTimeout(this.repairTimer);
    if (!this.conversationStore.isSynced) this.repairTimer = setTimeout(() => this.#repair(), REPAIR_MS);
  }
}
