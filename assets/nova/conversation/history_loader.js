// Loads the history of the conversation that is open. A shell.

import { ApiError, asApiError } from "../http/api.js";
import { LIMITS } from "../generated/codes.js";

/** A request that is this old when the connection is restored was sent over an earlier connection. */
const LATE_MS = 2_000;

/**
 * @typedef {"idle" | "loading" | "ready" | "error" | "missing"} HistoryState
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 */

export class HistoryLoader {
  /**
   * @param {{
   *   api: {get(path: string, signal?: AbortSignal): Promise<any>},
   *   facts: Pick<import("../messages/messenger.js").Messenger, "openLog" | "resetLog" | "takeHistory">,
   *   onChange(): void, onLoaded(id: string): void, now(): number
   * }} deps  `facts`: takes the pages; `onLoaded`: it has taken one
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, HistoryState>} */
    this.states = new Map();
    /** @type {Map<string, ApiError>} the last failure of each conversation */
    this.faults = new Map();
    /** Conversations that the server confirmed while their history was loading. */
    this.confirmed = new Set();
    /** @type {Map<string, {since: number, abort: AbortController}>} the latest request of each conversation */
    this.loads = new Map();
  }

  /** @param {string} id */
  stateOf(id) {
    return this.states.get(id) ?? "idle";
  }

  /**
   * Load the newest page, unless it is loaded or being loaded.
   * @param {string} id
   */
  async load(id) {
    if (!id || this.stateOf(id) === "loading" || this.stateOf(id) === "ready") return;
    this.#enter(id, "loading");
    this.confirmed.delete(id);
    this.deps.facts.openLog(id);
    const abort = new AbortController();
    this.loads.set(id, { since: this.deps.now(), abort });
    try {
      const path = `conversations/${id}/messages?limit=${LIMITS.history_page}`;
      const page = await this.deps.api.get(path, abort.signal);
      if (abort.signal.aborted) return;
      this.deps.facts.takeHistory(id, { ...page, items: eventsOf(page) });
      this.#enter(id, "ready");
      this.deps.onLoaded(id);
    } catch (fault) {
      if (abort.signal.aborted) return;
      const known = asApiError(fault);
      this.faults.set(id, known);
      this.#enter(id, known.kind === "NOT_FOUND" ? "missing" : "error");
      // The server may have confirmed the conversation after it answered.
      if (this.confirmed.has(id)) this.confirm(id);
    }
  }

  /**
   * Load the newest page again, and forget what was loaded.
   * @param {string} id
   * @param {number} [known]  the newest number, where the server sent it
   */
  reload(id, known) {
    // The answer to an earlier request would be a page that later events do not continue.
    this.loads.get(id)?.abort.abort();
    this.deps.facts.resetLog(id, known);
    this.states.set(id, "idle");
    return this.load(id);
  }

  /** Load again what failed, and what was requested over the connection that was lost. */
  retryFailed() {
    for (const [id, { since, abort }] of this.loads) {
      if (this.stateOf(id) !== "loading" || this.deps.now() - since < LATE_MS) continue;
      abort.abort();
      this.states.set(id, "error");
    }
    for (const [id, state] of this.states) if (state === "error") void this.load(id);
  }

  /**
   * Record that the server has confirmed a conversation, and load it if it was missing.
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
 * The messages of a page with the events between them, ascending.
 * @param {{items: Omit<MessageEvent, "type">[], events?: import("../base/types.js").RowEvent[], last_seq: number}} page  without
 *   `events` from an older server
 * @returns {import("../base/types.js").RowEvent[]}
 */
export function eventsOf({ items, events = [], last_seq }) {
  const messages = items.map((message) => asEvent(message, last_seq));
  return events.length ? [...messages, ...events].sort((a, b) => a.seq - b.seq) : messages;
}

/**
 * @param {Omit<MessageEvent, "type">} message
 * @param {number} [lastSeq]  the conversation's newest number when it was read
 * @returns {MessageEvent}
 */
function asEvent(message, lastSeq) {
  return { type: "message", ...message, as_of: lastSeq };
}
