// The rows of one conversation, ready to be rendered. Pure.

import { dayLabel, fullLabel } from "../base/dates.js";
import { isFewEmoji } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { offersRetry } from "../http/retry.js";
import { attachmentItems } from "../files/attachment_items.js";
import { marksOf, mentionsIn } from "./row_marks.js";
import { isSameList } from "./keep_same.js";
import { contextOf } from "./row_context.js";
import { sourcesOf } from "./row_sources.js";
import { stampOf } from "./stamps.js";

/**
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").Row} Row
 * @typedef {import("./row_sources.js").Source} Source
 *
 * @typedef {{
 *   events: RowEvent[], pending: OutboxItem[], me: Person, people: Map<string, Person> | null,
 *   known: Map<string, Person>, origin: string,
 *   deliveredTo: number, readTo: number, othersSince: number, newAfter: number, now: Date, place: import("../base/dates.js").Place,
 *   hasNewer?: boolean, above?: RowEvent | null, below?: RowEvent | null, linkPreviews?: Pick<import("./link_previews.js").LinkPreviews, "of"> | null,
 *   mayDelete?: boolean, mayMentionAll?: boolean, readersOf?(seq: number): number, uploads?: import("../files/attachment_items.js").Place["uploads"]
 * }} View  `people`: the members, null until they are known; `known`: former members, too; `deliveredTo`/`readTo`: the number that
 *   every other member has reached; `othersSince`: the number of the event with which the first of them joined;
 *   `newAfter`: the first row of another user after this number gets the "New" line, -1 for none; `hasNewer`, `above`, `below`:
 *   as those of the window; `mayDelete`: whether this
 *   user may delete messages of others; `readersOf`: how many other members have read an own message
 */

const GROUP_MS = 5 * 60_000;
/** @type {never[]} */
const NONE = [];

/**
 * @typedef {{before: Source | null, isNew: boolean, state: string, linkPreviews: Row["link_previews"], row: Row, kept: Row | null}} Made
 *   a row, and what it was made from beside its source and the context; `kept`: as it was rendered last
 */

/** @type {WeakMap<Source, Made>} a part of a page is added to hundreds of rows, which are asked for again with each */
const made = new WeakMap();
/** @type {import("./row_context.js").Context | null} */
let lastContext = null;

/**
 * @param {View} view
 * @param {Row[]} previous  the rows that were rendered last; those that did not change are kept
 * @returns {Row[]}
 */
export function buildRows(view, previous) {
  const old = rowsByKey(previous);
  lastContext = contextOf(view, lastContext);
  const { sources, above, below } = sourcesOf(view, lastContext);
  let before = above;
  let marked = view.newAfter < 0 || (before !== null && isUnread(before, view));
  const make = (/** @type {Source} */ source) => {
    const isNew = !marked && isUnread(source, view);
    marked = marked || isNew;
    const one = makeRow(source, before, isNew, view);
    before = source;
    return one;
  };
  const built = sources.map(make);
  markLast(built, below === null || make(below).row.first_in_group, view);
  const rows = built.map((one) => {
    if (one.row !== one.kept) one.kept = one.row = keep(old(one.row.key), one.row);
    return one.row;
  });
  return isSameList(rows, previous) ? previous : rows;
}

/** So many are found faster by looking through the list than by a map of all of it. */
const FEW = 4;

/**
 * @param {Row[]} rows
 * @returns {(key: string) => Row | undefined}
 */
function rowsByKey(rows) {
  let asked = 0;
  /** @type {Map<string, Row> | null} */
  let map = null;
  return (key) => {
    asked += 1;
    if (asked <= FEW) return rows.find((row) => row.key === key);
    map ??= new Map(rows.map((row) => [row.key, row]));
    return map.get(key);
  };
}

/**
 * The row of a source, as it was made before where nothing about it has changed.
 * @param {Source} source
 * @param {Source | null} before
 * @param {boolean} isNew
 * @param {View} view
 * @returns {Made}
 */
function makeRow(source, before, isNew, view) {
  const state = isMine(source, view) ? ownState(source, view) : "received";
  const linkPreviews = source.deleted ? NONE : (view.linkPreviews?.of(source.message_id, source.text) ?? NONE);
  const known = made.get(source);
  if (known?.before === before && known.isNew === isNew && known.state === state && known.linkPreviews === linkPreviews) return known;
  const one = { before, isNew, state, linkPreviews, kept: null, row: toRow(source, { before, isNew, state, linkPreviews }, view) };
  made.set(source, one);
  return one;
}

/**
 * Whether a row counts as unread: a message of another user that was not deleted.
 * @param {Source} source
 * @param {View} view
 */
const isUnread = ({ kind, seq, author_id, deleted }, { newAfter, me }) =>
  kind === "message" && seq > newAfter && author_id !== me.user_id && !deleted;

/** The states that are shown on every message that has them; the others only on the last own message. */
const ALWAYS_MARKED = ["queued", "failed"];

/**
 * What a row knows only from those below it: whether it ends its group, and whether it is the last own message.
 * @param {Made[]} all  a row that changes is replaced in place
 * @param {boolean} isEnd  whether the last one ends its group
 * @param {View} view
 */
function markLast(all, isEnd, { readersOf, hasNewer = false }) {
  // The last own message may be among those that are not shown.
  let isFound = hasNewer;
  for (let i = all.length - 1; i >= 0; i -= 1) {
    const { row } = all[i];
    const isAlways = ALWAYS_MARKED.includes(row.state);
    const last_in_group = all[i + 1]?.row.first_in_group ?? isEnd;
    const is_marked = row.mine && (isAlways || !isFound);
    const readers = row.mine && row.seq > 0 ? (readersOf?.(row.seq) ?? 0) : 0;
    isFound = isFound || (row.mine && !isAlways);
    if (row.last_in_group === last_in_group && row.is_marked === is_marked && row.readers === readers) continue;
    all[i].row = { ...row, last_in_group, is_marked, readers };
  }
}

/**
 * @param {Source} source
 * @param {View} view
 */
const isMine = ({ author_id, kind }, { me }) => author_id === me.user_id && kind === "message";

/**
 * @param {Source} source
 * @param {Omit<Made, "row" | "kept">} surroundings
 * @param {View} view
 * @returns {Row}
 */
function toRow(source, surroundings, view) {
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
function ownState(source, view) {
  if (source.pending) return source.pending.state === "acked" ? "sent" : source.pending.state;
  // Written before anybody else joined: members do not receive what was sent before they joined.
  if (source.seq <= view.othersSince) return "sent";
  if (source.seq <= view.readTo) return "read";
  return source.seq <= view.deliveredTo ? "delivered" : "sent";
}

/**
 * The row that was rendered last, if nothing about it changed.
 * @param {Row | undefined} old
 * @param {Row} row
 * @returns {Row}
 */
function keep(old, row) {
  if (old === row) return row;
  const names = /** @type {(keyof Row)[]} */ (Object.keys(row));
  return old && names.every((name) => isSame(old[name], row[name])) ? old : row;
}

/**
 * @param {unknown} old
 * @param {unknown} value
 */
function isSame(old, value) {
  return old === value || (typeof old === "object" && JSON.stringify(old) === JSON.stringify(value));
}
