// The last texts that were written and not sent, kept in this browser for a week. A shell over localStorage.

import { mintId } from "../base/ids.js";
import { readJson, writeJson } from "../base/local_storage.js";

export const DISCARDED_PREFIX = "nova:discarded:";
const KEPT = 20;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
/** What is shorter is not worth keeping. */
const MIN_LENGTH = 3;

/** @typedef {{id: string, text: string, at: number}} Discarded */

export class DiscardedTexts {
  /**
   * @param {string} userId
   * @param {() => number} [now]
   */
  constructor(userId, now = Date.now) {
    this.key = DISCARDED_PREFIX + userId;
    this.now = now;
  }

  /** @returns {Discarded[]}  the newest first */
  get items() {
    const kept = readJson(this.key);
    if (!Array.isArray(kept)) return [];
    const since = this.now() - KEPT_MS;
    return kept.filter((item) => typeof item?.text === "string" && typeof item.id === "string" && item.at > since);
  }

  /** @param {string} text */
  add(text) {
    if (text.trim().length < MIN_LENGTH) return;
    const others = this.items.filter((item) => item.text !== text);
    this.#keep([{ id: mintId(), text, at: this.now() }, ...others]);
  }

  /**
   * Remove a text, which is used again.
   * @param {string} id
   * @returns {string}  empty if it is not kept any more
   */
  take(id) {
    const { items } = this;
    this.#keep(items.filter((item) => item.id !== id));
    return items.find((item) => item.id === id)?.text ?? "";
  }

  /** @param {Discarded[]} items */
  #keep(items) {
    // A storage that is full keeps fewer.
    for (let count = Math.min(items.length, KEPT); count > 0; count = Math.floor(count / 2)) {
      if (writeJson(this.key, items.slice(0, count))) return;
    }
    writeJson(this.key, null);
  }
}
