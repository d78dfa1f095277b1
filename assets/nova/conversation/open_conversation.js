// The open conversation: loads what is shown, and keeps where the reader is. Reads the facts of the messenger, changes only
// its own state, and renders both into the stores of the page. A shell.
//
//   messenger (facts) --notifies--> state --view_model.js--> stores

import { createStore } from "../base/store.js";
import { Composer } from "./composer.js";
import { CLOSED, firstUnread, newAfterOf, ofOthers } from "./conversation_state.js";
import { HistoryLoader } from "./history_loader.js";
import { toReceipts } from "./receipts.js";
import { ScrollAnchor } from "./scroll_anchor.js";
import { SeenRows } from "./seen_rows.js";
import { readViewInput } from "./view_input.js";
import { toView } from "./view_model.js";
import { WindowLoader } from "./window_loader.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.messages>} MessageStore
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.receipts>} ReceiptStore
 * @typedef {{seq: number, bottom: number, messageWindow: import("./message_window.js").MessageWindow}} ReadingPosition  the
 *   message that is read, where it ends on the screen, and the window around it
 */

const TARGET_MS = 3_000;

export class OpenConversation {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {{messages: MessageStore, receipts: ReceiptStore}} stores
   */
  constructor(messenger, stores) {
    this.messenger = messenger;
    this.stores = stores;
    /** @type {import("./conversation_state.js").StateStore} */
    this.state = createStore(CLOSED);
    this.state.subscribe(() => messenger.renderSoon());
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.readTimer = undefined;
    this.scrollAnchor = new ScrollAnchor();
    this.seenRows = new SeenRows();
    /** Whether the first unread message is to be shown as soon as it is known: the conversation was just opened. */
    this.isLanding = false;
    /** Whether something else is to be shown first: an address names a message, or a step back its place. */
    this.isLed = false;
    /** Whether nothing counts as read: the user marked it as unread. */
    this.isHeld = false;
    this.wasUnreadSeen = false;
    /** @type {ReadingPosition | null} null at the newest */
    this.readingPosition = null;
    /** @type {ReadingPosition | null} where a step back leads to */
    this.returning = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.targetTimer = undefined;
    this.composer = new Composer(messenger, () => stores.messages.get().can_send, () => this.sent());
    this.historyLoader = createHistoryLoader(messenger, (id) => this.#onLoaded(id));
    this.windowLoader = new WindowLoader({
      state: this.state,
      api: messenger.deps.api,
      log: (id) => messenger.conversationStore.logs.get(id),
      loadNewest: (id) => this.historyLoader.load(id),
      onAuthors: (people) => messenger.addAuthors(people),
      onTarget: (seq) => this.#mark(seq),
    });
  }

  get activeId() {
    return this.state.get().activeId;
  }

  /** Stop: another account uses the page. */
  close() {
    clearTimeout(this.readTimer);
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
    this.state.set({ ...CLOSED, activeId: id, newAfter: newAfterOf(messenger.conversationStore, id) });
    Object.assign(this, { isLanding: id !== "", isLed: false, isHeld: false, wasUnreadSeen: false, seenRows: new SeenRows() });
    this.windowLoader.open();
    if (id) void this.historyLoader.load(id);
    this.#land();
    this.scheduleRead();
    messenger.render();
  }

  /**
   * Show the message of this number, as an address names it.
   * @param {string} text
   */
  jumpTo(text) {
    const seq = Number(text);
    this.isLed = true;
    void this.windowLoader.jumpTo(Number.isSafeInteger(seq) && seq > 0 ? seq : NaN);
  }

  /**
   * Show the reading position of the last visit.
   * @param {ReadingPosition} readingPosition
   */
  returnTo(readingPosition) {
    this.returning = readingPosition;
    this.isLed = true;
    void this.windowLoader.returnTo(readingPosition.messageWindow, readingPosition.seq);
  }

  jumpToNewest() {
    const { messageWindow, jump } = this.state.get();
    if (messageWindow.hasNewer || jump.state) this.windowLoader.showNewest();
    Object.assign(this, { isLanding: false, isHeld: false, wasUnreadSeen: false });
    this.state.set({ isAtBottom: true });
    this.#go();
  }

  /** Show the first unread message, because the user asks for it. */
  jumpToUnread() {
    const seq = firstUnread(this.state.get(), this.messenger.me.user_id);
    if (seq) this.#mark(seq);
    else void this.windowLoader.jumpAfter(this.state.get().newAfter);
  }

  /** A message was sent from here: whoever writes has seen what there is. */
  sent() {
    this.jumpToNewest();
    this.state.set({ newAfter: -1 });
  }

  /** Restore the scroll position: the rows have been rendered. */
  settled() {
    this.scrollAnchor.settle();
    this.scrolled();
  }

  /** Take over where the reader is: the visible part may have changed. */
  scrolled() {
    const { reach } = this.scrollAnchor;
    if (!reach) return;
    const { messageWindow } = this.state.get();
    const isAtBottom = reach.isAtBottom && !messageWindow.hasNewer;
    this.isLanding &&= isAtBottom;
    this.state.set({ isAtBottom, isFar: reach.isFar, isUnreadAbove: this.#isUnreadAbove() });
    const spot = isAtBottom ? null : this.scrollAnchor.spot;
    this.readingPosition = spot && { ...spot, messageWindow };
    this.scheduleRead();
    if (reach.isNearTop) void this.windowLoader.loadOlder();
    if (reach.isNearBottom) void this.windowLoader.loadNewer();
  }

  /** Mark visible messages as read once they have been visible for a second in a window that is looked at. */
  scheduleRead() {
    clearTimeout(this.readTimer);
    const now = Date.now();
    this.seenRows.look(isLookedAt() ? this.scrollAnchor.visible : [], now);
    const seq = this.seenRows.lastSeen(now);
    if (seq && !this.isLanding && !this.isHeld) this.#markRead(seq);
    const wait = this.seenRows.dueIn(now);
    if (wait !== null) this.readTimer = setTimeout(() => this.scheduleRead(), wait);
  }

  /** Render the facts and the state into the stores. */
  render() {
    const { messages, receipts } = this.stores;
    const state = this.state.get();
    const input = readViewInput(this.messenger, this.historyLoader, state);
    const view = toView(input, messages.get());
    if (view.rows !== messages.get().rows && !state.isAtBottom) this.scrollAnchor.hold();
    messages.set(view);
    receipts.set(toReceipts(input, receipts.get()));
  }

  /** Load what failed before the connection was restored. */
  welcomed() {
    for (const id of this.messenger.conversationStore.summaries.keys()) this.historyLoader.confirm(id);
    this.historyLoader.retryFailed();
    this.windowLoader.retryFailed();
    void this.historyLoader.load(this.activeId);
    void this.messenger.attachments().catch(() => null);
    this.#land();
    // What was read without a connection has not been reported.
    this.scheduleRead();
  }

  /**
   * Show who has received and read a message.
   * @param {number} seq  0 to close
   */
  showReceipts(seq) {
    this.state.set({ receiptsSeq: seq });
    this.messenger.render();
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
    const { activeId, isAtBottom } = this.state.get();
    if (id !== activeId) return;
    this.windowLoader.receive(events);
    if (!isAtBottom || !isLookedAt()) this.#beginUnread(events);
    this.scheduleRead();
  }

  /**
   * Draw the "New" line before messages that nobody looks at, unless earlier ones are unread, too.
   * @param {LogEvent[]} events
   */
  #beginUnread(events) {
    const { messenger } = this;
    const count = ofOthers(events, messenger.me.user_id).length;
    const summary = messenger.conversationStore.summaries.get(this.activeId);
    if (!count || !summary || summary.unread > count) return;
    this.wasUnreadSeen = false;
    this.state.set({ newAfter: summary.read_seq });
  }

  /** @param {number} seq  of the last message that was seen */
  #markRead(seq) {
    const { messenger } = this;
    const { activeId, messageWindow } = this.state.get();
    const isNewest = !messageWindow.hasNewer && seq >= (messageWindow.events.at(-1)?.seq ?? 0);
    const last = isNewest ? (messenger.conversationStore.logs.get(activeId)?.last ?? 0) : 0;
    messenger.markRead(activeId, Math.max(seq, last), messageWindow.events);
  }

  /** Whether the first unread message is above the visible part, or not loaded, and was not looked at since it is marked. */
  #isUnreadAbove() {
    const state = this.state.get();
    if (state.newAfter < 0 || this.isLanding) return false;
    const seq = firstUnread(state, this.messenger.me.user_id);
    const { visible } = this.scrollAnchor;
    this.wasUnreadSeen ||= visible.includes(seq);
    return !this.wasUnreadSeen && (seq === 0 || seq < (visible[0] ?? 0));
  }

  /** Show the first unread message of the conversation that was just opened, as soon as it is known which one that is. */
  #land() {
    const { conversationStore } = this.messenger;
    const { activeId: id } = this;
    if (!this.isLanding || !conversationStore.summaries.has(id) || !conversationStore.logs.get(id)?.seeded) return;
    this.isLanding = false;
    this.state.set({ newAfter: newAfterOf(conversationStore, id) });
    if (this.state.get().newAfter >= 0 && !this.isLed) void this.#beginAtUnread();
  }

  async #beginAtUnread() {
    const { me } = this.messenger;
    const { activeId, newAfter } = this.state.get();
    // Nothing counts as read until it is known what is shown.
    this.isHeld = true;
    const isShown = firstUnread(this.state.get(), me.user_id) > 0 || (await this.windowLoader.showAfter(newAfter));
    if (this.activeId !== activeId) return;
    this.isHeld = false;
    const seq = isShown && firstUnread(this.state.get(), me.user_id);
    if (!seq) return;
    this.state.set({ isAtBottom: false });
    this.#go(seq, "unread");
  }

  /** @param {string} id */
  #onLoaded(id) {
    if (id === this.activeId) {
      const { outboxWorker } = this.messenger;
      // A message that was sent from here before its history was loaded stays visible.
      const acked = outboxWorker.outbox.items.map((item) => (item.conversation_id === id && item.seq) || Infinity);
      this.windowLoader.seeded();
      void this.windowLoader.loadBackTo(Math.min(Infinity, ...acked));
      this.#land();
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

/** Whether somebody sees what is visible. */
const isLookedAt = () => !document.hidden && document.hasFocus();

/**
 * @param {import("../messages/messenger.js").Messenger} messenger
 * @param {(id: string) => void} onLoaded
 */
function createHistoryLoader(messenger, onLoaded) {
  const onChange = () => messenger.renderSoon();
  return new HistoryLoader({ api: messenger.deps.api, facts: messenger, onChange, onLoaded, now: Date.now });
}
