// Texts about posts that are being written: edits and comments, each with the key under which it is sent. Pure.

/**
 * @typedef {{text: string, key: string, was_sent?: boolean}} Written
 */

export class Texts {
  /**
   * @param {() => string} mintId
   * @param {(texts: Record<string, Written> | null) => void} save
   */
  constructor(mintId, save) {
    this.mintId = mintId;
    this.save = save;
    /** @type {Map<string, Written>} by the post */
    this.texts = new Map();
  }

  /** @param {Record<string, Written> | null} saved */
  restore(saved) {
    this.texts = new Map(Object.entries(saved ?? {}));
  }

  /** @param {string} id */
  get(id) {
    return this.texts.get(id)?.text ?? "";
  }

  /** @param {string} id */
  has(id) {
    return this.texts.has(id);
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  write(id, text) {
    const before = this.texts.get(id);
    if (before?.text === text) return;
    // What may have arrived under a key is another text.
    const key = before && !before.was_sent ? before.key : this.mintId();
    this.texts.set(id, { text, key });
    this.#save();
  }

  /**
   * The key to send the text with; the same for each try.
   * @param {string} id
   */
  send(id) {
    const written = this.texts.get(id);
    if (!written) return "";
    written.was_sent = true;
    this.#save();
    return written.key;
  }

  /** @param {string} id */
  drop(id) {
    if (this.texts.delete(id)) this.#save();
  }

  #save() {
    this.save(this.texts.size ? Object.fromEntries(this.texts) : null);
  }
}
