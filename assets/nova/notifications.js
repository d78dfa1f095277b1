// Tells of messages while nobody looks at the page; loaded only where somebody asked for it. A shell.

import { cut } from "./graphemes.js";

/** Several messages of a moment are told as one, and a tab that is looked at has time to say so. */
const GATHER_MS = 500;
const TEXT_MAX_CHARS = 140;

/**
 * @typedef {{conversation_id: string, seq: number, text: string, author: string, place: string}} News
 *   `place`: the group's title, empty in a direct conversation
 */

export class Teller {
  /**
   * @param {{
   *   isLooking(): boolean, setTimer(work: () => void, ms: number): void, onOpen(conversationId: string): void,
   *   show(title: string, options: NotificationOptions): {onclick: any, close(): void},
   *   channel: Pick<BroadcastChannel, "postMessage" | "onmessage">
   * }} given  `channel`: the other tabs of this browser
   */
  constructor(given) {
    this.given = given;
    /** @type {Map<string, News[]>} by conversation, since the last telling */
    this.waiting = new Map();
    /** @type {Map<string, {close(): void}>} */
    this.shown = new Map();
    given.channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#forget(data);
  }

  /** @param {News} news */
  hear(news) {
    // Another tab is looked at: the message is seen there.
    if (this.given.isLooking()) {
      this.given.channel.postMessage(news.conversation_id);
      return;
    }
    if (!this.waiting.size) this.given.setTimer(() => this.#tell(), GATHER_MS);
    this.waiting.set(news.conversation_id, [...(this.waiting.get(news.conversation_id) ?? []), news]);
  }

  /** Somebody looks: what was told is seen. */
  looked() {
    for (const id of [...this.shown.keys()]) this.#forget(id);
  }

  /** @param {string} conversationId */
  #forget(conversationId) {
    this.waiting.delete(conversationId);
    this.shown.get(conversationId)?.close();
    this.shown.delete(conversationId);
  }

  #tell() {
    for (const [id, list] of this.waiting) {
      this.shown.get(id)?.close();
      const newest = list[list.length - 1];
      const title = newest.place ? `${newest.author} in ${newest.place}` : newest.author;
      const more = list.length > 1 ? ` (and ${list.length - 1} more)` : "";
      // The tag is the same in every tab, so that the browser shows one.
      const options = { body: shorten(newest.text) + more, tag: `nova:${id}:${newest.seq}`, icon: "/icon.svg" };
      const shown = this.given.show(title, options);
      shown.onclick = () => this.given.onOpen(id);
      this.shown.set(id, shown);
    }
    this.waiting.clear();
  }
}

/** @param {string} text */
function shorten(text) {
  return cut(text.replace(/\s+/g, " ").trim(), TEXT_MAX_CHARS);
}

/** A teller of this browser. */
export function createTeller() {
  const teller = new Teller({
    isLooking: () => !document.hidden && document.hasFocus(),
    setTimer: (work, ms) => setTimeout(work, ms),
    show: (title, options) => new Notification(title, options),
    onOpen: openConversation,
    channel: globalThis.BroadcastChannel ? new BroadcastChannel("nova:looked") : { postMessage() {}, onmessage: null },
  });
  addEventListener("focus", () => teller.looked());
  return teller;
}

/** @param {string} id */
function openConversation(id) {
  focus();
  const link = /** @type {HTMLElement | null} */ (document.querySelector(`a[data-conversation-id="${id}"]`));
  // The page's own link keeps what is loaded; without it the browser goes there.
  if (link) link.click();
  else location.assign(`/c/${id}`);
}
