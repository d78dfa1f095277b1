// What stands around and in the text of a message: the quote of a reply, reactions, mentions. Pure.

import { hueOf, imageOf, initialsOf, isolated } from "../base/people.js";
import { isMentioned } from "../messages/message_changes.js";
import { findMentions } from "./mentions.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../generated/types.js").QuoteBody} QuoteBody
 * @typedef {import("../generated/types.js").QuoteItem} QuoteItem
 * @typedef {import("../generated/types.js").ReactionItem} ReactionItem
 * @typedef {import("../generated/types.js").TextPart} TextPart
 * @typedef {Partial<Pick<
 *   import("../base/types.js").MessageEvent, "message_id" | "author_id" | "mentions" | "mentions_all" | "reactions" | "reply_to" | "deleted"
 * >>} Marked  what a message has besides its text
 * @typedef {{me: Person, known: Map<string, Person>, people: Map<string, Person> | null, origin: string}} View
 */

/** @type {QuoteItem} */
export const NO_QUOTE = { message_id: "", seq: 0, author_name: "", initials: "", hue: 0, avatar_url: "", text: "", is_deleted: false };
/** @type {never[]} */
const NONE = [];

/**
 * The marks of a row.
 * @param {string} text
 * @param {Marked} message
 * @param {View} view
 */
export function marksOf(text, message, view) {
  const isForMe = !message.deleted && isMentioned(message, view.me);
  return {
    mentions_me: isForMe,
    parts: message.deleted ? NONE : partsOf(text, message, view),
    quote: message.reply_to ? toQuote(message.reply_to, view) : NO_QUOTE,
    reactions: message.deleted || !message.reactions?.length ? NONE : message.reactions.map((one) => toReaction(one, view)),
  };
}

/**
 * A text in parts, where it mentions somebody; none where it does not.
 * @param {string} text
 * @param {Marked} message
 * @param {View} view
 * @returns {TextPart[]}
 */
export function partsOf(text, { mentions = NONE, mentions_all = undefined }, { me, known }) {
  if (!mentions.length && !mentions_all) return NONE;
  const members = mentions.flatMap((id) => known.get(id) ?? []);
  /** @type {TextPart[]} */
  const parts = [];
  let from = 0;
  for (const { start, end, user_id } of findMentions(text, members, mentions_all === true)) {
    if (start > from) parts.push({ text: text.slice(from, start), kind: "" });
    parts.push({ text: text.slice(start, end), kind: user_id === "" || user_id === me.user_id ? "me" : "other" });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), kind: "" });
  return parts;
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
    text: text.replace(/\s+/g, " "),
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
  const names = others.map((id) => isolated((people?.get(id) ?? known.get(id))?.display_name ?? "somebody who left"));
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
