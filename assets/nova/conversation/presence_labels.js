// Presence and typing of an open conversation in words. Pure.

import { isolated } from "../base/people.js";

/**
 * @typedef {import("../base/types.js").Summary} Summary
 * @typedef {import("../base/types.js").Position} Position
 */

const NAMES_MAX = 3;

/**
 * "Ana, Bo and 2 others are typing…"
 * @param {string[]} names
 */
export function typingLabel(names) {
  if (names.length === 0) return "";
  const whole = names.map(isolated);
  const shown = whole.length > NAMES_MAX ? [...whole.slice(0, 2), `${whole.length - 2} others`] : whole;
  const last = shown[shown.length - 1];
  const who = shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${last}` : last;
  return `${who} ${names.length === 1 ? "is" : "are"} typing…`;
}

/**
 * "online" for the other user of a direct conversation, "2 online" in a group, empty if nobody is known to be online.
 * @param {Summary} summary
 * @param {string} myId
 * @param {Set<string>} online
 */
export function presenceLabel(summary, myId, online) {
  const here = summary.members.filter(({ user_id }) => user_id !== myId && online.has(user_id)).length;
  if (here === 0) return "";
  return summary.kind === "direct" ? "online" : `${here} online`;
}

/**
 * Who has received and read an own message. Members who joined after it did not receive it and are not listed.
 * @param {Summary} summary
 * @param {string} myId
 * @param {number} seq
 * @param {Map<string, Position> | undefined} positions
 */
export function receiptsOf(summary, myId, seq, positions) {
  const people = summary.members.filter(({ user_id, joined_seq = 0 }) => user_id !== myId && joined_seq < seq);
  const reached = (/** @type {string} */ id, /** @type {keyof Position} */ kind) => (positions?.get(id)?.[kind] ?? 0) >= seq;
  const read = people.filter(({ user_id }) => reached(user_id, "read"));
  const delivered = people.filter(({ user_id }) => reached(user_id, "delivered") && !reached(user_id, "read"));
  const waiting = people.filter(({ user_id }) => !reached(user_id, "delivered"));
  return { read, delivered, waiting };
}

/**
 * How many others have read each own message. Asked for every own message in sight, so that it makes no lists.
 * @param {Summary} summary
 * @param {string} myId
 * @param {Map<string, Position> | undefined} positions
 * @returns {(seq: number) => number}
 */
export function readerCounts(summary, myId, positions) {
  const readers = summary.members
    .map(({ user_id, joined_seq = 0 }) => ({ user_id, joined_seq, read: positions?.get(user_id)?.read ?? 0 }))
    .filter(({ user_id, read }) => user_id !== myId && read > 0);
  return (seq) => readers.reduce((count, { joined_seq, read }) => count + Number(joined_seq < seq && read >= seq), 0);
}
