// What the feed knows of posts after news of them, and how reactions are counted. Pure.

/**
 * @typedef {import("../generated/types.js").PostBody} Post
 * @typedef {import("../generated/types.js").CommentBody} Comment
 * @typedef {import("../generated/types.js").ReactionBody} Reaction
 */

/**
 * The posts with a new or changed one in its place, the newest first.
 * @param {Post[]} known
 * @param {Post} post
 * @param {boolean} keepsDeleted  what is being written about it would be lost with it
 * @returns {Post[]}
 */
export function withPost(known, post, keepsDeleted) {
  const others = known.filter(({ id }) => id !== post.id);
  const isKnown = others.length < known.length;
  const oldest = known.at(-1)?.number ?? 0;
  // An older post that was not loaded yet comes with its page.
  if (!isKnown && (post.deleted || post.number < oldest)) return known;
  if (post.deleted && !keepsDeleted) return others;
  return [...others, post].sort((a, b) => b.number - a.number);
}

/**
 * A post as it came, with the user's own reaction among those that are named: of many, a frame names only some.
 * @param {Post | undefined} before
 * @param {Post} post
 * @param {string} myId
 * @param {string} actorId  whose change it is
 * @returns {Post}
 */
export function withOwnReactions(before, post, myId, actorId) {
  if (!before || actorId === myId) return post;
  const mine = new Set(before.reactions.filter(({ user_ids }) => user_ids.includes(myId)).map(({ emoji }) => emoji));
  const reactions = post.reactions.map((reaction) => {
    const isCut = reaction.count > reaction.user_ids.length && !reaction.user_ids.includes(myId);
    return isCut && mine.has(reaction.emoji) ? { ...reaction, user_ids: [myId, ...reaction.user_ids] } : reaction;
  });
  return { ...post, reactions };
}

/**
 * The reactions after the user set or removed one.
 * @param {Reaction[]} reactions
 * @param {string} myId
 * @param {string} emoji
 * @param {boolean} isOn
 * @returns {Reaction[]}
 */
export function reacted(reactions, myId, emoji, isOn) {
  const found = reactions.find((reaction) => reaction.emoji === emoji);
  if (Boolean(found?.user_ids.includes(myId)) === isOn) return reactions;
  if (!found) return [...reactions, { emoji, count: 1, user_ids: [myId] }];
  const user_ids = isOn ? [...found.user_ids, myId] : found.user_ids.filter((id) => id !== myId);
  const changed = { emoji, count: found.count + (isOn ? 1 : -1), user_ids };
  return reactions.map((reaction) => (reaction === found ? changed : reaction)).filter(({ count }) => count > 0);
}

/**
 * Who reacted, in words: "You, Ana and 3 others".
 * @param {Reaction} reaction
 * @param {(id: string) => string} nameOf  empty where it is not known
 * @returns {string}
 */
export function reactedBy({ count, user_ids }, nameOf) {
  const names = user_ids.map(nameOf).filter(Boolean);
  const others = count - names.length;
  if (others > 0) names.push(others === 1 ? "1 other" : `${others} others`);
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}

/**
 * The comments with further or deleted ones, each once, in order.
 * @param {Comment[]} known
 * @param {Comment[]} further
 * @returns {Comment[]}
 */
export function withComments(known, further) {
  const byNumber = new Map([...known, ...further].map((comment) => [comment.number, comment]));
  return [...byNumber.values()].filter(({ deleted }) => !deleted).sort((a, b) => a.number - b.number);
}

/** @param {number} count */
export function commentLabel(count) {
  if (!count) return "Comment";
  return count === 1 ? "1 comment" : `${count} comments`;
}
