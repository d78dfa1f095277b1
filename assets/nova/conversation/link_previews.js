// The link previews of the open conversation: asked for when a message with a link is shown, once for each text. A shell.

import { asApiError } from "../http/api.js";

/**
 * @typedef {import("../generated/types.js").LinkPreviewItem} LinkPreviewItem
 * @typedef {{message_id: string, seq: number, text: string, is_deleted: boolean, pending: string}} Shown  a row
 * @typedef {{path: string, message_id: string, text: string}} Wanted
 */

const LINK = /https?:\/\/[^\s]/i;
const WEB = /^https?:\/\//i;
/** Requests under way; those for the newest messages begin first. */
const AT_ONCE = 2;
/** @type {never[]} */
const NONE = [];

export class LinkPreviews {
  /**
   * @param {{
   *   call(method: string, path: string): Promise<any>, onChange(): void, onFault(fault: import("../http/api.js").ApiError): void,
   *   setTimer(work: () => void, ms: number): unknown
   * }} deps  `onFault`: a dismissal was refused
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, {path: string, text: string, items: LinkPreviewItem[]}>} by message; of one that was asked for, at first nothing */
    this.known = new Map();
    /** @type {Wanted[]} */
    this.queue = [];
    this.running = 0;
    this.isPaused = false;
    /** @type {Map<string, string>} by message, the address at which a dismissal could not be reported yet */
    this.dismissed = new Map();
  }

  /**
   * What is known of a message's links.
   * @param {string} messageId
   * @param {string} text  as it is now
   * @returns {LinkPreviewItem[]}
   */
  of(messageId, text) {
    const known = this.known.get(messageId);
    return known?.text === text && !this.dismissed.has(messageId) ? known.items : NONE;
  }

  /**
   * Ask for those of these rows that are not known.
   * @param {string} conversationId
   * @param {Shown[]} rows
   */
  ask(conversationId, rows) {
    if (this.isPaused) return;
    const wanted = rows.filter((row) => this.#isWanted(row)).map(({ message_id, text }) => {
      return { path: pathOf(conversationId, message_id), message_id, text };
    });
    for (const { message_id, path, text } of wanted) this.known.set(message_id, { path, text, items: NONE });
    this.queue.push(...wanted);
    this.#work();
  }

  /**
   * Show no previews at one's own message any more, to nobody.
   * @param {string} conversationId
   * @param {string} messageId
   */
  async dismiss(conversationId, messageId) {
    this.dismissed.set(messageId, pathOf(conversationId, messageId));
    this.deps.onChange();
    await this.#report(messageId);
  }

  /** @param {string} messageId  whose author took its previews away */
  removed(messageId) {
    const known = this.known.get(messageId);
    if (!known) return;
    this.known.set(messageId, { ...known, items: NONE });
    this.deps.onChange();
  }

  /**
   * The connection is back: report and ask for what failed, and ask again for what is shown, which may have been taken away.
   * Those of other conversations are forgotten, and asked for when they are shown.
   * @param {string} conversationId  the open one
   */
  welcomed(conversationId) {
    this.#goOn();
    for (const messageId of this.dismissed.keys()) void this.#report(messageId);
    for (const [message_id, { path, text, items }] of this.known) {
      if (path !== pathOf(conversationId, message_id)) this.known.delete(message_id);
      else if (items.length && !this.dismissed.has(message_id)) this.queue.push({ path, message_id, text });
    }
    this.#work();
  }

  /** @param {Shown} row */
  #isWanted({ message_id, seq, text, is_deleted, pending }) {
    return seq > 0 && message_id !== "" && !is_deleted && !pending && LINK.test(text) && this.known.get(message_id)?.text !== text;
  }

  #work() {
    while (this.running < AT_ONCE && !this.isPaused) {
      const wanted = this.queue.pop();
      if (!wanted) return;
      this.running += 1;
      void this.#load(wanted).finally(() => {
        this.running -= 1;
        this.#work();
      });
    }
  }

  /** @param {Wanted} wanted */
  async #load({ path, message_id, text }) {
    const known = this.known.get(message_id);
    // It was edited while it waited, and is asked for again.
    if (known?.text !== text) return;
    try {
      const { items } = await this.deps.call("GET", path);
      // It was edited meanwhile, or its previews were taken away.
      if (this.known.get(message_id) !== known) return;
      const before = known.items.length;
      this.known.set(message_id, { path, text, items: items.filter((/** @type {LinkPreviewItem} */ { url }) => WEB.test(url)) });
      if (items.length || before) this.deps.onChange();
    } catch (fault) {
      const { retryable, retryAfterMs } = asApiError(fault);
      if (retryable) this.#pause(retryAfterMs);
    }
  }

  /**
   * Ask again later for everything that has not arrived.
   * @param {number | undefined} ms  undefined: when the connection is back
   */
  #pause(ms) {
    this.isPaused = true;
    this.queue.length = 0;
    for (const [messageId, { items }] of this.known) if (!items.length) this.known.delete(messageId);
    if (ms !== undefined) this.deps.setTimer(() => this.#goOn(), ms);
  }

  #goOn() {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.deps.onChange();
  }

  /** @param {string} messageId */
  async #report(messageId) {
    const path = this.dismissed.get(messageId);
    try {
      if (path) await this.deps.call("DELETE", path);
      this.removed(messageId);
    } catch (cause) {
      const fault = asApiError(cause);
      if (fault.retryable) return;
      this.deps.onFault(fault);
    }
    this.dismissed.delete(messageId);
    this.deps.onChange();
  }
}

/**
 * @param {string} conversationId
 * @param {string} messageId
 */
const pathOf = (conversationId, messageId) => `conversations/${conversationId}/messages/${messageId}/previews`;
