// The open conversation: its history, its composer, and how far it was read. A shell.

import { render } from "./view_model.js";
import { WindowLoader } from "./window_loader.js";
import * as frames from "../connection/frames.js";
import { HistoryLoader } from "./history_loader.js";
import { ScrollAnchor } from "./scroll_anchor.js";
import { toOutboxFile } from "../files/upload_items.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.messages>} MessageStore
 */

/**
 * @typedef {{seq: number, bottom: number, messageWindow: import("./message_window.js").MessageWindow}} ReadingPosition  what is read: a message,
 *   where it ends on the screen, and what is shown around it
 */

const TYPING_EVERY_MS = 3_000;
const READ_AFTER_MS = 400;
const TARGET_MS = 3_000;

export class OpenConversation {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {MessageStore} store
   * @param {import("./receipts.js").Receipts} receipts
   */
  constructor(messenger, store, receipts) {
    this.messenger = messenger;
    this.store = store;
    this.receipts = receipts;
    this.isAtBottom = true;
    this.isFar = false;
    this.newAfter = -1;
    this.newBelow = 0;
    /** How many messages are being stored right now. */
    this.saves = 0;
    this.isEditedSince = false;
    this.typedAt = 0;
    /** @type {Map<string, import("./rows.js").Row>} */
    this.renderedRows = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.readTimer = undefined;
    this.scrollAnchor = new ScrollAnchor();
    /** @type {ReadingPosition | null} null at the newest */
    this.readingPosition = null;
    /** @type {ReadingPosition | null} where a step back leads to */
    this.returning = null;
    /** The message that a jump has led to, while it is marked; 0 for none. */
    this.target = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.targetTimer = undefined;
    this.historyLoader = new HistoryLoader({
      api: messenger.deps.api,
      conversationStore: () => messenger.conversationStore,
      onChange: () => messenger.renderSoon(),
      onLoaded: (id) => this.#onLoaded(id),
      now: Date.now,
    });
    this.windowLoader = new WindowLoader({
      api: messenger.deps.api,
      log: (id) => messenger.conversationStore.logs.get(id),
      loadNewest: (id) => this.historyLoader.load(id),
      onChange: () => messenger.renderSoon(),
      onAuthors: (people) => messenger.conversationStore.meet(people),
      onTarget: (seq) => this.#mark(seq),
    });
  }

  /** The account has changed. */
  close() {
    clearTimeout(this.readTimer);
    this.windowLoader.open("");
  }

  /**
   * Show this conversation from now on.
   * @param {string} id  empty for none
   */
  activate(id) {
    const { messenger } = this;
    if (messenger.activeId === id) return;
    messenger.activeId = id;
    this.isAtBottom = true;
    this.isFar = false;
    this.newBelow = 0;
    this.target = 0;
    this.readingPosition = null;
    this.renderedRows = new Map();
    this.scrollAnchor.goal = null;
    this.windowLoader.open(id);
    this.receipts.choose(0);
    this.#markNew();
    if (id) void this.historyLoader.load(id);
    this.scheduleRead();
    messenger.render();
  }

  /** @param {string} text */
  edit(text) {
    const { activeId, drafts, connection } = this.messenger;
    if (!activeId) return;
    this.isEditedSince = true;
    drafts.set(activeId, text);
    this.messenger.render();
    const now = Date.now();
    if (text && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      connection.send(frames.typing(activeId));
    }
  }

  /** Send the composer's text: clear it when the message is stored, and only if it is unchanged. */
  async submit() {
    const { activeId: id, drafts, outboxWorker, deps, connection } = this.messenger;
    const text = drafts.get(id);
    const chips = this.messenger.files?.chosen(id) ?? [];
    if (!this.store.get().can_send || !id || !outboxWorker.storage || outboxWorker.refusal(text)) return;
    // A second Enter before the composer cleared means the same message, unless it was typed in between.
    if (this.saves > 0 && !this.isEditedSince) return;
    this.isEditedSince = false;
    this.saves += 1;
    deps.connectionView.sendAttempted();
    try {
      await outboxWorker.submit(id, text, chips.map(toOutboxFile));
      this.messenger.files?.handOver(id, chips);
      this.typedAt = 0;
      if (drafts.get(id) === text) drafts.set(id, "");
      drafts.save();
      if (id === this.messenger.activeId) this.jumpToNewest();
      const { state } = connection.model;
      if (state !== "CONNECTED" && state !== "CLOSED") deps.notify({ code: "saved_offline" });
    } catch {
      deps.notify({ code: "outbox_unavailable" });
    } finally {
      this.saves -= 1;
      this.messenger.render();
    }
  }

  /** @param {File[]} files */
  async attach(files) {
    const { activeId: id, conversationStore } = this.messenger;
    if (!id || !files.length || conversationStore.left.has(id)) return;
    (await this.messenger.attachments()).add(id, files);
    this.isEditedSince = true;
  }

  /** @param {string} key */
  detach(key) {
    this.isEditedSince = true;
    this.messenger.files?.remove(this.messenger.activeId, key);
  }

  /**
   * Show the message of this number, as an address names it.
   * @param {string} text
   */
  jumpTo(text) {
    const seq = Number(text);
    void this.windowLoader.jumpTo(Number.isSafeInteger(seq) && seq > 0 ? seq : NaN);
  }

  /**
   * Show the reading position of the last visit.
   * @param {ReadingPosition} readingPosition
   */
  returnTo(readingPosition) {
    this.returning = readingPosition;
    void this.windowLoader.returnTo(readingPosition.messageWindow, readingPosition.seq);
  }

  jumpToNewest() {
    if (this.windowLoader.messageWindow.hasNewer || this.windowLoader.jump.state) this.windowLoader.showNewest();
    this.isAtBottom = true;
    this.#seeNewest();
    this.#go();
  }

  /** The rows have been rendered. */
  settled() {
    this.scrollAnchor.settle();
    this.scrolled();
  }

  /** The visible part may have changed. */
  scrolled() {
    const { reach } = this.scrollAnchor;
    if (!reach) return;
    const isAtBottom = reach.isAtBottom && !this.windowLoader.messageWindow.hasNewer;
    if (isAtBottom !== this.isAtBottom || reach.isFar !== this.isFar) this.messenger.renderSoon();
    this.isAtBottom = isAtBottom;
    this.isFar = reach.isFar;
    const spot = isAtBottom ? null : this.scrollAnchor.spot;
    this.readingPosition = spot && { ...spot, messageWindow: this.windowLoader.messageWindow };
    if (isAtBottom && this.newBelow) this.#seeNewest();
    if (isAtBottom) this.scheduleRead();
    if (reach.isNearTop) void this.windowLoader.loadOlder();
    if (reach.isNearBottom) void this.windowLoader.loadNewer();
  }

  /** Mark visible messages as read after a moment, if they are still in view then. */
  scheduleRead() {
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => this.#seen(), READ_AFTER_MS);
  }

  render() {
    render(this);
  }

  welcomed() {
    for (const id of this.messenger.conversationStore.summaries.keys()) this.historyLoader.confirm(id);
    this.historyLoader.retryFailed();
    this.windowLoader.retryFailed();
    void this.historyLoader.load(this.messenger.activeId);
    void this.messenger.attachments().catch(() => null);
    // What was read without a connection has not been sent.
    this.scheduleRead();
  }

  /**
   * Show who has a message of mine.
   * @param {number} seq  0 to stop
   */
  showReceipts(seq) {
    this.receipts.choose(seq);
    this.messenger.render();
  }

  /** @param {string} id */
  onConversation(id) {
    this.historyLoader.confirm(id);
  }

  /**
   * @param {string} id
   * @param {number} lastSeq
   */
  reset(id, lastSeq) {
    if (id === this.messenger.activeId) this.windowLoader.reset(lastSeq, this.isAtBottom);
    void this.historyLoader.reload(id, lastSeq);
  }

  /**
   * These became part of what is shown.
   * @param {string} id
   * @param {LogEvent[]} events
   */
  shown(id, events) {
    if (id !== this.messenger.activeId) return;
    this.windowLoader.receive(events, this.isAtBottom);
    if (!this.isAtBottom) this.newBelow += this.#ofOthers(events).length;
    this.scheduleRead();
  }

  #seen() {
    const { activeId: id, conversationStore, connection } = this.messenger;
    const seq = conversationStore.logs.get(id)?.last ?? 0;
    const isWatched = this.isAtBottom && !document.hidden && document.hasFocus();
    if (!id || !seq || !isWatched) return;
    const isNews = conversationStore.readUpTo(id, seq);
    this.messenger.renderSoon();
    if (isNews) connection.send(frames.position("read", id, seq));
  }

  /** @param {string} id */
  #onLoaded(id) {
    const { messenger } = this;
    const events = messenger.conversationStore.logs.get(id)?.events ?? [];
    // What went out before the history came stays on the screen.
    const acked = messenger.outboxWorker.outbox.items.map((item) => (item.conversation_id === id && item.seq) || Infinity);
    if (id === messenger.activeId) {
      this.windowLoader.seeded();
      void this.windowLoader.loadBackTo(Math.min(Infinity, ...acked));
    }
    messenger.settleShown(events);
    const newest = this.#ofOthers(events).at(-1);
    if (newest) messenger.deliveryReceipts.receive(id, newest.seq);
    if (id === messenger.activeId) this.#markNew();
    messenger.onFrames([]);
    this.scheduleRead();
  }

  /** @param {LogEvent[]} events */
  #ofOthers(events) {
    return events.filter((event) => event.type === "message" && event.author_id !== this.messenger.me.user_id);
  }

  #markNew() {
    const summary = this.messenger.conversationStore.summaries.get(this.messenger.activeId);
    this.newAfter = summary && summary.unread > 0 ? summary.read_seq : -1;
  }

  /** @param {number} seq */
  #mark(seq) {
    this.isAtBottom = false;
    const { returning } = this;
    this.returning = null;
    if (returning?.seq === seq) return this.#go(seq, returning.bottom);
    this.target = seq;
    clearTimeout(this.targetTimer);
    this.targetTimer = setTimeout(() => {
      this.target = 0;
      this.messenger.renderSoon();
    }, TARGET_MS);
    this.#go(seq);
  }

  /**
   * @param {number} [seq]  the newest unless given
   * @param {number | null} [bottom]
   */
  #go(seq, bottom) {
    const { rows } = this.store.get();
    this.scrollAnchor.go(seq, bottom);
    this.messenger.render();
    // Where nothing is rendered again, no render is reported.
    if (this.store.get().rows === rows) this.settled();
  }

  #seeNewest() {
    this.newBelow = 0;
    this.newAfter = -1;
    this.messenger.renderSoon();
  }
}
