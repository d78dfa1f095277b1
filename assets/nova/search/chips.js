// The operators of a query as chips: those that are set, and those that one click sets. Pure.

/**
 * @typedef {import("../generated/types.js").ChipItem} ChipItem
 * @typedef {{kind: string, value: string, start: number, end: number}} Operator  with its place in the query
 */

/** The parts of a query as the server reads them (nova_app/domain/search.py). */
const PART = /(?:([A-Za-z]+):)?(?:"([^"]*)"?|([^\s"]+))|\S/g;
const KINDS = ["is", "from", "in", "has", "mentions", "replies", "reacted", "before", "after"];
const CONTENTS = ["link", "image", "file"];
/** What can be looked for alone. */
const SORTS = ["message", "post"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OFFERED = ["is:message", "is:post", "mentions:me", "has:file", "has:image", "has:link", "from:me", "replies:me", "reacted:me"];
const WEEK_MS = 7 * 86_400_000;

/**
 * @param {string} text
 * @param {number} now
 * @returns {ChipItem[]}  those that are set first, in the order of the query
 */
export function chipsOf(text, now) {
  const set = operatorsOf(text).map(({ kind, value, start, end }) => ({ term: text.slice(start, end), kind, value, is_set: true }));
  const hasDay = set.some(({ kind }) => kind === "before" || kind === "after");
  const week = `after:${new Date(now - WEEK_MS).toISOString().slice(0, 10)}`;
  const offered = (hasDay ? OFFERED : [...OFFERED, week]).map((term) => {
    const [kind, value] = term.split(":");
    return { term, kind, value, is_set: false };
  });
  const hasSort = set.some(({ kind }) => kind === "is");
  const isSet = (/** @type {ChipItem} */ chip) => (chip.kind === "is" && hasSort) || set.some(({ kind, value }) => kind === chip.kind && value.toLowerCase() === chip.value);
  return [...set, ...offered.filter((chip) => !isSet(chip))];
}

/**
 * The query with an operator more, or without it where it has it.
 * @param {string} text
 * @param {string} term  as in its chip
 * @returns {string}
 */
export function toggled(text, term) {
  const found = operatorsOf(text).find(({ start, end }) => text.slice(start, end) === term);
  const without = found ? `${text.slice(0, found.start).trimEnd()} ${text.slice(found.end).trimStart()}` : `${text.trimEnd()} ${term}`;
  return without.trim();
}

/**
 * @param {string} text
 * @returns {Operator[]}
 */
function operatorsOf(text) {
  return [...text.matchAll(PART)].flatMap((match) => {
    const kind = (match[1] ?? "").toLowerCase();
    const value = (match[2] ?? match[3] ?? "").trim();
    return isOperator(kind, value) ? [{ kind, value, start: match.index, end: match.index + match[0].length }] : [];
  });
}

/**
 * @param {string} kind
 * @param {string} value
 */
function isOperator(kind, value) {
  if (!KINDS.includes(kind) || !value) return false;
  if (kind === "has") return CONTENTS.includes(value.toLowerCase());
  if (kind === "is") return SORTS.includes(value.toLowerCase());
  return kind === "before" || kind === "after" ? DAY.test(value) : true;
}
