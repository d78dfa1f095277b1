// The rules of the outbox, from "written" to "stored on the server". Pure.
//
//   queued --send--> sending --ack--> acked --the event log has the message--> removed
//     ^  ^             |  |
//     |  +--- no answer +  +-- nack, retryable --> queued (its conversation waits)
//     +---- retry ---- failed <-- nack, final --+
//
// Messages of one conversation are sent in the order they were written. A message keeps its client id, so that
// the server stores it once however often it is sent. A message whose files are not all on the server waits for
// them, and so does everything written after it in its conversation.
//
// Every send without an answer is counted, also across reloads. After `sends_alone_after` of them messages are sent
// one at a time, to find the one that ends the connection; after `sends_max` a message fails.

import { ERRORS, LIMITS } from "../generated/codes.js";
import { afterSilence, asLoaded, hasStoredFiles, isWaiting, leastTried, triesOf, withStored } from "./outbox_items.js";

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
    /** @type {Map<string, number>} conversations that must not be sent to before a time (epoch ms) */
    this.heldUntil = new Map();
    /** @type {Set<string>} removed messages: late news of another tab must not bring them back */
    this.gone = new Set();
  }

  /**
   * Add stored messages; those that were being sent are queued again.
   * @param {OutboxItem[]} items
   */
  load(items) {
    const known = new Set(this.items.map((item) => item.client_id));
    const fresh = items.filter((item) => !known.has(item.client_id) && !this.gone.has(item.client_id));
    this.items = [...fresh.map(asLoaded), ...this.items].sort((a, b) => a.order - b.order);
  }

  /** How many messages are on their way to the server. */
  get waiting() {
    return this.items.filter(isWaiting).length;
  }

  /** When the oldest of them was written (epoch ms); null if there is none. */
  get oldestAt() {
    const first = this.items.find(isWaiting);
    return first ? Date.parse(first.created_at) : null;
  }

  /** Whether another message may be written. */
  get hasRoom() {
    return this.items.filter((item) => item.state !== "acked").length < LIMITS.outbox_max_messages;
  }

  /**
   * Why a text cannot be queued, as an error code; empty if it can.
   * @param {string} text
   */
  refusal(text) {
    return [...text].length > LIMITS.text_max_chars ? "text_too_long" : this.hasRoom ? "" : "outbox_full";
  }

  /** Whether a message is being sent, or could be: nothing else needs the tab lock. */
  get hasWork() {
    return this.items.some((item) => item.state === "sending") || this.#sendable().length > 0;
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
   * Fail messages that waited longer than `outbox_max_age_days`: the user decides whether they still make sense.
   * @param {number} now  epoch ms
   * @returns {string[]}  their client ids
   */
  expire(now) {
    const isStale = (/** @type {OutboxItem} */ item) =>
      item.state === "queued" && now - Date.parse(item.created_at) > LIMITS.outbox_max_age_days * DAY_MS;
    const error = { ...ERRORS.outbox_stale, code: "outbox_stale", message: "" };
    return this.items.filter(isStale).map((item) => this.#change(item.client_id, { state: "failed", error }).client_id);
  }

  /**
   * Take the messages to send now, in order; they are in state `sending` afterwards.
   * @param {number} now  epoch ms
   * @returns {OutboxItem[]}
   */
  takeDue(now) {
    const due = this.#sendable().filter((item) => (this.heldUntil.get(item.conversation_id) ?? 0) <= now);
    const sending = this.items.filter((item) => item.state === "sending").length;
    const chosen = this.#hasSuspect ? leastTried(due).slice(0, 1 - sending) : due.slice(0, LIMITS.pipeline_window - sending);
    return chosen.map((item) => this.#change(item.client_id, { state: "sending", error: null, tries: triesOf(item) + 1 }));
  }

  /** Whether a message was sent several times without an answer: it may be the one that ends connections. */
  get #hasSuspect() {
    return this.items.some((item) => isWaiting(item) && triesOf(item) >= LIMITS.sends_alone_after);
  }

  /**
   * When the next held conversation may be sent to again; null if none is held.
   * @param {number} now
   * @returns {number | null}
   */
  nextDueAt(now) {
    const times = [...this.heldUntil.values()].filter((time) => time > now);
    return times.length ? Math.min(...times) : null;
  }

  /**
   * Record that the server has stored a message.
   * @param {string} clientId
   * @param {number} seq
   */
  ack(clientId, seq) {
    if (this.find(clientId)) this.#change(clientId, { state: "acked", error: null, seq });
  }

  /**
   * Record that the server refused a message: queue it again if that can help, fail it otherwise.
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
      // Files that the server no longer has are uploaded again with the next try.
      const files = error.code === "file_not_ready" ? item.files?.map((file) => ({ ...file, stored: null })) : item.files;
      this.#change(clientId, { state: "failed", error, ...(files && { files }) });
    }
  }

  /**
   * Record that a file of a message is on the server.
   * @param {string} clientId
   * @param {string} key
   * @param {import("../base/types.js").StoredFile} stored
   */
  attach(clientId, key, stored) {
    const files = this.find(clientId)?.files?.map((file) => (file.key === key ? { ...file, stored } : file));
    if (files) this.#change(clientId, { files });
  }

  /**
   * Fail a message because one of its files cannot be uploaded; the other files are kept.
   * @param {string} clientId
   * @param {Failure} error
   */
  fail(clientId, error) {
    if (this.find(clientId)?.state === "queued") this.#change(clientId, { state: "failed", error });
  }

  /**
   * Fail all queued messages of a conversation.
   * @param {string} conversationId
   * @param {Failure} error
   * @returns {string[]}  their client ids
   */
  refuse(conversationId, error) {
    const queued = this.items.filter((item) => item.state === "queued" && item.conversation_id === conversationId);
    return queued.map((item) => this.#change(item.client_id, { state: "failed", error }).client_id);
  }

  /** Queue everything that was being sent again: without the connection its result is unknown. */
  lost() {
    this.unanswered(this.items.map((item) => item.client_id));
  }

  /**
   * Queue these messages again, or fail them after too many sends; those that are not being sent stay as they are.
   * @param {string[]} clientIds
   */
  unanswered(clientIds) {
    const silent = new Set(clientIds);
    this.items = this.items.map((item) => (silent.has(item.client_id) ? afterSilence(item) : item));
  }

  /**
   * Handle an error of the server that names no message: a message sent alone fails, several are sent one by one.
   * @param {Failure} error
   * @returns {string[]}  the client ids that changed
   */
  refuseUnnamed(error) {
    const sending = this.items.filter((item) => item.state === "sending");
    const changed = sending.length === 1 ? { state: /** @type {const} */ ("failed"), error } : null;
    for (const item of sending) {
      const tries = Math.max(triesOf(item), LIMITS.sends_alone_after);
      this.#change(item.client_id, changed ?? afterSilence({ ...item, tries }));
    }
    return sending.map((item) => item.client_id);
  }

  /**
   * Remove a message, because the event log has it.
   * @param {string} clientId
   * @returns {boolean} whether it was in the outbox
   */
  settle(clientId) {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.client_id !== clientId);
    this.#rememberGone(clientId);
    return this.items.length !== before;
  }

  /**
   * Remove acknowledged messages that the event log covers.
   * @param {(conversationId: string) => number} shownUpTo
   * @returns {string[]}  their client ids
   */
  settleAcked(shownUpTo) {
    const left = this.items.filter((item) => item.state === "acked" && (item.seq ?? 0) <= shownUpTo(item.conversation_id));
    for (const item of left) this.settle(item.client_id);
    return left.map((item) => item.client_id);
  }

  /**
   * Queue a failed message again, as if it were written now.
   * @param {string} clientId
   * @param {number} now  epoch ms
   */
  retry(clientId, now) {
    const item = this.find(clientId);
    if (item?.state !== "failed") return;
    this.#change(clientId, { state: "queued", error: null, tries: 0, created_at: new Date(now).toISOString() });
  }

  /**
   * Remove a message that the user withdraws.
   * @param {string} clientId
   * @returns {OutboxItem | null} null if it is gone, or may already be on the server
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

  /** The queued messages that no missing file keeps back, in order. */
  #sendable() {
    /** @type {Set<string>} */
    const blocked = new Set();
    return this.items.filter((item) => {
      if (item.state !== "queued") return false;
      if (!hasStoredFiles(item)) blocked.add(item.conversation_id);
      return !blocked.has(item.conversation_id);
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
