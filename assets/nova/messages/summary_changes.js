// What events and later summaries make of a conversation's summary. Pure.

import { isolated } from "../base/people.js";
import { isMentioned, withChange } from "./message_changes.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").Summary} Summary
 * @typedef {import("../base/types.js").Person} Person
 */

/** So many mean more than are counted. */
export const UNREAD_MAX = 1_000;

/**
 * @param {import("../base/types.js").MemberEvent} event
 * @returns {Person}
 */
export function toPerson({ user_id, username, display_name }) {
  return { user_id, username, display_name };
}

/**
 * What no event says: the user's own settings, and the members' roles.
 * @param {Summary} known
 * @param {Summary} summary  older
 * @returns {Summary}
 */
export function withSettings(known, { pinned, muted_until, notify, members }) {
  const roles = new Map(members.map(({ user_id, role }) => [user_id, role]));
  const all = known.members.map((member) => ({ ...member, role: roles.get(member.user_id) ?? member.role }));
  return { ...known, pinned, muted_until, notify, members: all };
}

/**
 * "Ana removed you from Plans."
 * @param {{actor_name?: string}} event
 * @param {string} [title]
 */
export function removalText({ actor_name }, title) {
  const group = title ? `“${isolated(title)}”` : "a group";
  return `${actor_name ? isolated(actor_name) : "An admin"} removed you from ${group}.`;
}

/**
 * Add an event to a summary.
 * @param {Summary} summary
 * @param {LogEvent} event
 * @param {Person} me
 * @returns {Summary}
 */
export function advance(summary, event, me) {
  if (event.type === "member") {
    const others = summary.members.filter((member) => member.user_id !== event.user_id);
    /** @type {Person} */
    const member = { ...toPerson(event), joined_seq: event.seq, role: "member" };
    return { ...summary, members: event.action === "joined" ? [...others, member] : others, last_seq: event.seq };
  }
  if (event.type === "renamed") return { ...summary, title: event.title, last_seq: event.seq };
  if (event.type !== "message") {
    const last_message = summary.last_message && withChange(summary.last_message, event);
    return { ...summary, last_seq: event.seq, last_message };
  }
  const isMine = event.author_id === me.user_id;
  return {
    ...summary,
    last_seq: event.seq,
    last_message: event,
    unread: isMine ? summary.unread : Math.min(summary.unread + 1, UNREAD_MAX),
    unread_mentions: (summary.unread_mentions ?? 0) + Number(isMentioned(event, me)),
  };
}
