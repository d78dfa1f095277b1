// Reads and writes the frames of the messaging socket. Pure.

import { PROTOCOL_VERSION } from "../generated/codes.js";
import { toJson } from "../base/well_formed.js";

/**
 * The objects of one text frame of the server: it holds one, or an array of them.
 * What cannot be read is left out; unknown types are kept, whoever knows them may use them.
 * @param {string} data
 * @returns {Array<{type: string} & Record<string, any>>}
 */
export function decode(data) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(data);
  } catch {
    return [];
  }
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => item !== null && typeof item === "object" && typeof item.type === "string");
}

/**
 * @param {string} userId  the account that is meant
 * @param {Record<string, number>} cursors  the last number held, by conversation
 * @param {{reason: string, gap_ms: number} | null} resume
 */
export function hello(userId, cursors, resume) {
  return toJson(/** @satisfies {import("../generated/types.js").Hello} */ ({ type: "hello", protocol: PROTOCOL_VERSION, user_id: userId, cursors, ...(resume ? { resume } : {}) }));
}

/**
 * @param {Pick<import("../base/types.js").OutboxItem, "client_id" | "conversation_id" | "text" | "files" | "kind" | "target_id" | "base_seq" | "emoji" | "on">} item
 */
export function send(item) {
  const { client_id, conversation_id, text, kind: type = "send", target_id } = item;
  const files = /** @type {string[] | undefined} */ (item.files?.map((file) => file.stored?.id));
  const { base_seq, emoji, on } = item;
  const about = type === "send" ? { text, files, reply_to: target_id || undefined } : { message_id: target_id, base_seq, emoji, on, ...(type === "edit" && { text }) };
  return toJson(/** @type {import("../generated/types.js").Send | import("../generated/types.js").EditMessage | import("../generated/types.js").DeleteMessage | import("../generated/types.js").ReactToMessage} */ ({ type, client_id, conversation_id, ...about }));
}

/** @param {number} id */
export function ping(id) {
  return toJson(/** @satisfies {import("../generated/types.js").Ping} */ ({ type: "ping", id }));
}

/** @param {number | string} id */
export function pong(id) {
  return toJson(/** @satisfies {import("../generated/types.js").Pong} */ ({ type: "pong", id }));
}

/**
 * @param {"read" | "delivered"} kind
 * @param {string} conversationId
 * @param {number} seq
 */
export function position(kind, conversationId, seq) {
  return toJson(/** @satisfies {{type: "read" | "delivered"} & Omit<import("../generated/types.js").Read, "type">} */ ({ type: kind, conversation_id: conversationId, seq }));
}

/** @param {string} conversationId */
export function typing(conversationId) {
  return toJson(/** @satisfies {import("../generated/types.js").IsTyping} */ ({ type: "typing", conversation_id: conversationId }));
}

/**
 * @param {string} conversationId
 * @param {number} afterSeq
 * @param {number} untilSeq
 */
export function events(conversationId, afterSeq, untilSeq) {
  return toJson(/** @satisfies {import("../generated/types.js").EventsWanted} */ ({
    type: "events",
    conversation_id: conversationId,
    after_seq: afterSeq,
    until_seq: untilSeq,
  }));
}
