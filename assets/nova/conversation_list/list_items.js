// The conversation list, ready to be rendered. Pure.

import { dateLabel, listLabel } from "../base/dates.js";
import { cut } from "../base/graphemes.js";
import { isMuted } from "../base/mute.js";
import { withoutMarks } from "../base/plain_text.js";
import { hueOf, imageOf, initialsOf, isolated, listNames } from "../base/people.js";

/**
 * @typedef {import("../base/types.js").Summary} Summary
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").ConversationItem} ConversationItem
 */

const PREVIEW_MAX = 120;

/**
 * What a conversation is called for me.
 * @param {Summary} summary
 * @param {string} myId
 * @returns {string}
 */
export function titleOf(summary, myId) {
  if (summary.kind === "group" && summary.title) return summary.title;
  const others = summary.members.filter((member) => member.user_id !== myId);
  return listNames(others.map((member) => member.display_name)) || summary.title || "Only you";
}

/**
 * @param {Summary} summary
 * @param {string} myId
 * @returns {string}
 */
export function subtitleOf(summary, myId) {
  const others = summary.members.filter((member) => member.user_id !== myId);
  if (summary.kind === "direct") return others.map(({ username, status }) => `@${username}${status ? ` · ${isolated(status)}` : ""}`).join();
  return others.length ? `You, ${listNames(others.map((member) => member.display_name))}` : "Only you";
}

/**
 * Who made a group and when, as far as that is known: "Created by Ana, 28 Nov."
 * @param {Summary} summary
 * @param {import("../base/dates.js").Place} place
 * @param {Date} now
 * @returns {string}  empty for a direct conversation
 */
export function startLabel(summary, place, now) {
  if (summary.kind === "direct") return "";
  const creator = summary.members.find(({ user_id }) => user_id === summary.created_by)?.display_name;
  const day = dateLabel(new Date(summary.created_at), place, now);
  return creator ? `Created by ${creator}, ${day}.` : `Created ${day}.`;
}

/**
 * @param {Summary} summary
 * @param {{
 *   myId: string, activeId: string, origin: string, failed: Set<string>, drafts: Map<string, string>,
 *   online: Set<string>, typists: (id: string) => string[], now: Date, place: import("../base/dates.js").Place
 * }} view
 * @returns {ConversationItem}
 */
export function toItem(summary, view) {
  const title = titleOf(summary, view.myId);
  const other = summary.kind === "direct" ? otherOf(summary, view.myId) : undefined;
  return {
    id: summary.id,
    kind: summary.kind,
    title,
    initials: initialsOf(title),
    hue: hueOf(other?.user_id ?? summary.id),
    avatar_url: imageOf(other, view.origin),
    preview: previewOf(summary, view.myId),
    time_label: listLabel(new Date(summary.last_message?.created_at ?? summary.created_at), view.place, view.now),
    unread: summary.unread,
    mentions: summary.unread_mentions ?? 0,
    pinned: Boolean(summary.pinned),
    muted: isMuted(summary.muted_until, view.now),
    active: summary.id === view.activeId,
    has_failed: view.failed.has(summary.id),
    href: `/c/${summary.id}`,
    draft: inOneLine(view.drafts.get(summary.id) ?? "").trim(),
    online: other !== undefined && view.online.has(other.user_id),
    typing: typingIn(summary, view.typists(summary.id)),
    section: "",
    heading: "",
  };
}

/**
 * In sections: what is pinned, then what is unread, then direct chats, then groups, each in the order given. The first
 * row of a section names it. The conversation that is open stays in its place while messages arrive in it, and so does
 * one that is muted.
 * @param {ConversationItem[]} items
 * @returns {ConversationItem[]}
 */
export function inSections(items) {
  /** @type {Record<string, ConversationItem[]>} */
  const sections = { pinned: [], unread: [], direct: [], group: [] };
  for (const item of items) sections[sectionOf(item)].push(item);
  return Object.entries(sections).flatMap(([heading, rows]) => rows.map((item, i) => ({ ...item, section: heading, heading: i ? "" : heading })));
}

/**
 * "Ana is typing…" in a group, "Typing…" in a direct conversation; empty while nobody is.
 * @param {Summary} summary
 * @param {string[]} names
 */
function typingIn({ kind }, names) {
  if (!names.length) return "";
  if (kind === "direct") return "Typing…";
  return names.length > 1 ? `${names.length} people are typing…` : `${isolated(names[0])} is typing…`;
}

/** @param {ConversationItem} item */
function sectionOf({ pinned, unread, active, muted, kind }) {
  if (pinned) return "pinned";
  return unread && !active && !muted ? "unread" : kind;
}

/**
 * The most recently active first.
 * @param {Summary[]} summaries
 * @returns {Summary[]}
 */
export function byActivity(summaries) {
  const at = (/** @type {Summary} */ summary) => summary.last_message?.created_at ?? summary.created_at;
  return [...summaries].sort((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0));
}

/**
 * @param {Summary} summary
 * @param {string} myId
 */
function previewOf(summary, myId) {
  const message = summary.last_message;
  if (!message) return "No messages yet";
  const text = message.deleted ? "Message deleted" : inOneLine(withoutMarks(message.text)) || filesLabel(message.files);
  if (message.author_id === myId) return `You: ${text}`;
  if (summary.kind === "direct") return text;
  const author = summary.members.find((member) => member.user_id === message.author_id);
  const name = author?.display_name ?? message.author_name;
  return name ? `${isolated(name)}: ${text}` : text;
}

/** @param {import("../base/types.js").StoredFile[]} [files] */
function filesLabel(files = []) {
  const what = files.every((file) => file.width) ? "Photo" : "File";
  return files.length > 1 ? `${files.length} ${what.toLowerCase()}s` : what;
}

/** @param {string} text */
function inOneLine(text) {
  return cut(text.replace(/\s+/g, " "), PREVIEW_MAX);
}

/**
 * @param {Summary} summary
 * @param {string} myId
 */
function otherOf(summary, myId) {
  return summary.members.find((member) => member.user_id !== myId);
}
