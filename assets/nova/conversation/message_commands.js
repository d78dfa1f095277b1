// What a user does to messages of the open conversation: each is queued in the outbox, and shown at once. A shell.

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 * @typedef {{conversation_id: string, target_id: string, waits_for: string, base_seq: number}} Target
 */

export class MessageCommands {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {() => import("../base/types.js").RowEvent[]} shown  the loaded events of the open conversation
   */
  constructor(messenger, shown) {
    this.messenger = messenger;
    this.shown = shown;
  }

  /**
   * Find a stored message that is shown or in the event log.
   * @param {string} messageId  or its client id
   * @returns {MessageEvent | undefined}
   */
  find(messageId) {
    const { conversationStore, activeId } = this.messenger;
    const events = [...this.shown(), ...(conversationStore.logs.get(activeId)?.events ?? [])];
    return events.find(
      /** @returns {event is MessageEvent} */
      (event) => event.type === "message" && (event.message_id === messageId || event.client_id === messageId),
    );
  }

  /**
   * Find a message of the outbox.
   * @param {string} clientId
   * @returns {OutboxItem | undefined}
   */
  findUnsent(clientId) {
    const item = this.messenger.outboxWorker.outbox.find(clientId);
    return item?.kind ? undefined : item;
  }

  /**
   * Give a message another text.
   * @param {string} messageId  the client id of a message that is not stored yet
   * @param {string} text
   * @param {Target | null} [begun]  the message as it was shown when the edit began
   */
  async edit(messageId, text, begun) {
    const now = this.targetOf(messageId) ?? begun;
    if (!now) return;
    const base_seq = begun?.base_seq || now.base_seq;
    await this.messenger.outboxWorker.submitChange({ ...now, kind: "edit", text, base_seq });
  }

  /**
   * Delete a message.
   * @param {string} messageId  the client id of a message that is not stored yet
   * @param {number} [delayMs]  how long it can be undone
   */
  async remove(messageId, delayMs = 0) {
    const target = this.targetOf(messageId);
    if (!target) return;
    const { base_seq, ...about } = target;
    const due_at = delayMs ? Date.now() + delayMs : undefined;
    await this.#orNotify(this.messenger.outboxWorker.submitChange({ ...about, kind: "delete", due_at }));
  }

  /**
   * Set an emoji at a message, or remove it.
   * @param {string} messageId  the client id of a message that is not stored yet
   * @param {string} emoji  one emoji, fully qualified
   * @param {boolean} isOn
   */
  async react(messageId, emoji, isOn) {
    const target = this.targetOf(messageId);
    if (!target || !this.messenger.outboxWorker.outbox.hasRoom) return;
    const { base_seq, ...about } = target;
    await this.#orNotify(this.messenger.outboxWorker.submitChange({ ...about, kind: "react", emoji, on: isOn }));
  }

  /**
   * The fields of a message of the outbox that replies to another one.
   * @param {string} messageId  the client id of a message that is not stored yet
   * @returns {Pick<OutboxItem, "target_id" | "waits_for" | "reply_to">}  none if there is no such message
   */
  replyTo(messageId) {
    const target = this.targetOf(messageId);
    const { me } = this.messenger;
    const event = this.find(messageId);
    const text = event?.text ?? this.findUnsent(messageId)?.text ?? "";
    if (!target) return {};
    const quote = { message_id: target.target_id, seq: event?.seq ?? 0, author_id: event?.author_id ?? me.user_id };
    const author_name = event ? (event.author_name ?? "") : me.display_name;
    return { target_id: target.target_id, waits_for: target.waits_for, reply_to: { ...quote, author_name, text } };
  }

  /**
   * How a change names its message.
   * @param {string} messageId  the client id of a message that is not stored yet
   * @returns {Target | null}
   */
  targetOf(messageId) {
    const event = this.find(messageId);
    const { activeId, conversationStore } = this.messenger;
    if (conversationStore.left.has(activeId)) return null;
    if (event) return { conversation_id: activeId, target_id: event.message_id, waits_for: "", base_seq: event.version_seq ?? event.seq };
    const item = this.findUnsent(messageId);
    return item ? { conversation_id: item.conversation_id, target_id: "", waits_for: item.client_id, base_seq: 0 } : null;
  }

  /** @param {Promise<unknown>} work */
  async #orNotify(work) {
    await work.catch(() => this.messenger.deps.notify({ code: "outbox_unavailable" }));
  }
}

