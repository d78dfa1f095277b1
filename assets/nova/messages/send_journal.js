// What happened to the latest messages on their way to the server, for the details of a message. Pure.

/** @typedef {{at: number, what: "queued" | "sent" | "unanswered" | "refused" | "stored", code: string}} JournalEntry */

const MESSAGES_MAX = 100;
const ENTRIES_MAX = 20;

export class SendJournal {
  /** @param {() => number} now  epoch ms */
  constructor(now) {
    this.now = now;
    /** @type {Map<string, JournalEntry[]>} by client id */
    this.entries = new Map();
  }

  /**
   * @param {string} clientId
   * @param {JournalEntry["what"]} what
   * @param {string} [code]  why it was refused
   */
  add(clientId, what, code = "") {
    const list = [...this.of(clientId), { at: this.now(), what, code }].slice(-ENTRIES_MAX);
    // The message that something happens to is the latest.
    this.entries.delete(clientId);
    this.entries.set(clientId, list);
    if (this.entries.size > MESSAGES_MAX) this.entries.delete(/** @type {string} */ (this.entries.keys().next().value));
  }

  /**
   * Add what an earlier page or another tab has recorded; what this one has recorded itself is kept.
   * @param {unknown} stored  as `[...entries]`
   */
  load(stored) {
    if (!Array.isArray(stored)) return;
    const others = stored.filter((entry) => Array.isArray(entry?.[1]) && !this.entries.has(entry[0]));
    this.entries = new Map([...others, ...this.entries].slice(-MESSAGES_MAX));
  }

  /** @param {string} clientId */
  of(clientId) {
    return this.entries.get(clientId) ?? [];
  }
}
