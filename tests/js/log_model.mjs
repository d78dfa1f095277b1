// The server's rules about one conversation, for tests: what is stored, what is a repeat, what is refused.

const refusal = (code) => ({ kind: "VALIDATION_ERROR", code, message: code, retryable: false });

export class LogModel {
  constructor() {
    this.seq = 0;
    /** @type {any[]} the durable events */
    this.events = [];
    this.messages = new Map();
    /** Answers by client id: a repeat gets the same one. */
    this.done = new Map();
  }

  /**
   * @param {any} frame  of a client
   * @param {string} userId
   * @returns {any} the ack or nack
   */
  take(frame, userId = "me") {
    const known = this.done.get(frame.client_id);
    if (known) return { ...known, duplicate: true };
    const refused = this.#refusal(frame, userId);
    if (refused) return { type: "nack", client_id: frame.client_id, error: refusal(refused) };
    const ack = { type: "ack", client_id: frame.client_id, ...this.#store(frame, userId), duplicate: false };
    this.done.set(frame.client_id, ack);
    return ack;
  }

  #refusal({ type, message_id, base_seq, reply_to }, userId) {
    const message = this.messages.get(message_id);
    if (type === "send") return reply_to && !this.messages.has(reply_to) ? "invalid_fields" : "";
    if (!message) return "not_found";
    if (type !== "react" && message.author_id !== userId) return "not_allowed";
    if (type === "delete") return "";
    if (message.deleted) return "message_deleted";
    return type === "edit" && base_seq < message.version_seq ? "edit_conflict" : "";
  }

  #store(frame, userId) {
    const { type, client_id, conversation_id } = frame;
    const shared = { conversation_id, client_id, user_id: userId, author_id: userId, created_at: "2026-01-01T00:00:00Z" };
    if (type === "send") {
      const seq = (this.seq += 1);
      const { text, reply_to } = frame;
      const message = { ...shared, type: "message", message_id: `m${seq}`, seq, version_seq: seq, text, reply_to, reactions: new Map() };
      this.messages.set(message.message_id, message);
      this.events.push({ ...message, reactions: [] });
      return { message_id: message.message_id, seq };
    }
    const { message_id } = frame;
    const message = this.messages.get(message_id);
    if (isDone(frame, message, userId)) return { message_id, seq: message.changed ?? message.seq };
    const seq = (message.changed = this.seq += 1);
    if (type === "edit") Object.assign(message, { text: frame.text, version_seq: seq });
    if (type === "delete") Object.assign(message, { text: "", deleted: true, reactions: new Map() });
    if (type === "react") message.reactions.set(frame.emoji, new Set([...(message.reactions.get(frame.emoji) ?? [])].filter((id) => id !== userId).concat(frame.on ? userId : [])));
    const name = { edit: "edited", delete: "deleted", react: "reaction" }[type];
    this.events.push({ ...shared, type: name, seq, message_id, text: frame.text, emoji: frame.emoji, on: frame.on, mentions: [] });
    return { message_id, seq };
  }
}

function isDone({ type, text, emoji, on }, message, userId) {
  if (type === "edit") return text === message.text;
  if (type === "delete") return message.deleted;
  return (message.reactions.get(emoji)?.has(userId) ?? false) === on;
}
