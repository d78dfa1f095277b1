// What of the open conversation is unread: where it begins, what has been seen, what is marked as unread. A shell.

import { firstUnread, isAllRead, newAfterOf, ofOthers } from "./conversation_state.js";
import { SeenRows } from "./seen_rows.js";
import { UnreadMarks } from "./unread_marks.js";

/** @typedef {import("../base/types.js").LogEvent} LogEvent */

export class Reading {
  /**
   * @param {{
   *   messenger: import("../messages/messenger.js").Messenger, state: import("./conversation_state.js").StateStore,
   *   scrollAnchor: import("./scroll_anchor.js").ScrollAnchor, windowLoader(): import("./window_loader.js").WindowLoader,
   *   begin(seq: number): void, mark(seq: number): void
   * }} deps  `begin`: show a message as the first unread one; `mark`: go to a message and highlight it
   */
  constructor(deps) {
    this.deps = deps;
    this.seenRows = new SeenRows();
    this.unreadMarks = new UnreadMarks(deps.messenger);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** Whether the first unread message is to be shown as soon as it is known: the conversation was just opened. */
    this.isLanding = false;
    /** Whether something else is to be shown first: an address names a message, or a step back its place. */
    this.isLed = false;
    /** Whether nothing counts as read: the user marked it as unread, or it is not known yet what is shown. */
    this.isHeld = false;
    /** Whether the first unread message was looked at since it is marked. */
    this.wasUnreadSeen = false;
  }

  get #state() {
    return this.deps.state.get();
  }

  /** Stop: nothing is shown any more. */
  close() {
    clearTimeout(this.timer);
  }

  /** Begin with the conversation that is active now. */
  open() {
    this.isLanding = this.#state.activeId !== "";
    this.isLed = false;
    this.isHeld = false;
    this.wasUnreadSeen = false;
    this.seenRows = new SeenRows();
  }

  /** The user goes to the newest message. */
  release() {
    this.isLanding = false;
    this.isHeld = false;
    this.wasUnreadSeen = false;
  }

  /** Mark visible messages as read once they have been visible for a second in a window that is looked at. */
  observe() {
    clearTimeout(this.timer);
    const now = Date.now();
    this.seenRows.look(isLookedAt() && !this.#isAllRead ? this.deps.scrollAnchor.visible : [], now);
    const seq = this.seenRows.lastSeen(now);
    if (seq && !this.isLanding && !this.isHeld) this.#markRead(seq);
    const wait = this.seenRows.dueIn(now);
    if (wait !== null) this.timer = setTimeout(() => this.observe(), wait);
  }

  /** Whether it does not matter what is visible, which is then not measured at each move. */
  get #isAllRead() {
    const { activeId } = this.#state;
    return isAllRead(this.#state, this.deps.messenger.conversationStore) && !this.unreadMarks.isPending(activeId);
  }

  /** Whether the first unread message is above the visible part, or not loaded, and was not looked at since it is marked. */
  get isUnreadAbove() {
    const state = this.#state;
    if (state.newAfter < 0 || this.isLanding) return false;
    const seq = firstUnread(state, this.deps.messenger.me.user_id);
    const { visible } = this.deps.scrollAnchor;
    this.wasUnreadSeen ||= visible.includes(seq);
    return !this.wasUnreadSeen && (seq === 0 || seq < (visible[0] ?? 0));
  }

  /** Show the first unread message, because the user asks for it. */
  jumpToUnread() {
    const seq = firstUnread(this.#state, this.deps.messenger.me.user_id);
    if (seq) this.deps.mark(seq);
    else void this.deps.windowLoader().jumpAfter(this.#state.newAfter);
  }

  /**
   * Mark a message and those after it as unread; nothing is read here until the conversation is opened again.
   * @param {number} seq
   */
  markUnread(seq) {
    this.isHeld = true;
    this.wasUnreadSeen = true;
    this.unreadMarks.mark(this.#state.activeId, seq - 1);
    this.deps.state.set({ newAfter: seq - 1 });
  }

  /**
   * Draw the "New" line before messages that nobody looks at, unless earlier ones are unread, too.
   * @param {LogEvent[]} events  that arrived
   */
  received(events) {
    const { messenger } = this.deps;
    const { isAtBottom, activeId } = this.#state;
    const summary = messenger.conversationStore.summaries.get(activeId);
    const count = ofOthers(events, messenger.me.user_id).length;
    if (!count || !summary || summary.unread > count || (isAtBottom && isLookedAt())) return;
    this.wasUnreadSeen = false;
    this.deps.state.set({ newAfter: summary.read_seq });
  }

  /** Show the first unread message of the conversation that was just opened, as soon as it is known which one that is. */
  land() {
    const { conversationStore } = this.deps.messenger;
    const { activeId: id } = this.#state;
    if (!this.isLanding || !conversationStore.summaries.has(id) || !conversationStore.logs.get(id)?.seeded) return;
    this.isLanding = false;
    this.deps.state.set({ newAfter: newAfterOf(conversationStore, id) });
    if (this.#state.newAfter >= 0 && !this.isLed) void this.#beginAtUnread();
  }

  async #beginAtUnread() {
    const { user_id } = this.deps.messenger.me;
    const { activeId, newAfter } = this.#state;
    this.isHeld = true;
    if (!firstUnread(this.#state, user_id)) await this.deps.windowLoader().showAfter(newAfter);
    if (this.#state.activeId !== activeId) return;
    this.isHeld = false;
    const seq = this.isLed ? 0 : firstUnread(this.#state, user_id);
    if (seq) this.deps.begin(seq);
  }

  /** @param {number} seq  of the last message that was seen */
  #markRead(seq) {
    const { messenger } = this.deps;
    const { activeId, messageWindow } = this.#state;
    const isNewest = !messageWindow.hasNewer && seq >= (messageWindow.events.at(-1)?.seq ?? 0);
    const last = isNewest ? (messenger.conversationStore.logs.get(activeId)?.last ?? 0) : 0;
    this.unreadMarks.withdraw(activeId);
    messenger.markRead(activeId, Math.max(seq, last));
  }
}

/** Whether somebody sees what is visible. */
const isLookedAt = () => !document.hidden && document.hasFocus();
