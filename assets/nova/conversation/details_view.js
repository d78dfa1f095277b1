// The details of the open conversation, ready to be rendered: its members, and what the user may do. Pure.

import { dayOf, momentLabel, timeLabel } from "../base/dates.js";
import { isMuted } from "../base/mute.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { titleOf } from "../conversation_list/list_items.js";
import { keepSame } from "./keep_same.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").MemberItem} MemberItem
 * @typedef {"owner" | "admin" | "member"} Role
 * @typedef {typeof import("../generated/stores/conversation.js").DEFAULTS.details} DetailsView
 * @typedef {Pick<
 *   import("./view_input.js").ViewInput, "me" | "summary" | "isFormer" | "online" | "origin" | "now" | "place"
 * > & {state: {activeId: string}}} DetailsInput
 */

/** @type {Record<string, number>} as `_RANKS` of nova_app/domain/authorization.py, which decides */
const RANKS = { member: 0, admin: 1, owner: 2 };
const HOUR_MS = 3_600_000;
const MORNING_HOUR = 8;

/**
 * What is shown of a conversation of the user.
 * @param {DetailsInput} input
 * @param {DetailsView} previous  lists that did not change are kept
 * @returns {Partial<DetailsView>}
 */
export function toDetails({ me, summary, online, origin, now, place }, previous) {
  if (!summary) return {};
  const isGroup = summary.kind === "group";
  const mine = summary.members.find(({ user_id }) => user_id === me.user_id);
  const other = isGroup ? undefined : summary.members.find(({ user_id }) => user_id !== me.user_id);
  const title = titleOf(summary, me.user_id);
  const toItem = (/** @type {Person} */ member) => toMember(member, mine, online, origin);
  return {
    kind: summary.kind,
    title,
    initials: initialsOf(title),
    hue: hueOf(other?.user_id ?? summary.id),
    avatar_url: imageOf(other, origin),
    about: isGroup ? countLabel(summary.members.length) : [`@${other?.username}`, other?.status].filter(Boolean).join(" · "),
    members: keepSame([...summary.members].sort(byRank).map(toItem), previous.members),
    can_rename: isGroup && rankOf(mine) > 0,
    is_pinned: Boolean(summary.pinned),
    is_muted: isMuted(summary.muted_until, now),
    muted_label: mutedLabel(summary, now, place),
    notify: summary.notify ?? "default",
  };
}

/**
 * Until when a choice mutes a conversation.
 * @param {string} choice  hour, evening (eight hours), tomorrow, forever; anything else ends muting
 * @param {Date} now
 * @returns {string | null}
 */
export function mutedUntil(choice, now) {
  if (choice === "forever") return choice;
  const hours = { hour: 1, workday: 8 }[choice];
  if (hours) return new Date(now.getTime() + hours * HOUR_MS).toISOString();
  if (choice !== "tomorrow") return null;
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(MORNING_HOUR, 0, 0, 0);
  return morning.toISOString();
}

/**
 * @param {Person} member
 * @param {Person | undefined} mine
 * @param {Set<string>} online
 * @param {string} origin
 * @returns {MemberItem}
 */
function toMember(member, mine, online, origin) {
  const { user_id, username, display_name, role = "" } = member;
  const isMe = user_id === mine?.user_id;
  const canRemove = !isMe && commands(mine, member);
  return {
    user_id,
    username,
    name: display_name,
    initials: initialsOf(display_name),
    hue: hueOf(user_id),
    avatar_url: imageOf(member, origin),
    online: isMe || online.has(user_id),
    is_me: isMe,
    role,
    can_remove: canRemove,
    next_role: canRemove && role !== "owner" ? (role === "admin" ? "member" : "admin") : "",
  };
}

/**
 * Whether a member may remove another one, or give them a role up to their own.
 * @param {Person | undefined} mine
 * @param {Person} member
 */
function commands(mine, member) {
  if (!mine?.role || !member.role) return false;
  return mine.role === "owner" || rankOf(mine) > rankOf(member);
}

/** @param {Person | undefined} member */
const rankOf = (member) => RANKS[member?.role ?? ""] ?? 0;

/**
 * @param {Person} a
 * @param {Person} b
 */
const byRank = (a, b) => rankOf(b) - rankOf(a) || a.display_name.localeCompare(b.display_name);

/** @param {number} number */
const countLabel = (number) => (number === 1 ? "1 member" : `${number} members`);

/**
 * "until 14:03", "until 12 Mar 2026, 08:00"; empty where it is not muted, or for ever.
 * @param {{muted_until?: string}} summary
 * @param {Date} now
 * @param {import("../base/dates.js").Place} place
 */
function mutedLabel(summary, now, place) {
  if (!isMuted(summary.muted_until, now) || !summary.muted_until || summary.muted_until === "forever") return "";
  const until = new Date(summary.muted_until);
  return `until ${dayOf(until, place) === dayOf(now, place) ? timeLabel(until, place) : momentLabel(until, place)}`;
}
