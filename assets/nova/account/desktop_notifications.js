// Shows desktop notifications of new messages while no tab has focus; loaded only where the setting is on. A shell: the rule
// is in notification_rule.js.

import { withDeadline } from "../base/deadline.js";
import { withoutMarks } from "../base/plain_text.js";
import { cut } from "../base/graphemes.js";
import { openChannel } from "../messages/tab_channel.js";
import { isolated } from "../base/people.js";
import { claim, keepGeneral, readGeneral } from "./notification_record.js";
import { USUAL, decide, mentions } from "./notification_rule.js";
import { showNotification } from "./show_notification.js";

/** Messages within this time become one notification, and a focused tab has time to announce itself. */
const GATHER_MS = 500;
const TEXT_MAX_CHARS = 140;
/** What the user chose in another browser is known here after this time. */
const STALE_MS = 5 * 60_000;
const ASK_MS = 2_000;

/**
 * @typedef {import("../base/types.js").MessageEvent} Message
 * @typedef {import("../generated/types.js").EditedFrame} EditedEvent
 * @typedef {import("../messages/conversation_store.js").ConversationStore} Conversations
 * @typedef {import("./notification_rule.js").General} General
 *
 * @typedef {{conversations: Conversations, message: Message | EditedEvent}} Arrived
 * @typedef {{messageId: string, reason: string, close(): void}} Shown  of the newest message
 */

export class Notifier {
  /**
   * @param {{
   *   isFocused(): boolean, setTimer(work: () => void, ms: number): void, onOpen(conversationId: string): void, now(): Date,
   *   show(title: string, options: NotificationOptions, onClick: () => void): Promise<{close(): void}>, onFault(): void,
   *   channel: Pick<BroadcastChannel, "postMessage" | "onmessage">, general(userId: string): Promise<General>,
   *   claim: typeof claim
   * }} deps  `channel`: the other tabs of this browser
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, Arrived[]>} by conversation, since the last notification */
    this.waiting = new Map();
    /** @type {Map<string, Shown>} */
    this.shown = new Map();
    deps.channel.onmessage = (/** @type {MessageEvent} */ { data }) => this.#seen(data);
  }

  /**
   * Take an event of a conversation: a message, or what becomes of one.
   * @param {import("../base/types.js").LogEvent} event
   * @param {Conversations} conversations
   */
  receive(event, conversations) {
    if (event.type === "deleted") this.#withdraw(event.conversation_id, event.message_id);
    else if (event.type === "edited") this.#edited({ conversations, message: event });
    else if (event.type === "message") this.#arrived({ conversations, message: event });
  }

  /** This tab has focus: close the notifications, also those of other tabs. */
  markSeen() {
    this.deps.channel.postMessage("");
    this.#seen("");
  }

  /** @param {Arrived} arrived */
  #arrived(arrived) {
    const { message, conversations } = arrived;
    const { conversation_id: id } = message;
    if (message.author_id === conversations.me.user_id) return;
    // This tab has focus, so the message is seen here: the other tabs need no notification.
    if (this.deps.isFocused()) {
      this.deps.channel.postMessage(id);
      void this.deps.general(conversations.me.user_id).then((general) => this.#decide(arrived, general, true));
      return;
    }
    if (!this.waiting.size) this.deps.setTimer(() => void this.#showWaiting(), GATHER_MS);
    this.waiting.set(id, [...(this.waiting.get(id) ?? []), arrived]);
  }

  /** @param {Arrived} arrived  with another text, and perhaps other mentions */
  #edited(arrived) {
    const { message, conversations } = arrived;
    const { conversation_id: id, message_id, text, mentions: named, mentions_all } = message;
    const waiting = this.waiting.get(id) ?? [];
    const known = waiting.find(({ message }) => message.message_id === message_id);
    if (known) known.message = /** @type {Arrived["message"]} */ ({ ...known.message, text, mentions: named, mentions_all });
    else if (mentions(message, conversations.me.user_id)) this.#arrived(arrived);
    else if (["mention", "mention_all"].includes(this.shown.get(id)?.reason ?? "")) this.#withdraw(id, message_id);
  }

  /**
   * @param {string} id
   * @param {string} messageId
   */
  #withdraw(id, messageId) {
    const left = this.waiting.get(id)?.filter(({ message }) => message.message_id !== messageId);
    if (left) this.waiting.set(id, left);
    if (this.shown.get(id)?.messageId === messageId) this.#close(id);
  }

  /** @param {string} id  of a conversation that is looked at in some tab; empty for all */
  #seen(id) {
    for (const known of id ? [id] : [...this.shown.keys()]) this.#close(known);
    // What arrives while another tab is looked at has been seen there.
    if (id) this.waiting.delete(id);
  }

  /** @param {string} id */
  #close(id) {
    this.shown.get(id)?.close();
    this.shown.delete(id);
  }

  async #showWaiting() {
    // Empty it before anything can fail, so that the next message sets the next timer.
    const waiting = this.waiting;
    this.waiting = new Map();
    for (const [id, list] of waiting) await this.#showAllowed(id, list);
  }

  /**
   * @param {string} id
   * @param {Arrived[]} list
   */
  async #showAllowed(id, list) {
    if (!list.length) return;
    const general = await this.deps.general(list[0].conversations.me.user_id);
    const allowed = [];
    for (const arrived of list) {
      const reason = await this.#decide(arrived, general, this.deps.isFocused());
      if (reason) allowed.push({ ...arrived, reason });
    }
    if (allowed.length) await this.#show(id, allowed);
  }

  /**
   * Decide, and record it for all tabs.
   * @param {Arrived} arrived
   * @param {General} general
   * @param {boolean} isFocused
   * @returns {Promise<string>}  why it is shown by this tab; empty if it is not
   */
  async #decide({ message, conversations }, general, isFocused) {
    const myId = conversations.me.user_id;
    const [summary, now] = [conversations.summaries.get(message.conversation_id), this.deps.now()];
    const { shows, reason } = decide({ message, myId, summary, general, browser: "on", isFocused, now });
    const entry = { id: message.message_id, reason, shows, isMention: mentions(message, myId), at: now.toISOString() };
    return (await this.deps.claim(myId, entry)) && shows ? reason : "";
  }

  /**
   * @param {string} id
   * @param {(Arrived & {reason: string})[]} list
   */
  async #show(id, list) {
    const { message, conversations, reason } = list[list.length - 1];
    const summary = conversations.summaries.get(id);
    const name = authorOf(message, conversations);
    const title = summary?.kind === "group" ? `${isolated(name)} in ${isolated(summary.title)}` : name;
    const more = list.length > 1 ? ` (and ${list.length - 1} more)` : "";
    // The tag is the same in every tab, so that the browser shows one.
    const tag = `nova:${id}:${message.seq}`;
    const options = { body: bodyOf(message) + more, tag, icon: "/icon.svg", data: { path: `/c/${id}` } };
    this.#close(id);
    try {
      const shown = await this.deps.show(title, options, () => this.deps.onOpen(id));
      this.shown.set(id, { messageId: message.message_id, reason, close: () => shown.close() });
    } catch {
      // The page of settings says that this browser cannot; the list shows the message.
      this.deps.onFault();
    }
  }
}

/**
 * @param {Arrived["message"]} message
 * @param {Conversations} conversations
 */
function authorOf(message, conversations) {
  const person = conversations.people(message.conversation_id).get(message.author_id) ?? conversations.known.get(message.author_id);
  return person?.display_name || ("author_name" in message && message.author_name) || "Unknown user";
}

/** @param {Pick<Arrived["message"], "text"> & {files?: {name: string}[]}} message  without a text, its first file is named */
export function bodyOf(message) {
  const text = withoutMarks(message.text).replace(/\s+/g, " ").trim();
  return cut(text || message.files?.[0]?.name || "", TEXT_MAX_CHARS);
}

/**
 * The notifier of this browser.
 * @param {{onFault(): void, readMe(): Promise<{notifications?: General}>}} deps  `onFault`: one could not be shown
 */
export function createNotifier({ onFault, readMe }) {
  const notifier = new Notifier({
    isFocused: () => !document.hidden && document.hasFocus(),
    setTimer: (work, ms) => setTimeout(work, ms),
    now: () => new Date(),
    show: showNotification,
    claim,
    general: createGeneral(readMe),
    onFault,
    onOpen: openConversation,
    channel: openChannel("nova:looked") ?? { postMessage() {}, onmessage: null },
  });
  addEventListener("focus", () => notifier.markSeen());
  navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.open && openPath(data.open));
  return notifier;
}

/**
 * What the user chose in general: as this browser knows it, and asked for again from time to time.
 * @param {() => Promise<{notifications?: General}>} readMe
 */
function createGeneral(readMe) {
  let askedAt = -Infinity;
  return async (/** @type {string} */ userId) => {
    if (Date.now() - askedAt > STALE_MS) {
      askedAt = Date.now();
      const me = await withDeadline(readMe(), ASK_MS).catch(() => null);
      if (me?.notifications) keepGeneral(userId, me.notifications);
    }
    return readGeneral(userId) ?? USUAL;
  };
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
