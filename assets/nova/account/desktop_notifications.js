// Shows desktop notifications of new messages while no tab has focus; loaded only where the setting is on. A shell.

import { withoutMarks } from "../base/plain_text.js";
import { cut } from "../base/graphemes.js";
import { openChannel } from "../messages/tab_channel.js";
import { isolated } from "../base/people.js";
import { showNotification } from "./show_notification.js";

/** Messages within this time become one notification, and a focused tab has time to announce itself. */
const GATHER_MS = 500;
const TEXT_MAX_CHARS = 140;

/**
 * @typedef {{conversation_id: string, seq: number, text: string, author: string, place: string}} NewMessage
 *   `place`: the group's title, empty in a direct conversation
 */

export class Notifier {
  /**
   * @param {{
   *   isFocused(): boolean, setTimer(work: () => void, ms: number): void, onOpen(conversationId: string): void,
   *   show(title: string, options: NotificationOptions, onClick: () => void): Promise<{close(): void}>, onFault(): void,
   *   channel: Pick<BroadcastChannel, "postMessage" | "onmessage">
   * }} deps  `channel`: the other tabs of this browser
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, NewMessage[]>} by conversation, since the last notification */
    this.waiting = new Map();
    /** @type {Map<string, {close(): void}>} */
    this.shown = new Map();
    deps.channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#forget(data);
  }

  /** @param {NewMessage} message */
  add(message) {
    // This tab has focus, so the message is seen here: the other tabs need no notification.
    if (this.deps.isFocused()) {
      this.deps.channel.postMessage(message.conversation_id);
      return;
    }
    if (!this.waiting.size) this.deps.setTimer(() => this.#showWaiting(), GATHER_MS);
    this.waiting.set(message.conversation_id, [...(this.waiting.get(message.conversation_id) ?? []), message]);
  }

  /** This tab has focus: close the notifications. */
  markSeen() {
    for (const id of [...this.shown.keys()]) this.#forget(id);
  }

  /** @param {string} conversationId */
  #forget(conversationId) {
    this.waiting.delete(conversationId);
    this.#close(conversationId);
  }

  /** @param {string} conversationId */
  #close(conversationId) {
    this.shown.get(conversationId)?.close();
    this.shown.delete(conversationId);
  }

  #showWaiting() {
    // Empty it before anything can fail, so that the next message sets the next timer.
    const waiting = this.waiting;
    this.waiting = new Map();
    for (const [id, list] of waiting) void this.#show(id, list);
  }

  /**
   * @param {string} id
   * @param {NewMessage[]} list
   */
  async #show(id, list) {
    const newest = list[list.length - 1];
    const title = newest.place ? `${isolated(newest.author)} in ${isolated(newest.place)}` : newest.author;
    const more = list.length > 1 ? ` (and ${list.length - 1} more)` : "";
    // The tag is the same in every tab, so that the browser shows one.
    const tag = `nova:${id}:${newest.seq}`;
    const options = { body: shorten(newest.text) + more, tag, icon: "/icon.svg", data: { path: `/c/${id}` } };
    this.#close(id);
    try {
      this.shown.set(id, await this.deps.show(title, options, () => this.deps.onOpen(id)));
    } catch {
      // The page of settings says that this browser cannot; the list shows the message.
      this.deps.onFault();
    }
  }
}

/** @param {string} text */
function shorten(text) {
  return cut(withoutMarks(text).replace(/\s+/g, " ").trim(), TEXT_MAX_CHARS);
}

/**
 * The notifier of this browser.
 * @param {() => void} onFault  one could not be shown
 */
export function createNotifier(onFault) {
  const notifier = new Notifier({
    isFocused: () => !document.hidden && document.hasFocus(),
    setTimer: (work, ms) => setTimeout(work, ms),
    show: showNotification,
    onFault,
    onOpen: openConversation,
    channel: openChannel("nova:looked") ?? { postMessage() {}, onmessage: null },
  });
  addEventListener("focus", () => notifier.markSeen());
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.open && openPath(data.open));
  return notifier;
}

/** @param {string} id */
function openConversation(id) {
  focus();
  openPath(`/c/${id}`);
}

/** @param {string} path */
function openPath(path) {
  const link = /** @type {HTMLElement | null} */ (document.querySelector(`a[href="${CSS.escape(path)}"]`));
  // The page's own link keeps what is loaded; without it the browser goes there.
  if (link) link.click();
  else location.assign(path);
}
