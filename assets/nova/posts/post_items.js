// Posts and comments as the page draws them. Pure.

import { HERE, fullLabel, listLabel } from "../base/dates.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { attachmentItems } from "../files/attachment_items.js";
import { commentLabel, reactedBy } from "./post_rules.js";

/**
 * @typedef {{
 *   origin: string, now: Date, myId: string, isAdmin: boolean, readNumber: number, openId: string, editingId: string,
 *   askingId: string, nameOf(id: string): string
 * }} View  what the page shows besides the posts; `readNumber`: posts up to it were read before
 */

/**
 * @param {import("./post_rules.js").Post} post
 * @param {View} view
 * @returns {import("../generated/types.js").PostItem}
 */
export function toItem(post, view) {
  const isMine = post.author_id === view.myId;
  const edited = post.edited_at ? new Date(post.edited_at) : null;
  return {
    id: post.id,
    number: post.number,
    ...by(post, view),
    text: post.text,
    ...attachmentItems([...post.files], view),
    is_mine: isMine,
    can_delete: isMine || view.isAdmin,
    is_fresh: !isMine && post.number > view.readNumber,
    is_edited: edited !== null,
    edited_title: edited ? `Edited ${fullLabel(edited, HERE)}` : "",
    is_deleted: post.deleted === true,
    reactions: post.reactions.map((reaction) => toReaction(reaction, view)),
    comment_label: commentLabel(post.comment_count),
    is_open: view.openId === post.id,
    is_editing: view.editingId === post.id,
    is_asking: view.askingId === post.id,
  };
}

/**
 * @param {import("./post_rules.js").Comment} comment
 * @param {View} view
 * @returns {import("../generated/types.js").CommentItem}
 */
export function toCommentItem(comment, view) {
  const can_delete = view.isAdmin || comment.author_id === view.myId;
  return { id: comment.id, ...by(comment, view), text: comment.text, can_delete, is_asking: view.askingId === comment.id };
}

/**
 * @param {{author_id: string, author_name: string, author_avatar_url: string, created_at: string}} written
 * @param {View} view
 */
function by({ author_id, author_name, author_avatar_url, created_at }, { origin, now }) {
  const at = new Date(created_at);
  return {
    author_name,
    initials: initialsOf(author_name),
    hue: hueOf(author_id),
    avatar_url: imageOf({ avatar_url: author_avatar_url }, origin),
    time_label: listLabel(at, HERE, now),
    time_iso: created_at,
    time_title: fullLabel(at, HERE),
  };
}

/**
 * @param {import("./post_rules.js").Reaction} reaction
 * @param {View} view
 */
function toReaction(reaction, { myId, nameOf }) {
  const { emoji, count } = reaction;
  const user_ids = [...reaction.user_ids].sort((a, b) => Number(b === myId) - Number(a === myId));
  return { emoji, count, is_mine: user_ids.includes(myId), names: reactedBy({ emoji, count, user_ids }, nameOf) };
}
