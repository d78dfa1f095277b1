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
// Edits, deletions and reactions are items, too, with a `kind` (outbox_changes.js). One at a time is sent about a message.
//
// Every send without an answer is counted, also across reloads. After `sends_alone_after` of them messages are sent
// one at a time, to find the one that ends the connection; after `sends_max` a message fails.

import { LIMITS } from "../generated/codes.js";
import { STALE, afterSilence, asLoaded, asRetried, isStale, isWaiting, leastTried, triesOf, withStored } from "./outbox_items.js";
import { StoredLately, remember } from "./stored_lately.js";
import { TARGET_FAILED, afterStored, findAbandoned, findNeedless, findWithdrawn, hasLeft, laneOf, planChange, sendable } from "./outbox_changes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").Failure} Failure
 */

export class Outbox {
  constructor() {
    /** @type {OutboxItem[]} in the order they were written */
    this.items = [];
    /** @type {Map<string, number>} what must not be sent before a time (epoch ms), by `laneOf` */
    this.heldUntil = new Map();
    this.stored = new StoredLately();
    /** @type {Map<string, true>} removed items: late news of another tab must not bring them back */
    this.gone = new Map();
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
    return this.items.some((item) => item.state === "sending") || sendable(this.items, Infinity).length > 0;
  }

  /** @param {OutboxItem} item */
  add(item) {
    this.items = [...this.items, item];
  }

  /**
   * Add an edit, a deletion or a reaction. If its message has not left, that is changed or withdrawn instead.
   * @param {OutboxItem} change
   * @returns {{added: OutboxItem | null, gone: string[], changed: string[]}}  client ids
   */
  addChange(change) {
    const send = this.find(change.waits_for ?? "");
    if (send && change.kind === "edit" && !hasLeft(send)) {
      this.#change(send.client_id, { text: change.text });
      const gone = this.#settleAll(this.items.filter((item) => item.kind === "edit" && item.waits_for === send.client_id));
      return { added: null, gone, changed: [send.client_id] };
    }
    if (send && change.kind === "delete" && !hasLeft(send)) {
      // Until the deletion can no longer be undone, the message is kept back.
      if (change.due_at) this.#change(send.client_id, { due_at: change.due_at });
      else return { added: null, gone: this.#settleAll([send]), changed: [] };
    }
    const { added, gone } = planChange(this.items, this.stored.resolve(change));
    for (const id of gone) this.settle(id);
    if (added) this.items = [...this.items, added];
    return { added, gone, changed: send ? [send.client_id] : [] };
  }

  /**
   * Settle what hangs on others: fail what waits for a message that failed, remove what has no use any more.
   * @param {number} now  epoch ms
   * @returns {{gone: string[], changed: string[]}}  client ids
   */
  sweep(now) {
    const changed = findAbandoned(this.items).map(({ client_id }) => client_id);
    for (const id of changed) this.#change(id, { state: "failed", error: TARGET_FAILED });
    const gone = [...this.#settleAll(findWithdrawn(this.items, now)), ...this.#settleAll(findNeedless(this.items, now))];
    return { gone, changed: changed.filter((id) => !gone.includes(id)) };
  }

  /**
   * Merge the state of an item that another tab announced.
   * @param {OutboxItem} item
   * @returns {boolean} whether that tab gave another text to a message that this one has sent already
   */
  mergeFromTab(item) {
    const mine = this.find(item.client_id);
    const known = this.stored.resolve(item);
    // What is done to a message that was withdrawn here is up to the tab that had sent it.
    const isGone = this.gone.has(item.client_id) || (item.kind && this.gone.has(known.waits_for ?? ""));
    if (isGone || mine?.state === "acked") return false;
    if (!mine) this.items = [...this.items, known].sort((a, b) => a.order - b.order);
    else if (hasLeft(mine) && !item.kind && item.text !== mine.text) return true;
    else this.#change(item.client_id, this.stored.resolve(withStored(item, mine)));
    return false;
  }

  /**
   * Fail messages that waited longer than `outbox_max_age_days`: the user decides whether they still make sense.
   * @param {number} now  epoch ms
   * @returns {string[]}  their client ids
   */
  expire(now) {
    return this.items.filter((item) => isStale(item, now)).map((item) => this.#change(item.client_id, { state: "failed", error: STALE }).client_id);
  }

  /**
   * Take the messages to send now, in order; they are in state `sending` afterwards.
   * @param {number} now  epoch ms
   * @returns {OutboxItem[]}
   */
  takeDue(now) {
    const due = sendable(this.items, now).filter((item) => (this.heldUntil.get(laneOf(item)) ?? 0) <= now);
    const sending = this.items.filter((item) => item.state === "sending").length;
    const chosen = this.#hasSuspect ? leastTried(due).slice(0, 1 - sending) : due.slice(0, LIMITS.pipeline_window - sending);
    return chosen.map((item) => this.#change(item.client_id, { state: "sending", error: null, tries: triesOf(item) + 1 }));
  }

  /** Whether a message was sent several times without an answer: it may be the one that ends connections. */
  get #hasSuspect() {
    return this.items.some((item) => isWaiting(item) && triesOf(item) >= LIMITS.sends_alone_after);
  }

  /**
   * When the next held item may be sent; null if none is held.
   * @param {number} now
   * @returns {number | null}
   */
  nextDueAt(now) {
    const delays = this.items.map((item) => item.due_at ?? 0);
    const times = [...this.heldUntil.values(), ...delays].filter((time) => time > now);
    return times.length ? Math.min(...times) : null;
  }

  /**
   * Record that the server has stored an item.
   * @param {string} clientId
   * @param {number} seq
   * @param {string} [messageId]
   * @returns {string[]}  the client ids of others that changed by it
   */
  ack(clientId, seq, messageId = "") {
    const changed = this.noteStored({ client_id: clientId, message_id: messageId, seq });
    if (this.find(clientId)) this.#change(clientId, { state: "acked", error: null, seq });
    return changed;
  }

  /**
   * Record that an item has this number on the server: what waited for it may be sent.
   * @param {import("./stored_lately.js").Stored} answer
   * @returns {string[]}  the client ids of those that changed
   */
  noteStored(answer) {
    const stored = this.find(answer.client_id);
    if (!this.items.length || !answer.message_id) return [];
    this.stored.add(answer, stored);
    const before = this.items;
    this.items = before.map((item) => afterStored(item, stored, answer));
    return this.items.filter((item, i) => item !== before[i]).map((item) => item.client_id);
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
      this.heldUntil.set(laneOf(item), now + Math.max(error.retry_after_ms ?? 1000, 100));
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
    const alone = (/** @type {OutboxItem} */ item) => ({ ...item, tries: Math.max(triesOf(item), LIMITS.sends_alone_after) });
    for (const item of sending) this.#change(item.client_id, changed ?? afterSilence(alone(item)));
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
    remember(this.gone, clientId, true);
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
   * Queue a failed item again, as if it were written now, and what failed because of it. A reply to a message that
   * is gone becomes one without a quote.
   * @param {string} clientId
   * @param {number} now  epoch ms
   * @returns {string[]}  the client ids of those that changed
   */
  retry(clientId, now) {
    const item = this.find(clientId);
    if (item?.state !== "failed") return [];
    const isOrphan = !item.kind && item.waits_for && !this.find(item.waits_for);
    const isHanging = (/** @type {OutboxItem} */ other) => other.waits_for === clientId && other.error?.code === "target_failed";
    const ids = [item, ...this.items.filter(isHanging)].map((each) => this.#change(each.client_id, asRetried(each, now)).client_id);
    if (isOrphan) this.#change(clientId, { waits_for: "", reply_to: undefined });
    return ids;
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
    const send = this.find(item.waits_for ?? "");
    if (send && item.kind === "delete") this.#change(send.client_id, { due_at: 0 });
    return item;
  }

  /**
   * @param {string} clientId
   * @returns {OutboxItem | undefined}
   */
  find(clientId) {
    return this.items.find((item) => item.client_id === clientId);
  }

  #settleAll(/** @type {OutboxItem[]} */ items) {
    return items.map(({ client_id }) => (this.settle(client_id), client_id));
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
