// What of this outbox was stored lately: changes that were written before its ack came refer to it. Pure.

import { afterStored } from "./outbox_changes.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{client_id: string, message_id: string, seq: number}} Stored
 */

const KEPT_MAX = 1_000;

export class StoredLately {
  constructor() {
    /** @type {Map<string, Stored>} by client id */
    this.answers = new Map();
    /** @type {Map<string, number>} the number of the latest edit, by message */
    this.versions = new Map();
  }

  /**
   * @param {Stored} answer
   * @param {OutboxItem | undefined} item  that was stored
   */
  add(answer, item) {
    remember(this.answers, answer.client_id, answer);
    if (item?.kind === "edit") remember(this.versions, answer.message_id, answer.seq);
  }

  /**
   * An item with the id of its message, if that is stored; an edit follows the latest one of this outbox.
   * @param {OutboxItem} item
   * @returns {OutboxItem}
   */
  resolve(item) {
    const answer = this.answers.get(item.waits_for ?? "");
    const known = answer ? afterStored(item, undefined, answer) : item;
    const version = this.versions.get(known.target_id ?? "") ?? 0;
    return known.kind === "edit" && version > (known.base_seq ?? 0) ? { ...known, base_seq: version } : known;
  }
}

/**
 * Keep an entry; the oldest is forgotten.
 * @template T
 * @param {Map<string, T>} entries
 * @param {string} key
 * @param {T} value
 */
export function remember(entries, key, value) {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > KEPT_MAX) entries.delete(/** @type {string} */ (entries.keys().next().value));
}
