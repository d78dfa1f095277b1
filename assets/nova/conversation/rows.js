// The rows of one conversation, ready to be rendered. Pure.

import { isSameList } from "./keep_same.js";
import { isMine, ownState, toRow } from "./row.js";
import { contextOf } from "./row_context.js";
import { sharedRun } from "./row_run.js";
import { sourcesOf } from "./row_sources.js";

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

/** @type {never[]} */
const NONE = [];

/**
 * @typedef {{
 *   source: Source, before: Source | null, isNew: boolean, state: string, linkPreviews: Row["link_previews"], row: Row, kept: Row | null
 * }} Made  a row, and what it was made from beside the context; `kept`: as it was rendered last
 */

/** @type {WeakMap<Source, Made>} a part of a page is added to hundreds of rows, which are asked for again with each */
const made = new WeakMap();
/** @type {import("./row_context.js").Context | null} */
let lastContext = null;
/** @type {WeakMap<Row[], import("./row_run.js").Build>} how rows were made, for as long as they are shown */
const builds = new WeakMap();

/**
 * @param {View} view
 * @param {Row[]} previous  the rows that were rendered last; those that did not change are kept
 * @returns {Row[]}
 */
export function buildRows(view, previous) {
  lastContext = contextOf(view, lastContext);
  const build = makeAll(view, lastContext, builds.get(previous));
  const old = rowsByKey(previous);
  const built = build.made.map((one) => {
    if (one.row !== one.kept) one.kept = one.row = keep(old(one.row.key), one.row);
    return one.row;
  });
  const rows = isSameList(built, previous) ? previous : built;
  builds.set(rows, build);
  return rows;
}

/**
 * @param {View} view
 * @param {import("./row_context.js").Context} context
 * @param {import("./row_run.js").Build | undefined} last
 * @returns {import("./row_run.js").Build}
 */
function makeAll(view, context, last) {
  const { count, at, above, below } = sourcesOf(view, context);
  const run = sharedRun(view, context, last);
  /** @type {Made[]} */
  const made = [];
  /** @type {boolean[]} */
  const isMarked = [];
  let before = above;
  let marked = view.newAfter < 0 || (before !== null && isUnread(before, view));
  const make = (/** @type {Source} */ source) => {
    const isNew = !marked && isUnread(source, view);
    marked = marked || isNew;
    const one = makeRow(source, before, isNew, view);
    before = source;
    return one;
  };
  const take = (/** @type {number} */ from, /** @type {number} */ to) => {
    made.push(...(last?.made.slice(from, to) ?? []));
    isMarked.push(...(last?.isMarked.slice(from, to) ?? []));
    before = made[made.length - 1].source;
    marked = isMarked[isMarked.length - 1];
  };
  while (made.length < count) {
    const i = made.length;
    if (i === run.begin && i < run.end && marked === last?.isMarked[i - 1 + run.shift]) take(i + run.shift, run.end + run.shift);
    else {
      made.push(make(at(i)));
      isMarked.push(marked);
    }
  }
  markLast(made, below === null || make(below).row.first_in_group, view);
  return { view, context, made, isMarked };
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
  const one = { source, before, isNew, state, linkPreviews, kept: null, row: toRow(source, { before, isNew, state, linkPreviews }, view) };
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
