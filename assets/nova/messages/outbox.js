// The rules of the outbox, from "written" to "stored on the server". Pure.
//
//   queued --sent to the socket--> sending --ack--> acked --the log has it--> gone
//     ^  ^                           |  |
//     |  +------ connection lost ----+  +-- nack, worth a try --> queued (its conversation waits)
//     +---- retry ---- failed <-- nack, final (this message alone) --+
//
// One conversation's messages leave in the order they were written; names never change, so
// that a message sent twice is stored once. A message whose files are not all on the server
// waits for them, and what was written after it in its conversation waits with it.
//
// Every send without an answer is counted, also across reloads. After a few, such messages go
// one at a time, so that the one which ends connections is found; after `sends_max` it fails.

import { ERRORS, LIMITS } from "../generated/codes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").Failure} Failure
 */

const DAY_MS = 86_400_000;
const GONE_MAX = 1_000;

export class Outbox {
  constructor() {
    /** @type {OutboxItem[]} in the order they were written */
    this.items = [];
    /** @type {Map<string, number>} conversations that wait, until when (epoch ms) */
    this.heldUntil = new Map();
    /** @type {Set<string>} messages that left: late news of another tab must not bring them back */
    this.gone = new Set();
  }

  /**
   * Begin with what was stored; whatever was under way is queued again.
   * @param {OutboxItem[]} items
   */
  load(items) {
    const known = new Set(this.items.map((item) => item.client_id));
    const fresh = items.filter((item) => !known.has(item.client_id) && !this.gone.has(item.client_id));
    this.items = [...fresh.map(asLoaded), ...this.items].sort((a, b) => a.order - b.order);
  }

  /** How many are not yet stored on the server; failed ones wait for a person and do not count. */
  get waiting() {
    return this.items.filter((item) => item.state === "queued" || item.state === "sending").length;
  }

  /** When the oldest of those was written (epoch ms); null if none waits. */
  get oldestAt() {
    const first = this.items.find((item) => item.state === "queued" || item.state === "sending");
    return first ? Date.parse(first.created_at) : null;
  }

  /** Whether another message may be written. */
  get hasRoom() {
    return this.items.filter((item) => item.state !== "acked").length < LIMITS.outbox_max_messages;
  }

  /** Messages whose files have to go to the server first. */
  get unready() {
    return this.items.filter((item) => item.state === "queued" && !isReady(item));
  }

  /** Whether anything is on its way, or could be: only that needs the tab lock. */
  get hasWork() {
    return this.items.some((item) => item.state === "sending") || this.#ready().length > 0;
  }

  /** @param {OutboxItem} item */
  add(item) {
    this.items = [...this.items, item];
  }

  /**
   * Merge the state of a message that another tab announced.
   * @param {OutboxItem} item
   */
  mergeFromTab(item) {
    const mine = this.find(item.client_id);
    if (this.gone.has(item.client_id)) return;
    if (!mine) this.items = [...this.items, item].sort((a, b) => a.order - b.order);
    else if (mine.state !== "acked") this.#change(item.client_id, withStored(item, mine));
  }

  /**
   * What waited too long is not sent without asking: it may be out of place by now.
   * @param {number} now  epoch ms
   * @returns {string[]}  those that a user has to check
   */
  expire(now) {
    const isStale = (/** @type {OutboxItem} */ item) =>
      item.state === "queued" && now - Date.parse(item.created_at) > LIMITS.outbox_max_age_days * DAY_MS;
    const error = { ...ERRORS.outbox_stale, code: "outbox_stale", message: "" };
    return this.items.filter(isStale).map((item) => this.#change(item.client_id, { state: "failed", error }).client_id);
  }

  /**
   * What to send now, in order; it is under way afterwards.
   * @param {number} now  epoch ms
   * @returns {OutboxItem[]}
   */
  takeDue(now) {
    const due = this.#ready().filter((item) => (this.heldUntil.get(item.conversation_id) ?? 0) <= now);
    const under = this.items.filter((item) => item.state === "sending").length;
    const chosen = this.#hasSuspect ? leastTried(due).slice(0, 1 - under) : due.slice(0, LIMITS.pipeline_window - under);
    return chosen.map((item) => this.#change(item.client_id, { state: "sending", error: null, tries: triesOf(item) + 1 }));
  }

  /** Whether a message was sent several times without an answer: it may be what ends connections. */
  get #hasSuspect() {
    return this.items.some(
      (item) => (item.state === "queued" || item.state === "sending") && triesOf(item) >= LIMITS.sends_alone_after,
    );
  }

  /**
   * When a waiting conversation may go on; null if none waits.
   * @param {number} now
   * @returns {number | null}
   */
  nextDueAt(now) {
    const times = [...this.heldUntil.values()].filter((time) => time > now);
    return times.length ? Math.min(...times) : null;
  }

  /**
   * @param {string} clientId
   * @param {number} seq
   */
  ack(clientId, seq) {
    if (this.find(clientId)) this.#change(clientId, { state: "acked", error: null, seq });
  }

  /**
   * @param {string} clientId
   * @param {Failure} error
   * @param {number} now
   */
  nack(clientId, error, now) {
    const item = this.find(clientId);
    if (!item || item.state === "acked") return;
    if (error.retryable) {
      this.heldUntil.set(item.conversation_id, now + Math.max(error.retry_after_ms ?? 1000, 100));
      this.#change(clientId, { state: "queued", tries: 0 });
    } else {
      // What the server does not have any more is sent to it again with the next try.
      const files = error.code === "file_not_ready" ? item.files?.map((file) => ({ ...file, stored: null })) : item.files;
      this.#change(clientId, { state: "failed", error, ...(files && { files }) });
    }
  }

  /**
   * One of its files is on the server.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").StoredFile} stored
   */
  attach(clientId, key, stored) {
    const files = this.find(clientId)?.files?.map((file) => (file.key === key ? { ...file, stored } : file));
    if (files) this.#change(clientId, { files });
  }

  /**
   * One of its files cannot be sent: a user has to check it. Its other files stay.
   * @param {string} clientId
   * @param {Failure} error
   */
  fail(clientId, error) {
    if (this.find(clientId)?.state === "queued") this.#change(clientId, { state: "failed", error });
  }

  /**
   * This conversation takes nothing more: what waits for it fails.
   * @param {string} conversationId
   * @param {Failure} error
   * @returns {string[]}  those that failed now
   */
  refuse(conversationId, error) {
    const waiting = this.items.filter((item) => item.state === "queued" && item.conversation_id === conversationId);
    return waiting.map((item) => this.#change(item.client_id, { state: "failed", error }).client_id);
  }

  /** The connection is lost: nobody knows what arrived, so everything under way goes again, or fails. */
  lost() {
    this.unanswered(this.items.map((item) => item.client_id));
  }

  /**
   * These were sent and got no answer: they go again, or fail if that happened too often.
   * @param {string[]} clientIds  those that are not under way stay as they are
   */
  unanswered(clientIds) {
    const silent = new Set(clientIds);
    this.items = this.items.map((item) => (silent.has(item.client_id) ? afterSilence(item) : item));
  }

  /**
   * The server could not read a frame and does not say which: what is alone under way fails, several go one by one.
   * @param {Failure} error
   * @returns {string[]}  those that changed
   */
  refuseUnnamed(error) {
    const under = this.items.filter((item) => item.state === "sending");
    const changed = under.length === 1 ? { state: /** @type {const} */ ("failed"), error } : null;
    for (const item of under) {
      const tries = Math.max(triesOf(item), LIMITS.sends_alone_after);
      this.#change(item.client_id, changed ?? afterSilence({ ...item, tries }));
    }
    return under.map((item) => item.client_id);
  }

  /**
   * The log has this message now.
   * @param {string} clientId
   * @returns {boolean} whether it was in the queue
   */
  settle(clientId) {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.#rememberGone(clientId);
    return this.items.length !== before;
  }

  /**
   * Let acked messages go that are part of what is shown.
   * @param {(conversationId: string) => number} shownUpTo
   * @returns {string[]}  those that left
   */
  settleAcked(shownUpTo) {
    const left = this.items.filter((item) => item.state === "acked" && (item.seq ?? 0) <= shownUpTo(item.conversation_id));
    for (const item of left) this.settle(item.client_id);
    return left.map((item) => item.client_id);
  }

  /**
   * @param {string} clientId
   * @param {number} now  epoch ms; it counts as written now
   */
  retry(clientId, now) {
    const item = this.find(clientId);
    if (item?.state !== "failed") return;
    this.#change(clientId, { state: "queued", error: null, tries: 0, created_at: new Date(now).toISOString() });
  }

  /**
   * Take a message that is certainly not on its way out of the queue.
   * @param {string} clientId
   * @returns {OutboxItem | null} null if it is not there or its fate is not known
   */
  discard(clientId) {
    const item = this.find(clientId);
    if (!item || item.state === "sending" || item.state === "acked") return null;
    this.settle(clientId);
    return item;
  }

  /**
   * @param {string} clientId
   * @returns {OutboxItem | undefined}
   */
  find(clientId) {
    return this.items.find((item) => item.client_id === clientId);
  }

  /** What may leave, in order. */
  #ready() {
    /** @type {Set<string>} */
    const waiting = new Set();
    return this.items.filter((item) => {
      if (item.state !== "queued") return false;
      if (!isReady(item)) waiting.add(item.conversation_id);
      return !waiting.has(item.conversation_id);
    });
  }

  /** @param {string} clientId */
  #rememberGone(clientId) {
    this.gone.add(clientId);
    if (this.gone.size > GONE_MAX) this.gone.delete(/** @type {string} */ (this.gone.values().next().value));
  }

  /**
   * @param {string} clientId
   * @param {Partial<OutboxItem>} changes
   * @returns {OutboxItem}
   */
  #change(clientId, changes) {
    const changed = { .../** @type {OutboxItem} */ (this.find(clientId)), ...changes };
    this.items = this.items.map((item) => (item.client_id === clientId ? changed : item));
    return changed;
  }
}

/** @param {OutboxItem} item */
function isReady(item) {
  return !item.files?.some((file) => !file.stored);
}

/** @param {OutboxItem} item */
function triesOf(item) {
  return item.tries ?? 0;
}

/**
 * Of each conversation the message that is next, the one with the fewest sends first.
 * @param {OutboxItem[]} due  in order
 */
function leastTried(due) {
  const next = new Map([...due].reverse().map((item) => [item.conversation_id, item]));
  return [...next.values()].sort((a, b) => triesOf(a) - triesOf(b) || a.order - b.order);
}

/**
 * A message without an answer.
 * @param {OutboxItem} item
 * @returns {OutboxItem}
 */
function afterSilence(item) {
  if (item.state !== "sending") return item;
  if (triesOf(item) < LIMITS.sends_max) return { ...item, state: "queued" };
  return { ...item, state: "failed", error: { ...ERRORS.no_answer, code: "no_answer", message: "" } };
}

/**
 * A message as a page finds it that begins.
 * @param {OutboxItem} item
 * @returns {OutboxItem}
 */
function asLoaded(item) {
  return item.state === "acked" ? { ...item, state: "queued" } : afterSilence(item);
}

/**
 * A message as another tab announced it, with the files that this tab uploaded: each tab uploads its own.
 * A failed one is taken unchanged, as its files may have to be uploaded again.
 * @param {OutboxItem} item
 * @param {OutboxItem} mine
 * @returns {OutboxItem}
 */
function withStored(item, mine) {
  if (!item.files || item.state === "failed") return item;
  const known = new Map(mine.files?.map(({ key, stored }) => [key, stored]));
  return { ...item, files: item.files.map((file) => ({ ...file, stored: file.stored ?? known.get(file.key) ?? null })) };
}
