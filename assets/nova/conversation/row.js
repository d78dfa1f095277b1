// One row of a conversation: a message, or a line between messages. Pure.

import { dayLabel, fullLabel } from "../base/dates.js";
import { isFewEmoji } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { offersRetry } from "../http/retry.js";
import { attachmentItems } from "../files/attachment_items.js";
import { marksOf, mentionsIn } from "./row_marks.js";
import { stampOf } from "./stamps.js";

/**
 * @typedef {import("../generated/types.js").Row} Row
 * @typedef {import("./row_sources.js").Source} Source
 * @typedef {import("./rows.js").View} View
 * @typedef {import("./rows.js").Made} Made
 */

const GROUP_MS = 5 * 60_000;

/**
 * @param {Source} source
 * @param {View} view
 */
export const isMine = ({ author_id, kind }, { me }) => author_id === me.user_id && kind === "message";

/**
 * @param {Source} source
 * @param {Omit<Made, "source" | "row" | "kept">} surroundings
 * @param {View} view
 * @returns {Row}
 */
export function toRow(source, surroundings, view) {
  const { before, isNew, state, linkPreviews } = surroundings;
  const { place } = view;
  const member = source.person ?? view.people?.get(source.author_id);
  const person = member ?? view.known.get(source.author_id);
  const name = person?.display_name || source.author_name || "Unknown user";
  const mine = isMine(source, view);
  const stamp = stampOf(source, place);
  const newDay = !before || stamp.day !== stampOf(before, place).day;
  const failure = source.pending?.state === "failed" ? source.pending.error : null;
  return {
    key: source.key,
    kind: source.kind,
    client_id: source.client_id,
    message_id: source.message_id,
    seq: source.seq,
    author_id: source.author_id,
    author_username: person?.username ?? "",
    author_name: name,
    // Until the members are known (their frame may arrive after the history) nobody is shown as a former member.
    has_left: view.people !== null && !member,
    initials: initialsOf(name),
    hue: hueOf(source.author_id),
    avatar_url: imageOf(person, view.origin),
    mine,
    text: source.text,
    is_deleted: source.deleted,
    pending: source.change,
    undo_id: source.undo,
    can_unsend: isHeld(source, view.now),
    ...editOf(source, place),
    ...rightsOf(source, mine, view),
    state,
    error_code: failure?.code ?? "",
    error_text: failure?.message ?? "",
    can_retry: failure !== null && offersRetry(failure),
    time_label: stamp.time,
    time_iso: source.iso,
    time_title: stamp.full,
    first_in_group: newDay || isNew || startsGroup(source, before),
    last_in_group: true,
    is_marked: false,
    readers: 0,
    is_big: isFewEmoji(source.text),
    day_label: newDay ? dayLabel(source.at, place, view.now) : "",
    is_new_marker: isNew,
    ...marksOf(source.pending || source.change === "edit" ? { ...source, ...mentionsIn(source.text, view) } : source, view),
    link_previews: linkPreviews,
    ...attachmentItems(source.files, view),
  };
}

/** Refusals that the same edit would meet again. */
const FINAL = ["message_deleted", "not_allowed", "not_found", "not_a_member", "text_too_long", "text_empty"];

/**
 * What is shown of edits: when the last one was, and one that was refused.
 * @param {Source} source
 * @param {import("../base/dates.js").Place} place
 */
function editOf({ edited_at, deleted, failed }, place) {
  return {
    edited_title: edited_at && !deleted ? `Edited ${fullLabel(new Date(edited_at), place)}` : "",
    failed_edit: failed?.client_id ?? "",
    failed_edit_text: failed?.text ?? "",
    failed_edit_code: failed?.error?.code ?? "",
    failed_edit_reason: failed?.error?.message ?? "",
    can_keep_edit: failed !== null && !deleted && !FINAL.includes(failed.error?.code ?? ""),
  };
}

/**
 * What this user may do with a message. What failed has its own buttons.
 * @param {Source} source
 * @param {boolean} mine
 * @param {View} view
 */
function rightsOf(source, mine, { mayDelete = false, people }) {
  const isHere = people !== null && source.kind === "message" && !source.deleted && !isFailed(source);
  return { can_act: isHere, can_edit: isHere && mine, can_delete: isHere && (mine || mayDelete) };
}

/**
 * @param {Source} source
 * @param {Source | null} before
 */
function startsGroup(source, before) {
  return (
    !before ||
    source.kind !== "message" ||
    before.kind !== "message" ||
    before.author_id !== source.author_id ||
    source.reply_to !== null ||
    (isFailed(source) && !isFailed(before)) ||
    source.at.getTime() - before.at.getTime() > GROUP_MS
  );
}

/**
 * Whether a message has not left this browser, because its sending can be undone.
 * @param {Source} source
 * @param {Date} now
 */
const isHeld = ({ pending, undo }, now) => !undo && pending?.state === "queued" && (pending.due_at ?? 0) > now.getTime();

/** @param {Source} source */
const isFailed = ({ pending }) => pending?.state === "failed";

/**
 * @param {Source} source
 * @param {View} view
 */
export function ownState(source, view) {
  if (source.pending) return source.pending.state === "acked" ? "sent" : source.pending.state;
  // Written before anybody else joined: members do not receive what was sent before they joined.
  if (source.seq <= view.othersSince) return "sent";
  if (source.seq <= view.readTo) return "read";
  return source.seq <= view.deliveredTo ? "delivered" : "sent";
}
