// The message that the draft of a new message replies to, per conversation: kept with the draft, over reloads. A shell over
// the drafts.

/**
 * @typedef {Pick<import("../base/types.js").OutboxItem, "target_id" | "waits_for" | "reply_to">} ReplyDraft
 * @typedef {import("../generated/types.js").QuoteBody} QuoteBody
 */

/** @param {string} conversationId  the place among the drafts; no conversation has such an id */
const placeOf = (conversationId) => `reply:${conversationId}`;

/**
 * @param {import("../messages/drafts.js").Drafts} drafts
 * @param {string} conversationId
 * @returns {ReplyDraft | null}
 */
export function readReply(drafts, conversationId) {
  try {
    return JSON.parse(drafts.get(placeOf(conversationId)) || "null");
  } catch {
    return null;
  }
}

/**
 * @param {import("../messages/drafts.js").Drafts} drafts
 * @param {string} conversationId
 * @param {ReplyDraft | null} reply  null for none
 */
export function writeReply(drafts, conversationId, reply) {
  drafts.set(placeOf(conversationId), reply ? JSON.stringify(reply) : "");
}

/**
 * A quote with the present text of its message, where that is loaded.
 * @param {QuoteBody | undefined} quote
 * @param {import("../base/types.js").RowEvent[]} events
 * @returns {QuoteBody | null}
 */
export function presentQuote(quote, events) {
  if (!quote) return null;
  const found = quote.message_id && events.find((event) => event.type === "message" && event.message_id === quote.message_id);
  return found && found.type === "message" ? { ...quote, text: found.text, deleted: found.deleted } : quote;
}
