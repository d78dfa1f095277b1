// What was typed and not sent, per conversation; survives reloads. A shell over localStorage.

const SAVE_AFTER_MS = 300;

export class Drafts {
  /** @param {string} userId */
  constructor(userId) {
    this.prefix = `nova:draft:${userId}:`;
    /** @type {Map<string, string>} */
    this.texts = new Map();
    /** @type {Set<string>} */
    this.unsaved = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} conversationId */
  get(conversationId) {
    const known = this.texts.get(conversationId);
    if (known !== undefined) return known;
    try {
      return localStorage.getItem(this.prefix + conversationId) ?? "";
    } catch {
      return "";
    }
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

  /** Write what is not written yet; called when the page is left, too. */
  save() {
    clearTimeout(this.timer);
    for (const id of this.unsaved) {
      const text = this.texts.get(id) ?? "";
      try {
        if (text) localStorage.setItem(this.prefix + id, text);
        else localStorage.removeItem(this.prefix + id);
      } catch {
        return; // no storage here: the text stays in the composer
      }
    }
    this.unsaved.clear();
  }

  /** Forget all drafts of this account. */
  clear() {
    this.texts.clear();
    this.unsaved.clear();
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(this.prefix)) localStorage.removeItem(key);
    } catch {
      // nothing was stored
    }
  }
}
