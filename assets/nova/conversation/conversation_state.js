// What the page shows of a conversation: which one, which part of it, and where the reader is. One object, replaced
// as a whole by each change. Pure.

import { LOAD as IDLE } from "../generated/stores/conversation.js";
import { EMPTY } from "./message_window.js";

/**
 * @typedef {{
 *   activeId: string, messageWindow: import("./message_window.js").MessageWindow,
 *   older: import("./loads.js").Load, newer: import("./loads.js").Load, jump: import("./loads.js").Load,
 *   isAtBottom: boolean, isFar: boolean, newAfter: number, isUnreadAbove: boolean, targetSeq: number, receiptsSeq: number | string
 * }} ConversationState  `activeId`: empty for none; `older`, `newer`, `jump`: what is being loaded; `isFar`: more than
 *   half a screen from the newest; `newAfter`: the "New" line follows this number, -1 for none; `isUnreadAbove`: it
 *   is above the visible part, and was not looked at; `targetSeq`: the message that a jump highlights; `receiptsSeq`: the one
 *   whose details are shown, by its client id if it has no number yet; 0 for none
 * @typedef {import("../base/store.js").Store<ConversationState>} StateStore
 */

/** @type {ConversationState} */
export const CLOSED = {
  activeId: "",
  messageWindow: EMPTY,
  older: IDLE,
  newer: IDLE,
  jump: IDLE,
  isAtBottom: true,
  isFar: false,
  newAfter: -1,
  isUnreadAbove: false,
  targetSeq: 0,
  receiptsSeq: 0,
};

/**
 * Where the "New" line of a conversation belongs.
 * @param {import("../messages/conversation_store.js").ConversationStore} conversationStore
 * @param {string} id
 */
export function newAfterOf({ summaries }, id) {
  const summary = summaries.get(id);
  return summary && summary.unread > 0 ? summary.read_seq : -1;
}

/**
 * The messages of others that were not deleted.
 * @param {import("../base/types.js").LogEvent[]} events
 * @param {string} myId
 */
export function ofOthers(events, myId) {
  return events.filter((event) => event.type === "message" && event.author_id !== myId && !event.deleted);
}

/**
 * The number of the first unread message, if the window has it; 0 if it has not.
 * @param {ConversationState} state
 * @param {string} myId
 */
export function firstUnread({ messageWindow: { events, hasOlder }, newAfter }, myId) {
  const isCovered = events.length > 0 && (!hasOlder || events[0].seq <= newAfter + 1);
  return isCovered && newAfter >= 0 ? (ofOthers(events, myId).find(({ seq }) => seq > newAfter)?.seq ?? 0) : 0;
}

/**
 * Whether all that is known of the conversation has been read, also events that are no rows.
 * @param {ConversationState} state
 * @param {{
 *   summaries: ReadonlyMap<string, {read_seq: number}>, logs: ReadonlyMap<string, {last: number}>
 * }} known  of all conversations
 */
export function isAllRead({ activeId, messageWindow: { events } }, { summaries, logs }) {
  const last = Math.max(events.at(-1)?.seq ?? 0, logs.get(activeId)?.last ?? 0);
  return last <= (summaries.get(activeId)?.read_seq ?? 0);
}

/**
 * Whether nothing is shown because the target of a jump is being loaded.
 * @param {ConversationState} state
 */
export function isAwaited({ jump, messageWindow }) {
  return jump.state === "loading" && !messageWindow.events.length;
}
