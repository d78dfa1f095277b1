// Conversations that the user marked as unread: kept with the drafts until the server knows it. A shell.

/** @typedef {import("../messages/messenger.js").Messenger} Messenger */

const PREFIX = "unread:";

export class UnreadMarks {
  /** @param {Messenger} messenger */
  constructor(messenger) {
    this.messenger = messenger;
    /** Conversations whose mark is being sent. */
    this.sending = new Set();
  }

  /**
   * Mark what follows a number as unread, here and on the server.
   * @param {string} id
   * @param {number} readSeq
   */
  mark(id, readSeq) {
    const { messenger } = this;
    messenger.drafts.set(PREFIX + id, String(readSeq));
    messenger.drafts.save();
    messenger.markUnread(id, readSeq);
    void this.#send(id);
  }

  /**
   * Withdraw a mark: the conversation is read again.
   * @param {string} id
   */
  withdraw(id) {
    if (!this.isPending(id)) return;
    this.messenger.drafts.set(PREFIX + id, "");
    this.messenger.drafts.save();
  }

  /**
   * Whether a mark has not reached the server yet.
   * @param {string} id
   */
  isPending(id) {
    return Boolean(this.messenger.drafts.get(PREFIX + id));
  }

  /** Send what the server does not know: the connection is there. */
  flush() {
    const { drafts, conversationStore } = this.messenger;
    for (const id of conversationStore.summaries.keys()) {
      const readSeq = drafts.get(PREFIX + id);
      if (!readSeq) continue;
      this.messenger.markUnread(id, Number(readSeq));
      void this.#send(id);
    }
  }

  /** @param {string} id */
  async #send(id) {
    const { drafts, deps, connection } = this.messenger;
    const text = drafts.get(PREFIX + id);
    if (!text || this.sending.has(id) || connection.model.state !== "CONNECTED") return;
    this.sending.add(id);
    try {
      await deps.api.call("PATCH", `conversations/${id}/me`, { body: { read_seq: Number(text) } });
      if (drafts.get(PREFIX + id) === text) this.withdraw(id);
    } catch (fault) {
      // What the server refuses is refused for good; the other marks wait for the next connection.
      if (!(/** @type {{retryable?: boolean}} */ (fault).retryable)) this.withdraw(id);
    } finally {
      this.sending.delete(id);
    }
  }
}
