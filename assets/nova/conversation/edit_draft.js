// The edit that the composer holds, per conversation: kept apart from the draft of a new message, and over reloads. A shell
// over the drafts.

/**
 * @typedef {import("./message_commands.js").Target} Target
 * @typedef {{key: string, target: Target, before: string, text: string}} EditDraft  `key`: the row; `before`: its text when
 *   the edit began
 */

/** @param {string} conversationId  the place among the drafts; no conversation has such an id */
const placeOf = (conversationId) => `edit:${conversationId}`;

/**
 * @param {import("../messages/drafts.js").Drafts} drafts
 * @param {string} conversationId
 * @returns {EditDraft | null}
 */
export function readEdit(drafts, conversationId) {
  try {
    return JSON.parse(drafts.get(placeOf(conversationId)) || "null");
  } catch {
    return null;
  }
}

/**
 * @param {import("../messages/drafts.js").Drafts} drafts
 * @param {string} conversationId
 * @param {EditDraft | null} edit  null when it has ended
 */
export function writeEdit(drafts, conversationId, edit) {
  drafts.set(placeOf(conversationId), edit ? JSON.stringify(edit) : "");
}
