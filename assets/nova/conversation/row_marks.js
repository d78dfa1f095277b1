// What stands around and in the text of a message: the quote of a reply, reactions, mentions. Pure.

import { withoutMarks } from "../base/plain_text.js";
import { cut } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf, isolated } from "../base/people.js";
import { LIMITS } from "../generated/codes.js";
import { isMentioned } from "../messages/message_changes.js";
import { EVERYBODY, findMentions } from "../text/mention_rules.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").QuoteBody} QuoteBody
 * @typedef {import("../generated/types.js").QuoteItem} QuoteItem
 * @typedef {import("../generated/types.js").ReactionItem} ReactionItem
 * @typedef {{
 *   text: string, author_id: string, deleted: boolean, reply_to: QuoteBody | null, mentions: string[], mentions_all: boolean,
 *   reactions: import("../generated/types.js").ReactionBody[]
 * }} Marked  what a message says and has
 * @typedef {{me: Person, known: Map<string, Person>, people: Map<string, Person> | null, origin: string, mayMentionAll?: boolean}} View
 */

/** @type {QuoteItem} */
export const NO_QUOTE = { message_id: "", seq: 0, author_name: "", initials: "", hue: 0, avatar_url: "", text: "", is_deleted: false };
/** @type {never[]} */
const NONE = [];

/**
 * The marks of a row.
 * @param {Marked} message
 * @param {View} view
 */
export function marksOf(message, view) {
  const { deleted, reply_to, reactions } = message;
  if (deleted) return { mentions_me: false, mentioned: NONE, quote: NO_QUOTE, reactions: NONE };
  return {
    mentions_me: isMentioned(message, view.me),
    mentioned: mentionedBy(message, view),
    quote: reply_to ? toQuote(reply_to, view) : NO_QUOTE,
    reactions: reactions.length ? reactions.map((one) => toReaction(one, view)) : NONE,
  };
}

/**
 * Whom a text mentions that the server has not seen.
 * @param {string} text
 * @param {View} view
 * @returns {Pick<Marked, "mentions" | "mentions_all">}
 */
export function mentionsIn(text, { people, mayMentionAll = false }) {
  const ids = findMentions(text, [...(people?.values() ?? [])], mayMentionAll).map(({ user_id }) => user_id);
  return { mentions: ids.filter(Boolean), mentions_all: ids.includes("") };
}

/**
 * The user names that a text mentions.
 * @param {Pick<Marked, "mentions" | "mentions_all">} message
 * @param {View} view
 * @returns {import("../generated/types.js").Mentioned[]}
 */
function mentionedBy({ mentions, mentions_all }, { me, known }) {
  if (!mentions.length && !mentions_all) return NONE;
  const named = mentions.flatMap((id) => known.get(id) ?? []);
  const names = named.map(({ username, user_id }) => ({ username, is_me: user_id === me.user_id }));
  return mentions_all ? [...names, { username: EVERYBODY, is_me: true }] : names;
}

/**
 * @param {QuoteBody} quote
 * @param {View} view
 * @returns {QuoteItem}
 */
export function toQuote({ message_id, seq, author_id, author_name, text, deleted }, { me, known, people, origin }) {
  const person = people?.get(author_id) ?? known.get(author_id);
  const name = person?.display_name || author_name || "Unknown user";
  return {
    message_id,
    seq,
    author_name: author_id === me.user_id ? "You" : name,
    initials: initialsOf(name),
    hue: hueOf(author_id),
    avatar_url: imageOf(person, origin),
    text: cut(withoutMarks(text).replace(/\s+/g, " "), LIMITS.quote_max_chars),
    is_deleted: deleted !== undefined,
  };
}

/**
 * @param {import("../generated/types.js").ReactionBody} reaction
 * @param {View} view
 * @returns {ReactionItem}
 */
function toReaction({ emoji, count, user_ids }, { me, known, people }) {
  const isMine = user_ids.includes(me.user_id);
  const others = user_ids.filter((id) => id !== me.user_id);
  const names = others.map((id) => isolated((people?.get(id) ?? known.get(id))?.display_name ?? "someone who left"));
  return { emoji, count, is_mine: isMine, names: listAll(isMine ? ["You", ...names] : names, count) };
}

/**
 * "You, Ana, Ben and 3 others".
 * @param {string[]} names
 * @param {number} count  of all, also of those who are not named
 */
function listAll(names, count) {
  const unnamed = count - names.length;
  if (unnamed > 0) return `${names.join(", ")} and ${unnamed} ${unnamed === 1 ? "other" : "others"}`;
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names.join();
}
