// Completes mentions while one types: where the caret stands in one, who is meant, and the text with the name. Pure.

import { EVERYBODY, findMentions } from "../text/mention_rules.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {{start: number, wanted: string}} Begun  where it begins, and what follows up to the caret
 * @typedef {{username: string, name: string, person: Person | null}} Choice  without a person: everybody
 */

const SHOWN_MAX = 8;
const WANTED_MAX = 40;
/** An @ where a mention may begin, and what was typed behind it; a display name may have one space. */
const BEGUN = /(?:^|[\s([{"'])@([^\s@]*(?: [^\s@]+)?)$/u;

/**
 * Where the caret stands in a mention that is being typed; null where it does not.
 * @param {string} text
 * @param {number} caret
 * @returns {Begun | null}
 */
export function begunAt(text, caret) {
  const before = text.slice(Math.max(0, caret - WANTED_MAX - 2), caret);
  const match = BEGUN.exec(before);
  if (!match) return null;
  const start = caret - match[1].length - 1;
  // In code, links and quoted lines nobody is mentioned.
  const tried = `${text.slice(0, start)}@${EVERYBODY} ${text.slice(caret)}`;
  return findMentions(tried, [], true).some((mention) => mention.start === start) ? { start, wanted: match[1] } : null;
}

/**
 * Who may be meant, the best match first.
 * @param {string} wanted
 * @param {{people: Person[], myId: string, mayMentionAll: boolean}} room
 * @returns {Choice[]}
 */
export function choicesFor(wanted, { people, myId, mayMentionAll }) {
  const needle = folded(wanted);
  // A name that is complete already is followed by other words.
  const [first, ...others] = needle.split(" ");
  if (others.length && people.some(({ username }) => username === first)) return [];
  const all = people.map((person) => ({ username: person.username, name: person.display_name, person }));
  const everybody = mayMentionAll ? [{ username: EVERYBODY, name: "Everybody in this chat", person: null }] : [];
  return [...all, ...everybody]
    .map((choice) => ({ choice, rank: rankOf(choice, needle) + lateness(choice, myId) }))
    .filter(({ rank }) => rank < Infinity)
    .sort((a, b) => a.rank - b.rank || a.choice.name.localeCompare(b.choice.name))
    .slice(0, SHOWN_MAX)
    .map(({ choice }) => choice);
}

/**
 * Everybody comes after those who match as well, and oneself at last.
 * @param {Choice} choice
 * @param {string} myId
 */
const lateness = ({ person }, myId) => (person === null ? 0.3 : person.user_id === myId ? 0.6 : 0);

/**
 * What to replace by the name, and where the caret stands then.
 * @param {string} text
 * @param {Begun} begun
 * @param {string} username
 * @returns {{start: number, end: number, insert: string, caret: number}}
 */
export function complete(text, { start, wanted }, username) {
  const end = start + 1 + wanted.length;
  const insert = `@${username}${/\s/.test(text.charAt(end)) ? "" : " "}`;
  return { start, end, insert, caret: start + username.length + 2 };
}

/**
 * How well a name matches, 0 the best: its beginning, that of one of its words, a part, its letters in order.
 * @param {{username: string, name: string, person: Person | null}} choice
 * @param {string} needle
 * @returns {number}
 */
function rankOf({ username, name, person }, needle) {
  // A name with a space is looked for in display names only.
  const names = [folded(username), ...(person ? [folded(name)] : [])];
  if (names.some((one) => one.startsWith(needle))) return 0;
  if (names.some((one) => one.split(/[\s._-]+/).some((word) => word.startsWith(needle)))) return 1;
  if (names.some((one) => one.includes(needle))) return 2;
  return needle.length > 1 && !needle.includes(" ") && names.some((one) => hasInOrder(one, needle)) ? 3 : Infinity;
}

/**
 * @param {string} name
 * @param {string} letters
 */
function hasInOrder(name, letters) {
  let at = 0;
  for (const letter of name) if (letter === letters[at]) at += 1;
  return at === letters.length;
}

/**
 * Without case and accents.
 * @param {string} text
 */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
