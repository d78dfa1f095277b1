// Loads older and newer messages around the visible window, and the target of a jump. A shell.

import { asApiError } from "../http/api.js";
import { LIMITS } from "../generated/codes.js";
import { LOAD as IDLE } from "../generated/stores/conversation.js";
import { asEvent } from "./history_loader.js";
import * as messageWindows from "./message_window.js";
import { inAddress } from "../base/well_formed.js";

/**
 * @typedef {import("../generated/types.js").Load} Load
 *   `missing`: there is no such message; `later`: nothing was written from that day on
 * @typedef {import("../messages/event_log.js").ConversationLog} Log
 */

/** @type {Load} */
const LOADING = { ...IDLE, state: "loading" };

export class WindowLoader {
  /**
   * @param {{
   *   api: {get(path: string, signal?: AbortSignal): Promise<any>}, log(id: string): Log | undefined,
   *   loadNewest(id: string): Promise<void>, onChange(): void, onAuthors(people: import("../base/types.js").Person[]): void, onTarget(seq: number): void
   * }} deps
   */
  constructor(deps) {
    this.deps = deps;
    this.id = "";
    /** How often the connection was restored. */
    this.returns = 0;
    /** Ended where another part is shown: what was asked for this one is needless. `jumped`: where another jump is made. */
    this.superseded = new AbortController();
    this.jumped = new AbortController();
    /** @type {import("./message_window.js").MessageWindow} */
    this.messageWindow = messageWindows.EMPTY;
    /** @type {Load} */
    this.older = IDLE;
    /** @type {Load} */
    this.newer = IDLE;
    /** @type {Load} */
    this.jump = IDLE;
    /** @type {() => Promise<void>} */
    this.jumpAgain = async () => {};
  }

  /**
   * Begin with another conversation.
   * @param {string} id
   */
  open(id) {
    this.id = id;
    this.#beginNewest();
  }

  /** Nothing is shown, because what a jump leads to is on its way. */
  get isAwaited() {
    return this.jump.state === "loading" && !this.messageWindow.events.length;
  }

  /** The newest messages, which the browser holds; where it does not, they are loaded. */
  showNewest() {
    const log = this.#log;
    this.#beginNewest();
    if (!log?.seeded) void this.deps.loadNewest(this.id);
    this.deps.onChange();
  }

  /** The newest page has come. */
  seeded() {
    const log = this.#log;
    if (log?.seeded && !this.isAwaited && !this.messageWindow.events.length) this.messageWindow = messageWindows.newestOf(log);
  }

  /**
   * @param {import("../base/types.js").LogEvent[]} events
   * @param {boolean} isAtBottom
   */
  receive(events, isAtBottom) {
    if (!this.isAwaited) this.messageWindow = messageWindows.receive(this.messageWindow, events, isAtBottom);
  }

  /**
   * The log is loaded again: what is read stays, unless the server has not got it any more.
   * @param {number} lastSeq
   * @param {boolean} isAtBottom
   */
  reset(lastSeq, isAtBottom) {
    const isGone = (this.messageWindow.events.at(-1)?.seq ?? 0) > lastSeq;
    if (isGone || isAtBottom) this.#begin(messageWindows.EMPTY);
    else this.messageWindow = { ...this.messageWindow, hasNewer: true };
  }

  /** @param {boolean} [isAsked]  by a person: also after a failure */
  async loadOlder(isAsked = false) {
    const [first] = this.messageWindow.events;
    if (!first || !this.messageWindow.hasOlder || !mayLoad(this.older, isAsked)) return;
    await this.#load("older", `before_seq=${first.seq}`, (page) => {
      // A jump, or messages at the other end, may have changed what comes first.
      if (this.messageWindow.events[0] === first) this.messageWindow = messageWindows.prepend(this.messageWindow, page.items, page.has_older);
    });
  }

  /**
   * Load older pages, a few at most, until this number is here.
   * @param {number} seq
   */
  async loadBackTo(seq) {
    for (let page = 0; page < 3 && this.messageWindow.events[0]?.seq > seq; page += 1) await this.loadOlder(true);
  }

  /** @param {boolean} [isAsked] */
  async loadNewer(isAsked = false) {
    const last = this.messageWindow.events.at(-1);
    const log = this.#log;
    if (!last || !log || !this.messageWindow.hasNewer || !mayLoad(this.newer, isAsked)) return;
    const held = messageWindows.heldAfter(this.messageWindow, log);
    if (held) {
      this.messageWindow = messageWindows.append(this.messageWindow, held.slice(0, LIMITS.history_page), log);
      return this.deps.onChange();
    }
    if (!log.seeded) void this.deps.loadNewest(this.id);
    await this.#load("newer", `after_seq=${last.seq}`, (page) => {
      if (this.messageWindow.events.at(-1) === last) this.messageWindow = messageWindows.append(this.messageWindow, page.items, log);
    });
  }

  /**
   * Show the message of this number with what was said around it.
   * @param {number} seq  NaN where an address names none
   */
  async jumpTo(seq) {
    this.jumped.abort();
    if (Number.isNaN(seq)) return this.#miss("missing");
    if (messageWindows.holds(this.messageWindow, seq)) return this.#reveal(seq);
    await this.#jump(`around_seq=${seq}`, "missing");
  }

  /**
   * Show again what was shown before, with a message that was read.
   * @param {import("./message_window.js").MessageWindow} messageWindow
   * @param {number} seq
   */
  async returnTo(messageWindow, seq) {
    const log = this.#log;
    if (!log?.seeded || (messageWindow.events.at(-1)?.seq ?? 0) > log.last) return this.jumpTo(seq);
    this.jumped.abort();
    this.#begin(messageWindows.begin(messageWindow.events, messageWindow.hasOlder, log));
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
    if (this.older.state === "error") void this.loadOlder(true);
    if (this.newer.state === "error") void this.loadNewer(true);
    if (this.jump.state === "error") void this.jumpAgain();
  }

  dismiss() {
    this.jumped.abort();
    this.jump = IDLE;
    this.seeded();
    this.deps.onChange();
  }

  #beginNewest() {
    this.jumped.abort();
    this.jump = IDLE;
    const log = this.#log;
    this.#begin(log?.seeded ? messageWindows.newestOf(log) : messageWindows.EMPTY);
  }

  /**
   * Another part of the conversation is shown from now on.
   * @param {import("./message_window.js").MessageWindow} messageWindow
   */
  #begin(messageWindow) {
    this.superseded.abort();
    this.superseded = new AbortController();
    this.older = this.newer = IDLE;
    this.messageWindow = messageWindow;
  }

  get #log() {
    return this.deps.log(this.id);
  }

  /**
   * @param {string} query
   * @param {"missing" | "later"} nothing  what it means that there is no such message
   */
  async #jump(query, nothing) {
    this.jumped.abort();
    const { signal } = (this.jumped = new AbortController());
    this.jumpAgain = () => this.#jump(query, nothing);
    await this.#load("jump", query, (page) => this.#land(page, nothing), signal);
    // Where it failed, at least the newest messages are shown.
    if (!signal.aborted && this.jump.state === "error") this.seeded();
  }

  /**
   * @param {any} page
   * @param {"missing" | "later"} nothing
   */
  #land(page, nothing) {
    const log = this.#log;
    if (page.target_seq === null || !log) return this.#miss(nothing);
    this.#begin(messageWindows.begin(page.items, page.has_older, log));
    this.#reveal(page.target_seq);
  }

  /** @param {"missing" | "later"} nothing */
  #miss(nothing) {
    this.showNewest();
    this.jump = { ...IDLE, state: nothing };
    this.deps.onChange();
  }

  /** @param {number} seq */
  #reveal(seq) {
    this.jump = IDLE;
    this.deps.onTarget(seq);
  }

  /**
   * @param {"older" | "newer" | "jump"} name
   * @param {string} query
   * @param {(page: any) => void} take
   * @param {AbortSignal} [signal]  ended where the answer is needless
   */
  async #load(name, query, take, signal = this.superseded.signal) {
    const { id, returns } = this;
    this[name] = LOADING;
    this.deps.onChange();
    try {
      const path = `conversations/${id}/messages?${query}&limit=${LIMITS.history_page}`;
      const page = await this.deps.api.get(path, signal);
      if (signal.aborted) return;
      this[name] = IDLE;
      this.deps.onAuthors(page.former_authors ?? []);
      take({ ...page, items: page.items.map(asEvent) });
    } catch (fault) {
      if (signal.aborted) return;
      const { code, message } = asApiError(fault);
      this[name] = /** @type {Load} */ ({ state: "error", code, text: message });
    }
    this.deps.onChange();
    // A request from before the reconnect may have been lost with the old connection.
    if (this[name].state === "error" && this.returns > returns) this.#again();
  }
}

/**
 * @param {Load} load
 * @param {boolean} isAsked
 */
function mayLoad(load, isAsked) {
  return load.state === "" || (isAsked && load.state === "error");
}
