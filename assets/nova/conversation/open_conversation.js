// The open conversation: loads what is shown, and keeps where the reader is. Reads the facts of the messenger, changes only
// its own state, and renders both into the stores of the page. A shell.
//
//   messenger (facts) --notifies--> state --view_model.js--> stores

import { createStore } from "../base/store.js";
import { UNDO_KEY, readText } from "../base/local_storage.js";
import { Composer } from "./composer.js";
import { CLOSED, newAfterOf } from "./conversation_state.js";
import { HistoryLoader } from "./history_loader.js";
import { nextFrame } from "./in_parts.js";
import { MentionInput, roomOf } from "./mention_input.js";
import { MessageBar } from "./message_bar.js";
import { MessageCommands } from "./message_commands.js";
import { shouldGrow } from "./message_window.js";
import { PointerShield } from "./pointer_shield.js";
import { Reading } from "./reading.js";
import { toReceipts } from "./receipts.js";
import { ScrollAnchor } from "./scroll_anchor.js";
import { readViewInput } from "./view_input.js";
import { Versions } from "./versions.js";
import { toView } from "./view_model.js";
import { WindowLoader } from "./window_loader.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.messages>} MessageStore
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.receipts>} ReceiptStore
 * @typedef {import("./message_bar.js").BarStore} BarStore
 * @typedef {{seq: number, bottom: number, messageWindow: import("./message_window.js").MessageWindow}} ReadingPosition  the
 *   message that is read, where it ends on the screen, and the window around it
 */

const UNDO_MS = 5_000;
const TARGET_MS = 3_000;

export class OpenConversation {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {{
   *   messages: MessageStore, mentions: import("./mention_input.js").MentionStore, receipts: ReceiptStore, message_actions: BarStore,
   *   versions: import("./versions.js").VersionsStore
   * }} stores
   * @param {(input: import("./view_input.js").ViewInput) => void} [onRendered]  with what was read for it
   */
  constructor(messenger, stores, onRendered = () => {}) {
    this.messenger = messenger;
    this.onRendered = onRendered;
    this.stores = stores;
    /** @type {import("./conversation_state.js").StateStore} */
    this.state = createStore(CLOSED);
    this.state.subscribe(() => this.#renderSoon());
    this.isRenderDue = false;
    this.scrollAnchor = new ScrollAnchor();
    /** @type {ReadingPosition | null} null at the newest */
    this.readingPosition = null;
    /** @type {ReadingPosition | null} where a step back leads to */
    this.returning = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.targetTimer = undefined;
    /** @type {import("./link_previews.js").LinkPreviews | null} null where there are none, or this user hides them */
    this.linkPreviews = null;
    this.commands = new MessageCommands(messenger, () => this.state.get().messageWindow.events);
    this.bar = new MessageBar(stores.message_actions, () => stores.messages.get().rows);
    this.shield = new PointerShield();
    this.versions = new Versions(stores.versions, messenger.deps.api);
    const canSend = () => stores.messages.get().can_send;
    this.composer = new Composer(messenger, this.commands, canSend, () => this.sent(), (text) => this.mentionInput.asks(text));
    const room = () => roomOf(messenger.conversationStore.summaries.get(this.activeId), messenger.me.user_id);
    this.mentionInput = new MentionInput(stores.mentions, room);
    this.historyLoader = new HistoryLoader({
      api: messenger.deps.api,
      facts: messenger,
      onChange: () => messenger.renderSoon(),
      onLoaded: (id) => this.#onLoaded(id),
      now: Date.now,
    });
    this.windowLoader = new WindowLoader({
      state: this.state,
      api: messenger.deps.api,
      log: (id) => messenger.conversationStore.logs.get(id),
      loadNewest: (id) => this.historyLoader.load(id),
      onAuthors: (people) => messenger.addAuthors(people),
      onTarget: (seq) => this.#mark(seq),
      nextFrame,
      waiting: () => messenger.outboxWorker.outbox.items.filter(({ conversation_id, kind }) => conversation_id === this.activeId && !kind).length,
    });
    this.reading = new Reading({
      messenger,
      state: this.state,
      scrollAnchor: this.scrollAnchor,
      windowLoader: () => this.windowLoader,
      begin: (seq) => {
        this.state.set({ isAtBottom: false });
        this.#go(seq, "unread");
      },
      mark: (seq) => this.#mark(seq),
    });
  }

  get activeId() {
    return this.state.get().activeId;
  }

  /** Stop: another account uses the page. */
  close() {
    this.reading.close();
    this.state.set(CLOSED);
    this.windowLoader.open();
  }

  /**
   * Show this conversation from now on.
   * @param {string} id  empty for none
   */
  activate(id) {
    const { messenger } = this;
    if (this.activeId === id) return;
    this.readingPosition = null;
    this.scrollAnchor.goal = null;
    this.mentionInput.close();
    this.bar.hide();
    this.versions.close();
    this.state.set({ ...CLOSED, activeId: id, newAfter: newAfterOf(messenger.conversationStore, id) });
    this.reading.open();
    this.windowLoader.open();
    if (id) void this.historyLoader.load(id);
    this.reading.land();
    this.scheduleRead();
    messenger.render();
  }

  /**
   * Show the message of this number, as an address names it.
   * @param {string} text
   */
  jumpTo(text) {
    const seq = Number(text);
    this.reading.isLed = true;
    void this.windowLoader.jumpTo(Number.isSafeInteger(seq) && seq > 0 ? seq : NaN);
  }

  /**
   * Show the reading position of the last visit.
   * @param {ReadingPosition} readingPosition
   */
  returnTo(readingPosition) {
    this.returning = readingPosition;
    this.reading.isLed = true;
    void this.windowLoader.returnTo(readingPosition.messageWindow, readingPosition.seq);
  }

  jumpToNewest() {
    const { messageWindow, jump } = this.state.get();
    if (messageWindow.hasNewer || jump.state) this.windowLoader.showNewest();
    this.reading.release();
    this.state.set({ isAtBottom: true });
    this.#go();
  }

  /** A message was sent from here: whoever writes has seen what there is. */
  sent() {
    this.jumpToNewest();
    this.state.set({ newAfter: -1 });
  }

  /** Restore the scroll position: the rows have been rendered. */
  settled() {
    this.scrolled(this.scrollAnchor.settle());
  }

  /**
   * Take over where the reader is: the visible part may have changed.
   * @param {import("./scroll_anchor.js").Place | null} [middle]  the row in the middle of it, if that is known
   */
  scrolled(middle) {
    const { reach } = this.scrollAnchor;
    if (!reach) return;
    const { messageWindow } = this.state.get();
    const isAtBottom = reach.isAtBottom && !messageWindow.hasNewer;
    this.reading.isLanding &&= isAtBottom;
    this.state.set({ isAtBottom, isFar: reach.isFar, isUnreadAbove: this.reading.isUnreadAbove });
    const spot = isAtBottom ? null : this.scrollAnchor.spot(middle);
    this.readingPosition = spot && { ...spot, messageWindow };
    this.scheduleRead();
    const { above, below, whole } = reach;
    if (reach.isNearTop && shouldGrow(messageWindow, { here: above, there: below, whole })) void this.windowLoader.loadOlder();
    if (reach.isNearBottom && shouldGrow(messageWindow, { here: below, there: above, whole })) void this.windowLoader.loadNewer();
  }

  /** Look at what is visible: it may have been seen. */
  scheduleRead() {
    this.reading.observe();
  }

  /** Render once at the end of this task, without the rest of the page: only the state of the conversation has changed. */
  #renderSoon() {
    const { messenger } = this;
    if (this.isRenderDue) return;
    this.isRenderDue = true;
    queueMicrotask(() => this.isRenderDue && !messenger.isRenderDue && !messenger.hasStopped && this.render());
  }

  /** Render the facts and the state into the stores. */
  render() {
    this.isRenderDue = false;
    const { messages, receipts } = this.stores;
    this.windowLoader.makeRoom();
    const state = this.state.get();
    const input = { ...readViewInput(this.messenger, this.historyLoader, state), linkPreviews: this.linkPreviews };
    const view = toView(input, messages.get());
    if (view.rows !== messages.get().rows && !state.isAtBottom) this.scrollAnchor.hold();
    messages.set(view);
    receipts.set(toReceipts(input, receipts.get()));
    this.bar.update();
    this.linkPreviews?.ask(state.activeId, view.rows);
    this.onRendered(input);
  }

  /**
   * Edit a message in the composer.
   * @param {string} [key]  of its row; the last own message by default
   * @returns {boolean}  whether there is such a message
   */
  beginEdit(key) {
    const { rows } = this.stores.messages.get();
    const row = rows.findLast((each) => each.can_edit && (!key || each.key === key));
    if (row) this.composer.beginEdit(row.key, row.failed_edit ? row.failed_edit_text : row.text);
    return row !== undefined;
  }

  /** @param {string} key */
  rowOf(key) {
    return this.stores.messages.get().rows.find((row) => row.key === key);
  }

  /**
   * Save an edit that was refused over the text that is stored now.
   * @param {string} key  of the row
   */
  keepEdit(key) {
    const row = this.rowOf(key);
    if (row?.can_keep_edit) void this.commands.edit(key, row.failed_edit_text).catch(() => this.messenger.deps.notify({ code: "outbox_unavailable" }));
  }

  /**
   * Delete a message; for some seconds this can be undone.
   * @param {string} messageId
   */
  async remove(messageId) {
    await this.commands.remove(messageId, readText(UNDO_KEY) === "off" ? 0 : UNDO_MS);
  }

  /** Load what failed before the connection was restored. */
  welcomed() {
    for (const id of this.messenger.conversationStore.summaries.keys()) this.historyLoader.confirm(id);
    this.historyLoader.retryFailed();
    this.windowLoader.retryFailed();
    this.versions.retryFailed();
    this.linkPreviews?.welcomed(this.activeId);
    void this.historyLoader.load(this.activeId);
    void this.messenger.attachments().catch(() => null);
    this.reading.land();
    this.reading.unreadMarks.flush();
    // What was read without a connection has not been reported.
    this.scheduleRead();
  }

  /**
   * Show the details of a message.
   * @param {number | string} seq  or its client id, while it has no number; 0 to close
   */
  showReceipts(seq) {
    this.stores.receipts.set({ result: "", target: "" });
    this.state.set({ receiptsSeq: seq });
    this.messenger.render();
  }

  /** @param {string} messageId  whose author took its link previews away */
  previewsRemoved(messageId) {
    this.linkPreviews?.removed(messageId);
  }

  /** @param {string} id  of a conversation that appeared or changed */
  onConversation(id) {
    this.historyLoader.confirm(id);
  }

  /**
   * Load a conversation's history again, because events are missing.
   * @param {string} id
   * @param {number} lastSeq
   */
  reset(id, lastSeq) {
    if (id === this.activeId) this.windowLoader.reset(lastSeq);
    void this.historyLoader.reload(id, lastSeq);
  }

  /**
   * Show events that the log of a conversation has released.
   * @param {string} id
   * @param {LogEvent[]} events
   */
  shown(id, events) {
    if (id !== this.activeId) return;
    this.windowLoader.receive(events);
    this.reading.received(events);
    this.scheduleRead();
  }

  /** @param {string} id */
  #onLoaded(id) {
    if (id === this.activeId) {
      const { outboxWorker } = this.messenger;
      // A message that was sent from here before its history was loaded stays visible.
      const acked = outboxWorker.outbox.items.map((item) => (item.conversation_id === id && item.seq) || Infinity);
      this.windowLoader.seeded();
      void this.windowLoader.loadBackTo(Math.min(Infinity, ...acked));
      this.reading.land();
    }
    this.scheduleRead();
  }

  /**
   * Go to the target of a jump, and highlight it for a moment.
   * @param {number} seq
   */
  #mark(seq) {
    const { returning } = this;
    this.returning = null;
    this.state.set({ isAtBottom: false });
    if (returning?.seq === seq) return this.#go(seq, returning.bottom);
    this.state.set({ targetSeq: seq });
    clearTimeout(this.targetTimer);
    this.targetTimer = setTimeout(() => this.state.set({ targetSeq: 0 }), TARGET_MS);
    this.#go(seq);
  }

  /**
   * @param {number} [seq]  the newest message by default
   * @param {number | "unread" | null} [bottom]
   */
  #go(seq, bottom) {
    const { rows } = this.stores.messages.get();
    this.scrollAnchor.go(seq, bottom);
    this.messenger.render();
    // Without new rows nothing is rendered, and `settled` is not called.
    if (this.stores.messages.get().rows === rows) this.settled();
  }
}
