// Unsent drafts per conversation; they survive reloads. A shell over localStorage.

import { keysWith, readText, writeText } from "../base/local_storage.js";

const SAVE_AFTER_MS = 300;

export class Drafts {
  /**
   * @param {string} userId
   * @param {() => void} onChange  a stored draft changed, in this tab or another
   */
  constructor(userId, onChange) {
    this.prefix = `nova:draft:${userId}:`;
    this.onChange = onChange;
    /** @type {Map<string, string>} as typed in this tab */
    this.texts = new Map();
    /** @type {Map<string, string>} as stored, which is what the conversation list shows */
    this.stored = new Map();
    /** @type {Set<string>} */
    this.unsaved = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.listen = (/** @type {StorageEvent} */ event) => this.#changedElsewhere(event);
    addEventListener("storage", this.listen);
    for (const key of keysWith(this.prefix)) this.#note(key, readText(key));
  }

  /** Save and stop: another account uses this page. */
  close() {
    removeEventListener("storage", this.listen);
    this.save();
  }

  /** @param {string} conversationId */
  get(conversationId) {
    return this.texts.get(conversationId) ?? this.stored.get(conversationId) ?? "";
  }

  /**
   * @param {string} conversationId
   * @param {string} text
   */
  set(conversationId, text) {
    this.texts.set(conversationId, text);
    this.unsaved.add(conversationId);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** Store the drafts that changed; also called when the page is closed. */
  save() {
    clearTimeout(this.timer);
    const unsaved = [...this.unsaved];
    this.unsaved.clear();
    for (const id of unsaved) {
      const text = this.texts.get(id) ?? "";
      this.stored.set(id, text);
      // Without storage, or with none left, the text stays in the composer.
      if (!writeText(this.prefix + id, text)) this.unsaved.add(id);
    }
    this.onChange();
  }

  /** Forget all drafts of this account. */
  clear() {
    this.texts.clear();
    this.stored.clear();
    this.unsaved.clear();
    for (const key of keysWith(this.prefix)) writeText(key, null);
  }

  /**
   * Use the draft that another tab stored, unless this tab has unsaved text.
   * @param {StorageEvent} event
   */
  #changedElsewhere({ key, newValue }) {
    if (!key?.startsWith(this.prefix)) return;
    const id = key.slice(this.prefix.length);
    if (!this.unsaved.has(id)) this.texts.delete(id);
    this.#note(key, newValue);
    this.onChange();
  }

  /**
   * @param {string} key
   * @param {string | null} text
   */
  #note(key, text) {
    if (key.startsWith(this.prefix)) this.stored.set(key.slice(this.prefix.length), text ?? "");
  }
}
