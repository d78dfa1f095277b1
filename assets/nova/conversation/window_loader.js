// Loads older and newer messages around the visible window, and the target of a jump. A shell.

import { LIMITS } from "../generated/codes.js";
import { LOAD as IDLE } from "../generated/stores/conversation.js";
import { eventsOf } from "./history_loader.js";
import { isAwaited } from "./conversation_state.js";
import { inParts } from "./in_parts.js";
import { Loads } from "./loads.js";
import * as messageWindows from "./message_window.js";
import { isRow, withChanges } from "../messages/message_changes.js";
import { inAddress } from "../base/well_formed.js";

/**
 * @typedef {import("../messages/event_log.js").ConversationLog} Log
 */

export class WindowLoader {
  /**
   * @param {{
   *   state: import("./conversation_state.js").StateStore,
   *   api: {get(path: string, signal?: AbortSignal): Promise<any>}, log(id: string): Log | undefined,
   *   loadNewest(id: string): Promise<void>, onAuthors(people: import("../base/types.js").Person[]): void, onTarget(seq: number): void,
   *   waiting(): number, nextFrame?(): Promise<number | void>
   * }} deps  `state`: read and changed here in `messageWindow`, `older`, `newer` and `jump`; `waiting`: how many messages of
   *   the conversation wait to be sent; `nextFrame`: resolves when more may be drawn, with how long it took (ms)
   */
  constructor(deps) {
    this.deps = deps;
    this.loads = new Loads(deps.state);
    /** How often the connection was restored. */
    this.returns = 0;
    /** @type {"older" | "newer"} the edge that the reader was near last */
    this.edge = "newer";
    /** Aborted when another part of the conversation is shown. */
    this.superseded = new AbortController();
    /** Aborted by another jump. */
    this.jumped = new AbortController();
    /** @type {() => Promise<void>} */
    this.jumpAgain = async () => {};
  }

  get #view() {
    return this.deps.state.get();
  }

  get #log() {
    return this.deps.log(this.#view.activeId);
  }

  /** Show the newest messages that the browser has. */
  open() {
    this.jumped.abort();
    this.deps.state.set({ jump: IDLE });
    const log = this.#log;
    this.#begin(log?.seeded ? messageWindows.newestOf(log) : messageWindows.EMPTY);
  }

  /** Show the newest messages, and load them where the browser does not have them. */
  showNewest() {
    const log = this.#log;
    this.open();
    if (!log?.seeded) void this.deps.loadNewest(this.#view.activeId);
  }

  /** Show the newest page, which has been loaded, unless something else is shown or awaited. */
  seeded() {
    const log = this.#log;
    if (log?.seeded && !isAwaited(this.#view) && !this.#view.messageWindow.events.length) this.#show(messageWindows.newestOf(log));
  }

  /** @param {import("../base/types.js").LogEvent[]} events  that the log has released */
  receive(events) {
    const { messageWindow, isAtBottom } = this.#view;
    const changed = messageWindows.change(messageWindow, events);
    this.#show(isAwaited(this.#view) ? changed : messageWindows.receive(changed, events.filter(isRow), isAtBottom, this.deps.waiting()));
  }

  /** Make room for the messages that wait. */
  makeRoom() {
    const { messageWindow, isAtBottom } = this.#view;
    const roomy = messageWindows.makeRoom(messageWindow, this.deps.waiting(), isAtBottom);
    if (roomy !== messageWindow) this.#show(roomy);
  }

  /**
   * The log is loaded again: keep what is shown, unless it is the newest or the server no longer has it.
   * @param {number} lastSeq
   */
  reset(lastSeq) {
    const { messageWindow, isAtBottom } = this.#view;
    const isGone = (messageWindow.events.at(-1)?.seq ?? 0) > lastSeq;
    if (isGone || isAtBottom) this.#begin(messageWindows.EMPTY);
    else this.#show({ ...messageWindow, hasNewer: true });
  }

  /** @param {boolean} [isAsked]  by the user: also after a failure */
  async loadOlder(isAsked = false) {
    this.edge = "older";
    const { messageWindow } = this.#view;
    const [first] = messageWindow.events;
    if (!first || !messageWindow.hasOlder || !this.loads.mayBegin("older", isAsked)) return;
    await this.#load("older", `before_seq=${first.seq}`, ({ items, has_older }) => {
      let expected = first.seq;
      return this.#inParts("older", items.length, (from, size) => {
        const current = this.#view.messageWindow;
        // A jump, or messages at the other end, may have changed what comes first; an edit of it has not.
        if (current.events[0]?.seq !== expected) return false;
        const page = { items: this.#asTheyAre(items), hasOlder: has_older };
        this.#show(messageWindows.prependPart(current, page, from, size, this.deps.waiting()));
        expected = this.#view.messageWindow.events[0].seq;
        return true;
      });
    });
  }

  /**
   * Load older pages, three at most, until the window begins at or before this number.
   * @param {number} seq
   */
  async loadBackTo(seq) {
    for (let page = 0; page < 3 && this.#view.messageWindow.events[0]?.seq > seq; page += 1) await this.loadOlder(true);
  }

  /** @param {boolean} [isAsked]  by the user: also after a failure */
  async loadNewer(isAsked = false) {
    this.edge = "newer";
    const { activeId, messageWindow } = this.#view;
    const last = messageWindow.events.at(-1);
    const log = this.#log;
    if (!last || !log || !messageWindow.hasNewer || !this.loads.mayBegin("newer", isAsked)) return;
    const held = messageWindows.heldAfter(messageWindow, log);
    if (held) return this.#addNewer(held.slice(0, LIMITS.history_page), last.seq, log);
    if (!log.seeded) void this.deps.loadNewest(activeId);
    await this.#load("newer", `after_seq=${last.seq}`, ({ items }) => this.#addNewer(items, last.seq, log));
  }

  /**
   * @param {import("../base/types.js").RowEvent[]} items
   * @param {number} after  the number of the event that they follow
   * @param {Log} log
   */
  async #addNewer(items, after, log) {
    let expected = after;
    await this.#inParts("newer", items.length, (from, size) => {
      const current = this.#view.messageWindow;
      if (current.events.at(-1)?.seq !== expected) return false;
      const part = this.#asTheyAre(items.slice(from, from + size));
      this.#show(messageWindows.append(current, part, log, this.deps.waiting()));
      expected = part.at(-1)?.seq ?? expected;
      return true;
    });
  }

  /**
   * Show the events of a page part by part, those next to the window first; until the last one nothing else is loaded there.
   * @param {"older" | "newer"} name
   * @param {number} count
   * @param {(from: number, size: number) => boolean} show
   */
  async #inParts(name, count, show) {
    const { loads } = this;
    const { signal } = this.superseded;
    loads.begin(name);
    // In a full window each part drops as much at the other edge, which is what the reader may have turned to.
    const isLeft = (/** @type {number} */ size) => this.edge !== name && messageWindows.isFull(this.#view.messageWindow, size);
    const showNext = (/** @type {number} */ from, /** @type {number} */ size) => (from === 0 || !isLeft(size)) && show(from, size);
    const { nextFrame } = this.deps;
    await inParts(count, { show: showNext, onLast: () => loads.beginLast(name), isOver: () => signal.aborted, nextFrame });
    if (signal.aborted) return;
    this.#show(messageWindows.settle(this.#view.messageWindow));
    // When the last part is rendered, the reader's place is looked at, and more is loaded if need be.
    await nextFrame?.();
    if (!signal.aborted) loads.end(name);
  }

  /** @param {import("../base/types.js").RowEvent[]} events  to which is applied what changed since they were loaded */
  #asTheyAre(events) {
    return withChanges(events, this.#log?.changes ?? []);
  }

  /**
   * Show the message of this number with those around it.
   * @param {number} seq  NaN where an address names none
   */
  async jumpTo(seq) {
    this.jumped.abort();
    if (Number.isNaN(seq)) return this.#miss("missing");
    if (messageWindows.holds(this.#view.messageWindow, seq)) return this.#reveal(seq);
    await this.#jump(`around_seq=${seq}`, "missing");
  }

  /**
   * Show the first message after a number, with those around it.
   * @param {number} seq
   */
  async jumpAfter(seq) {
    await this.#jump(`around_seq=${seq + 1}`, "missing", (page) => messageWindows.nextTo(page.items, seq));
  }

  /**
   * Show what is around the first message after a number, without a word: where it cannot be loaded, what is shown stays.
   * @param {number} seq
   * @returns {Promise<boolean>}  whether it is shown
   */
  async showAfter(seq) {
    this.jumped.abort();
    const { signal } = (this.jumped = new AbortController());
    try {
      const page = await this.#fetch(`around_seq=${seq + 1}`, signal);
      const log = this.#log;
      if (signal.aborted || !log || !page.items.length) return false;
      this.#begin(messageWindows.beginWithHeld(page.items, page.has_older, log));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Show a window again that was shown before, with the message that was read in it.
   * @param {import("./message_window.js").MessageWindow} messageWindow
   * @param {number} seq
   */
  async returnTo(messageWindow, seq) {
    const log = this.#log;
    if (!log?.seeded || (messageWindow.events.at(-1)?.seq ?? 0) > log.last) return this.jumpTo(seq);
    this.jumped.abort();
    this.#begin(messageWindows.begin(withChanges(messageWindow.events, log.changes), messageWindow.hasOlder, log));
    this.#reveal(seq);
  }

  /**
   * Show the first message at or after this moment.
   * @param {string} moment  ISO 8601
   */
  async jumpToMoment(moment) {
    await this.#jump(`at=${inAddress(moment)}`, "later");
  }

  /** The connection is back: retry what failed. */
  retryFailed() {
    this.returns += 1;
    this.#again();
  }

  #again() {
    const { older, newer, jump } = this.#view;
    if (older.state === "error") void this.loadOlder(true);
    if (newer.state === "error") void this.loadNewer(true);
    if (jump.state === "error") void this.jumpAgain();
  }

  /** Give the jump up, and show the newest messages if nothing is shown. */
  dismiss() {
    this.jumped.abort();
    this.deps.state.set({ jump: IDLE });
    this.seeded();
  }

  /** @param {import("./message_window.js").MessageWindow} messageWindow */
  #show(messageWindow) {
    this.deps.state.set({ messageWindow });
  }

  /**
   * Show another part of the conversation.
   * @param {import("./message_window.js").MessageWindow} messageWindow
   */
  #begin(messageWindow) {
    this.superseded.abort();
    this.superseded = new AbortController();
    this.loads.reset();
    this.#show(messageWindow);
  }

  /**
   * @param {string} query
   * @param {"missing" | "later"} nothing  what it means that there is no such message
   * @param {(page: any) => number | null} targetOf
   */
  async #jump(query, nothing, targetOf = (page) => page.target_seq) {
    this.jumped.abort();
    const { signal } = (this.jumped = new AbortController());
    this.jumpAgain = () => this.#jump(query, nothing, targetOf);
    await this.#load("jump", query, (page) => this.#land(page, nothing, targetOf(page)), signal);
    // After a failure show at least the newest messages.
    if (!signal.aborted && this.#view.jump.state === "error") this.seeded();
  }

  /**
   * @param {any} page
   * @param {"missing" | "later"} nothing
   * @param {number | null} target
   */
  #land(page, nothing, target) {
    const log = this.#log;
    if (target === null || !log) return this.#miss(nothing);
    this.#begin(messageWindows.begin(page.items, page.has_older, log));
    this.#reveal(target);
  }

  /** @param {"missing" | "later"} nothing */
  #miss(nothing) {
    this.showNewest();
    this.deps.state.set({ jump: { ...IDLE, state: nothing } });
  }

  /** @param {number} seq */
  #reveal(seq) {
    this.deps.state.set({ jump: IDLE });
    this.deps.onTarget(seq);
  }

  /**
   * @param {"older" | "newer" | "jump"} name
   * @param {string} query
   * @param {(page: any) => void | Promise<void>} take
   * @param {AbortSignal} [signal]  aborted when the answer is no longer needed
   */
  async #load(name, query, take, signal = this.superseded.signal) {
    const { loads, returns } = this;
    loads.begin(name);
    try {
      const page = await this.#fetch(query, signal);
      if (signal.aborted) return;
      if (name === "jump") this.deps.state.set({ jump: IDLE });
      await take(page);
    } catch (fault) {
      if (signal.aborted) return;
      loads.fail(name, fault);
    }
    // A request from before the reconnect may have been lost with the old connection.
    if (this.#view[name].state === "error" && this.returns > returns) this.#again();
  }

  /**
   * @param {string} query
   * @param {AbortSignal} signal
   */
  async #fetch(query, signal) {
    const path = `conversations/${this.#view.activeId}/messages?${query}&limit=${LIMITS.history_page}`;
    const page = await this.deps.api.get(path, signal);
    if (signal.aborted) return page;
    this.deps.onAuthors(page.former_authors ?? []);
    // Live changes may have arrived before the page that was read earlier.
    return { ...page, items: this.#asTheyAre(eventsOf(page)) };
  }
}
