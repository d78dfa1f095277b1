// One signed-in account in one tab: connects frames, outbox and stores. A shell.

import { DeliveryReceipts } from "./delivery_receipts.js";
import { renderList } from "../conversation_list/list_view.js";
import { Drafts } from "./drafts.js";
import * as frames from "../connection/frames.js";
import { OutboxWorker } from "./outbox_worker.js";
import { Connection } from "../connection/connection.js";
import { ConversationStore } from "./conversation_store.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 *
 * @typedef {{
 *   render(): void, scheduleRead(): void, welcomed(): void, onConversation(id: string): void, reset(id: string, lastSeq: number): void,
 *   shown(id: string, events: LogEvent[]): void, close(): void
 * }} View  the conversation that is open (open_conversation.js); only its page loads it
 */

const TYPING_MS = 6_000;
const REPAIR_MS = 2_050;

export class Messenger {
  /**
   * @param {Person} me
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.conversations>,
   *   connectionView: import("../connection/connection_view.js").ConnectionView, api: {
   *     get(path: string): Promise<any>, recover(): void, onFault(fault: import("../http/api.js").ApiError): void, account(): string
   *   },
   *   notify(failed: import("../errors/error_center.js").Failed): void, loadNow<T>(load: () => Promise<T>): Promise<T>,
   *   onSignedOut(): void, onConnectionChanged(): void, onOtherAccount(): void, onMe(me: Person): void,
   *   onNews(event: import("../base/types.js").MessageEvent): void,
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
    this.activeId = "";
    /** @type {View | null} */
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
      uploadFiles: (items) => void this.attachments().then((files) => files.uploadFiles(items), () => null),
      stats: deps.connectionView.stats,
      onChange: () => this.renderSoon(),
      onStorageFault: () => deps.notify({ code: "outbox_unavailable" }),
      // The row says it; the history keeps it.
      onSendFailed: (error) => deps.notify({ ...error, quiet: true }),
      onUnanswered: (since) => this.connection.unansweredSince(since),
    });
    this.deliveryReceipts = new DeliveryReceipts(send);
  }

  async start() {
    this.connection.apply({ type: "start" });
    await this.outboxWorker.open(this.me.user_id);
    // The history may have come before the queue was read.
    for (const log of this.conversationStore.logs.values()) this.settleShown(log.events);
    this.renderSoon();
  }

  /** Another account, or none, uses this page from now on. */
  stop() {
    this.hasStopped = true;
    this.connection.apply({ type: "stop", reason: "signed_out" });
    this.outboxWorker.close();
    this.drafts.close();
    this.view?.close();
    this.files?.close();
    clearTimeout(this.repairTimer);
  }

  /**
   * What carries files: loaded with the first one, or with the page of a conversation.
   * @returns {Promise<import("../files/attachments.js").Attachments>}
   */
  attachments() {
    this.loading ??= this.deps.loadNow(() => import("../files/create_attachments.js")).then(
      ({ createAttachments }) => (this.files = createAttachments(this)),
      (fault) => {
        this.loading = null;
        throw fault;
      },
    );
    return this.loading;
  }

  /** Render once at the end of this task, however many changes it brings. */
  renderSoon() {
    if (this.isRenderDue || this.hasStopped) return;
    this.isRenderDue = true;
    queueMicrotask(() => this.render());
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
    this.#repair();
    this.outboxWorker.flush();
    if (this.connection.model.state === "CONNECTED" && !this.connection.model.synced && this.conversationStore.isSynced) {
      this.connection.apply({ type: "synced" });
    }
    this.renderSoon();
  }

  /**
   * What the log shows leaves the queue.
   * @param {LogEvent[]} shown
   */
  settleShown(shown) {
    for (const event of shown) if (event.type === "message") this.outboxWorker.settle(event.client_id);
  }

  /** Known positions, the open conversation first: it is caught up first. */
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
    // Ended by the server, not by the person who leaves.
    if (model.reason === "signed_out" && model.state === "CLOSED" && !this.hasStopped) this.deps.onSignedOut();
    if (model.reason === "account_changed") this.deps.onOtherAccount();
    this.deps.connectionView.connectionChanged(model);
    this.deps.onConnectionChanged();
    this.renderSoon();
  }

  /**
   * One that cannot be shown keeps back none of those after it.
   * @param {any} frame
   */
  #tryFrame(frame) {
    try {
      this.#onFrame(frame);
    } catch (fault) {
      this.deps.socket.onFault(fault);
    }
  }

  /** @param {any} frame */
  #onFrame(frame) {
    const { conversationStore, outboxWorker } = this;
    switch (frame.type) {
      case "welcome":
        conversationStore.welcome(frame);
        for (const id of conversationStore.left.keys()) outboxWorker.refuse(id);
        this.deps.api.recover();
        this.view?.welcomed();
        return;
      case "message":
      case "member":
        this.#onEvent(frame);
        if (conversationStore.left.has(frame.conversation_id)) outboxWorker.refuse(frame.conversation_id);
        return;
      case "ack":
        outboxWorker.ack(frame);
        this.deps.connectionView.banner.acked();
        return;
      case "nack":
        outboxWorker.nack(frame);
        this.#onRefused(frame);
        // The row says it; the history keeps it.
        if (!frame.error.retryable) this.deps.notify({ ...frame.error, quiet: true });
        return;
      case "error":
        // One that names the type of its frame is about something else.
        if (frame.error?.code === "malformed_frame" && (frame.frame ?? "send") === "send") outboxWorker.refuseUnnamed(frame.error);
        return;
      case "read":
      case "delivered":
        conversationStore.position(frame);
        return;
      case "typing":
        conversationStore.isTyping(frame, Date.now() + TYPING_MS);
        setTimeout(() => this.renderSoon(), TYPING_MS + 50);
        return;
      case "presence":
        conversationStore.presence(frame);
        return;
      case "profile":
        conversationStore.profile(frame);
        if (frame.user_id === this.me.user_id) this.deps.onMe(frame);
        return;
      case "conversation":
        this.#onConversation(frame.conversation);
        return;
      case "reset":
        this.deps.connectionView.stats.resets += 1;
        this.view?.reset(frame.conversation_id, frame.last_seq);
    }
  }

  /** @param {import("../base/types.js").Summary} summary */
  #onConversation(summary) {
    const isBack = this.conversationStore.conversation(summary);
    // Events of the meantime were sent to members only.
    if (isBack) this.view?.reset(summary.id, summary.last_seq);
    this.view?.onConversation(summary.id);
  }

  /**
   * The server knows no such conversation of mine: the event of my leaving was lost.
   * @param {{client_id: string, error: import("../base/types.js").Failure}} frame
   */
  #onRefused({ client_id, error }) {
    const id = this.outboxWorker.outbox.find(client_id)?.conversation_id;
    if (error.code === "not_found" && id && this.conversationStore.leave(id)) this.outboxWorker.refuse(id);
  }

  /** @param {LogEvent} event */
  #onEvent(event) {
    const shown = this.conversationStore.event(event);
    if (event.type !== "message") return;
    if (event.author_id === this.me.user_id) {
      if (!this.conversationStore.logs.has(event.conversation_id)) this.outboxWorker.settle(event.client_id);
    } else {
      this.deliveryReceipts.receive(event.conversation_id, event.seq);
      this.deps.onNews(event);
    }
    this.settleShown(shown);
    if (shown.length) this.view?.shown(event.conversation_id, shown);
  }

  /** Acked messages leave the queue once the log shows them; where no log is open there is none to wait for. */
  #settleAcked() {
    this.outboxWorker.outbox.settleAcked((id) => {
      const log = this.conversationStore.logs.get(id);
      if (!log) return Infinity;
      return log.seeded ? log.last : 0;
    });
  }

  /** Ask for what is missing; again after a while, if it does not come. */
  #repair() {
    for (const { id, after_seq, until_seq } of this.conversationStore.takeGaps(Date.now())) {
      this.deps.connectionView.stats.gaps += 1;
      this.connection.send(frames.events(id, after_seq, until_seq));
    }
    clearTimeout(this.repairTimer);
    if (!this.conversationStore.isSynced) this.repairTimer = setTimeout(() => this.#repair(), REPAIR_MS);
  }
}
