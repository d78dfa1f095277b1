// The conversation that somebody looks at: its history, its composer, and how far it was read. A shell.

import { draw } from "./draw.js";
import * as frames from "./frames.js";
import { History } from "./history.js";

/**
 * @typedef {import("./types.js").LogEvent} LogEvent
 * @typedef {import("./store.js").Store<typeof import("./defaults_conversation.js").DEFAULTS.messages>} MessageStore
 */

const TYPING_EVERY_MS = 3_000;
const READ_AFTER_MS = 400;

export class OpenConversation {
  /**
   * @param {import("./messenger.js").Messenger} messenger
   * @param {MessageStore} store
   * @param {import("./receipts.js").Receipts} receipts
   */
  constructor(messenger, store, receipts) {
    this.messenger = messenger;
    this.store = store;
    this.receipts = receipts;
    this.isAtBottom = true;
    this.newAfter = -1;
    this.newBelow = 0;
    /** How many messages are being stored right now. */
    this.saves = 0;
    this.isEditedSince = false;
    this.typedAt = 0;
    /** @type {Map<string, import("./timeline.js").Row>} */
    this.drawnRows = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.lookTimer = undefined;
    this.history = new History({
      api: messenger.given.api,
      world: () => messenger.world,
      onChange: () => messenger.drawSoon(),
      onLoaded: (id) => this.#onLoaded(id),
    });
  }

  /** The account has changed. */
  close() {
    clearTimeout(this.lookTimer);
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
    this.newBelow = 0;
    this.drawnRows = new Map();
    this.history.olderFault = null;
    this.receipts.choose(0);
    this.#markNew();
    if (id) void this.history.load(id);
    this.look();
    messenger.draw();
  }

  /** @param {string} text */
  edit(text) {
    const { activeId, drafts, connection } = this.messenger;
    if (!activeId) return;
    this.isEditedSince = true;
    drafts.set(activeId, text);
    this.messenger.draw();
    const now = Date.now();
    if (text && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      connection.send(frames.typing(activeId));
    }
  }

  /** Send what stands in the composer: it is cleared when it is safe, and only if it is still the same. */
  async submit() {
    const { activeId: id, drafts, sending, given, connection } = this.messenger;
    const text = drafts.get(id);
    if (!id || !text.trim() || !sending.storage || sending.refusal(text)) return;
    // A second Enter before the composer cleared means the same message, unless it was typed in between.
    if (this.saves > 0 && !this.isEditedSince) return;
    this.isEditedSince = false;
    this.saves += 1;
    given.status.urged();
    try {
      await sending.submit(id, text);
      this.typedAt = 0;
      if (drafts.get(id) === text) drafts.set(id, "");
      drafts.save();
      this.#seeNewest();
      const { state } = connection.model;
      if (state !== "CONNECTED" && state !== "CLOSED") given.notify({ code: "saved_offline" });
    } catch {
      given.notify({ code: "outbox_unavailable" });
    } finally {
      this.saves -= 1;
      this.messenger.draw();
    }
  }

  /** @param {string} clientId */
  takeBack(clientId) {
    const { sending, drafts, activeId } = this.messenger;
    const text = sending.discard(clientId);
    if (text) this.edit([drafts.get(activeId), text].filter(Boolean).join("\n"));
  }

  /**
   * @param {boolean} isAtBottom
   * @param {boolean} isNearTop
   */
  scrolled(isAtBottom, isNearTop) {
    this.isAtBottom = isAtBottom;
    if (isAtBottom && this.newBelow) this.#seeNewest();
    if (isAtBottom) this.look();
    if (isNearTop && !this.history.olderFault) void this.history.loadOlder(this.messenger.activeId);
  }

  /** Something may have been seen: tell it after a moment, if it is still in view then. */
  look() {
    clearTimeout(this.lookTimer);
    this.lookTimer = setTimeout(() => this.#seen(), READ_AFTER_MS);
  }

  draw() {
    draw(this);
  }

  welcomed() {
    for (const id of this.messenger.world.summaries.keys()) this.history.tell(id);
    this.history.retryFailed();
    void this.history.load(this.messenger.activeId);
    // What was seen while there was no line was told to nobody.
    this.look();
  }

  /**
   * Show who has a message of mine.
   * @param {number} seq  0 to stop
   */
  showReceipts(seq) {
    this.receipts.choose(seq);
    this.messenger.draw();
  }

  /** @param {string} id */
  told(id) {
    this.history.tell(id);
  }

  /**
   * @param {string} id
   * @param {number} lastSeq
   */
  reset(id, lastSeq) {
    void this.history.reload(id, lastSeq);
  }

  /**
   * These became part of what is shown.
   * @param {string} id
   * @param {LogEvent[]} events
   */
  shown(id, events) {
    if (id !== this.messenger.activeId) return;
    if (!this.isAtBottom) this.newBelow += this.#ofOthers(events).length;
    this.look();
  }

  #seen() {
    const { activeId: id, world, connection } = this.messenger;
    const seq = world.logs.get(id)?.last ?? 0;
    const isWatched = this.isAtBottom && !document.hidden && document.hasFocus();
    if (!id || !seq || !isWatched) return;
    const isNews = world.readUpTo(id, seq);
    this.messenger.drawSoon();
    if (isNews) connection.send(frames.position("read", id, seq));
  }

  /** @param {string} id */
  #onLoaded(id) {
    const { messenger } = this;
    const events = messenger.world.logs.get(id)?.events ?? [];
    // What went out before the history came stays on the screen.
    const acked = messenger.sending.outbox.items.map((item) => (item.conversation_id === id && item.seq) || Infinity);
    void this.history.loadBackTo(id, Math.min(Infinity, ...acked));
    messenger.settleShown(events);
    const newest = this.#ofOthers(events).at(-1);
    if (newest) messenger.arrivals.receive(id, newest.seq);
    if (id === messenger.activeId) this.#markNew();
    messenger.onFrames([]);
    this.look();
  }

  /** @param {LogEvent[]} events */
  #ofOthers(events) {
    return events.filter((event) => event.type === "message" && event.author_id !== this.messenger.me.user_id);
  }

  #markNew() {
    const summary = this.messenger.world.summaries.get(this.messenger.activeId);
    this.newAfter = summary && summary.unread > 0 ? summary.read_seq : -1;
  }

  #seeNewest() {
    this.newBelow = 0;
    this.newAfter = -1;
    this.messenger.drawSoon();
  }
}
