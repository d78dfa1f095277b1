// Which rows need not be made again, because nothing that they are made from has changed: a part of a page changes two of
// hundreds. Pure.

/**
 * @typedef {import("./rows.js").View} View
 * @typedef {import("./rows.js").Made} Made
 * @typedef {import("./row_context.js").Context} Context
 *
 * @typedef {{view: View, context: Context, made: Made[], isMarked: boolean[]}} Build  how a list of rows was made; `isMarked`:
 *   for each row whether the "New" line stands at it or above
 * @typedef {{begin: number, end: number, shift: number}} Run  from `begin` to before `end`, these rows are those that were
 *   made `shift` places further down
 */

/** @type {Run} */
const NONE = { begin: Infinity, end: Infinity, shift: 0 };

/** @type {(keyof View)[]} what rows depend on, beside their events, those before them, and the context */
const FACTS = ["deliveredTo", "readTo", "othersSince", "newAfter"];

/**
 * The rows that are those of another build. The first one is none of them: another row may stand before it.
 * @param {View} view
 * @param {Context} context  of this view
 * @param {Build | undefined} last
 * @returns {Run}
 */
export function sharedRun(view, context, last) {
  if (!last || context !== last.context || hasMore(view) || hasMore(last.view)) return NONE;
  if (FACTS.some((name) => view[name] !== last.view[name])) return NONE;
  const { events } = view;
  const old = last.view.events;
  const first = events.indexOf(old[0]);
  const shift = first < 0 ? old.indexOf(events[0]) : -first;
  if (first < 0 && shift < 0) return NONE;
  const begin = Math.max(first, 0);
  let end = begin;
  while (end < events.length && events[end] === old[end + shift]) end += 1;
  return { begin: begin + 1, end, shift };
}

/**
 * Whether rows are made from more than that: what waits, and link previews.
 * @param {View} view
 */
const hasMore = ({ pending, linkPreviews }) => pending.length > 0 || Boolean(linkPreviews);
