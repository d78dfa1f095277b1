// Loads the history of the conversation that is open. A shell.

import { ApiError, asApiError } from "../http/api.js";
import { LIMITS } from "../generated/codes.js";

/** What is on its way this long when the connection comes back was asked for over an earlier one. */
const LATE_MS = 2_000;

/**
 * @typedef {"idle" | "loading" | "ready" | "error" | "missing"} HistoryState
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 */

export class HistoryLoader {
  /**
   * @param {{
   *   api: {get(path: string, signal?: AbortSignal): Promise<any>}, conversationStore(): import("../messages/conversation_store.js").ConversationStore | null,
   *   onChange(): void, onLoaded(id: string): void, now(): number
   * }} deps
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, HistoryState>} */
    this.states = new Map();
    /** @type {Map<string, ApiError>} why it failed last */
    this.faults = new Map();
    /** Conversations that the server confirmed while their history was loading. */
    this.confirmed = new Set();
    /** @type {Map<string, {since: number, abort: AbortController}>} what is on its way */
    this.loads = new Map();
  }

  /** @param {string} id */
  stateOf(id) {
    return this.states.get(id) ?? "idle";
  }

  /**
   * Load the newest page, unless it is here or on its way.
   * @param {string} id
   */
  async load(id) {
    const conversationStore = this.deps.conversationStore();
    if (!conversationStore || !id || this.stateOf(id) === "loading" || this.stateOf(id) === "ready") return;
    this.#enter(id, "loading");
    this.confirmed.delete(id);
    const log = conversationStore.open(id);
    const abort = new AbortController();
    this.loads.set(id, { since: this.deps.now(), abort });
    try {
      const path = `conversations/${id}/messages?limit=${LIMITS.history_page}`;
      const page = await this.deps.api.get(path, abort.signal);
      if (abort.signal.aborted) return;
      conversationStore.meet(page.former_authors ?? []);
      log.seed(page.items.map(asEvent), page.last_seq, page.has_more);
      this.#enter(id, "ready");
      this.deps.onLoaded(id);
    } catch (fault) {
      if (abort.signal.aborted) return;
      const known = asApiError(fault);
      this.faults.set(id, known);
      this.#enter(id, known.kind === "NOT_FOUND" ? "missing" : "error");
      // The answer may be older than what the server has sent since.
      if (this.confirmed.has(id)) this.confirm(id);
    }
  }

  /**
   * Load it again from the beginning.
   * @param {string} id
   * @param {number} [known]  the newest number, where the server sent it
   */
  reload(id, known) {
    // An answer from before the reset would show a page that what follows does not continue.
    this.loads.get(id)?.abort.abort();
    this.deps.conversationStore()?.open(id).reset(known);
    this.states.set(id, "idle");
    return this.load(id);
  }

  /** The connection is back: what failed is tried again, and so is what was asked for over the one that was lost. */
  retryFailed() {
    for (const [id, { since, abort }] of this.loads) {
      if (this.stateOf(id) !== "loading" || this.deps.now() - since < LATE_MS) continue;
      abort.abort();
      this.states.set(id, "error");
    }
    for (const [id, state] of this.states) if (state === "error") void this.load(id);
  }

  /**
   * The server has confirmed that this conversation exists, whatever an answer said.
   * @param {string} id
   */
  confirm(id) {
    this.confirmed.add(id);
    if (this.stateOf(id) === "missing") void this.load(id);
  }

  /**
   * @param {string} id
   * @param {HistoryState} state
   */
  #enter(id, state) {
    this.states.set(id, state);
    this.deps.onChange();
  }
}

/**
 * @param {Omit<MessageEvent, "type">} message
 * @returns {MessageEvent}
 */
export function asEvent(message) {
  return { type: "message", ...message };
}
