// The rows of one conversation, ready to be rendered. Pure.

import { dayLabel, dayOf, fullLabel, timeLabel } from "../base/dates.js";
import { hueOf, imageOf, initialsOf, isolated } from "../base/people.js";
import { offersRetry } from "../http/retry.js";
import { attachmentItems } from "../files/attachment_items.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").Row} Row
 *
 * @typedef {{
 *   events: LogEvent[], pending: OutboxItem[], me: Person, people: Map<string, Person> | null,
 *   known: Map<string, Person>, origin: string,
 *   deliveredTo: number, readTo: number, othersSince: number, newAfter: number, now: Date, place: import("../base/dates.js").Place,
 *   files?: import("../files/attachment_items.js").Place
 * }} View  `people`: the members, null until they are known; `known`: former members, too; `deliveredTo`/`readTo`: the number that every other member has reached; `othersSince`: the one that
 *   let in the first of them;
 *   `newAfter`: the first row of another user after this number gets the "New" line, -1 for none
 */

const GROUP_MS = 5 * 60_000;
/** @type {never[]} */
const NONE = [];

/**
 * @param {View} view
 * @param {Map<string, Row>} previous  rows by key as they were rendered last; unchanged ones are kept
 * @returns {{rows: Row[], byKey: Map<string, Row>}}
 */
export function buildRows(view, previous) {
  /** @type {Map<string, Row>} */
  const byKey = new Map();
  /** @type {Row[]} */
  const rows = [];
  const sources = [...view.events.map(fromEvent), ...view.pending.map(fromItem(view.me))];
  let marked = view.newAfter < 0;
  let before = /** @type {Source | null} */ (null);
  for (const source of sources) {
    const isNew = !marked && source.seq > view.newAfter && source.author_id !== view.me.user_id;
    marked = marked || isNew;
    const row = keep(previous, toRow(source, before, isNew, view));
    rows.push(row);
    byKey.set(row.key, row);
    before = source;
  }
  return { rows, byKey };
}

/**
 * @typedef {{
 *   key: string, kind: "message" | "member", client_id: string, seq: number, author_id: string, author_name: string, text: string,
 *   at: Date, iso: string, pending: OutboxItem | null, person: Person | null,
 *   files: (import("../base/types.js").StoredFile | import("../base/types.js").OutboxFile)[]
 * }} Source
 */

/**
 * @param {LogEvent} event
 * @returns {Source}
 */
function fromEvent(event) {
  const shared = { seq: event.seq, at: new Date(event.created_at), iso: event.created_at, pending: null, files: NONE };
  if (event.type === "message") {
    const { client_id, author_id, author_name = "", text } = event;
    const files = event.files ?? NONE;
    return { ...shared, key: client_id, kind: "message", client_id, author_id, author_name, text, person: null, files };
  }
  const person = { user_id: event.user_id, username: event.username, display_name: event.display_name };
  const text = `${isolated(event.display_name)} ${event.action === "joined" ? "joined" : "left"}`;
  const author = { author_id: event.user_id, author_name: event.display_name };
  return { ...shared, key: `seq:${event.seq}`, kind: "member", client_id: "", ...author, text, person };
}

/**
 * @param {Person} me
 * @returns {(item: OutboxItem) => Source}
 */
function fromItem(me) {
  return (item) => ({
    key: item.client_id,
    kind: "message",
    client_id: item.client_id,
    seq: 0,
    author_id: me.user_id,
    author_name: me.display_name,
    text: item.text,
    at: new Date(item.created_at),
    iso: item.created_at,
    pending: item,
    person: null,
    files: item.files ?? NONE,
  });
}

/**
 * @param {Source} source
 * @param {Source | null} before
 * @param {boolean} isNew
 * @param {View} view
 * @returns {Row}
 */
function toRow(source, before, isNew, view) {
  const { place, me } = view;
  const member = source.person ?? view.people?.get(source.author_id);
  const person = member ?? view.known.get(source.author_id);
  const name = person?.display_name || source.author_name || "Somebody";
  const mine = source.author_id === me.user_id && source.kind === "message";
  const newDay = !before || dayOf(source.at, place) !== dayOf(before.at, place);
  const state = mine ? ownState(source, view) : "received";
  const failure = source.pending?.state === "failed" ? source.pending.error : null;
  return {
    key: source.key,
    kind: source.kind,
    client_id: source.client_id,
    seq: source.seq,
    author_id: source.author_id,
    author_username: person?.username ?? "",
    author_name: name,
    // On a slow network the history arrives before the members.
    has_left: view.people !== null && !member,
    initials: initialsOf(name),
    hue: hueOf(source.author_id),
    avatar_url: imageOf(person, view.origin),
    mine,
    text: source.text,
    state,
    error_code: failure?.code ?? "",
    error_text: failure?.message ?? "",
    can_retry: failure !== null && offersRetry(failure),
    time_label: timeLabel(source.at, place),
    time_iso: source.iso,
    time_title: fullLabel(source.at, place),
    first_in_group: newDay || isNew || startsGroup(source, before),
    day_label: newDay ? dayLabel(source.at, place, view.now) : "",
    is_new_marker: isNew,
    ...attachmentItems(source.files, view.files),
  };
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
    source.at.getTime() - before.at.getTime() > GROUP_MS
  );
}

/**
 * @param {Source} source
 * @param {View} view
 */
function ownState(source, view) {
  if (source.pending) return source.pending.state === "acked" ? "sent" : source.pending.state;
  // Where nobody else was there yet, nobody can have it: whoever came later begins behind it.
  if (source.seq <= view.othersSince) return "sent";
  if (source.seq <= view.readTo) return "read";
  return source.seq <= view.deliveredTo ? "delivered" : "sent";
}

/**
 * The row that was rendered last, if nothing about it changed.
 * @param {Map<string, Row>} previous
 * @param {Row} row
 * @returns {Row}
 */
function keep(previous, row) {
  const old = previous.get(row.key);
  if (!old) return row;
  const names = /** @type {(keyof Row)[]} */ (Object.keys(row));
  return names.every((name) => isSame(old[name], row[name])) ? old : row;
}

/**
 * @param {unknown} old
 * @param {unknown} value
 */
function isSame(old, value) {
  return old === value || (Array.isArray(old) && JSON.stringify(old) === JSON.stringify(value));
}
