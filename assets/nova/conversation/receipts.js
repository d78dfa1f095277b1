// Who has received and read a message, ready to be rendered. Pure.

import { withoutMarks } from "../base/plain_text.js";
import { timeLabel } from "../base/dates.js";
import { cut } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { keepSame } from "./keep_same.js";
import { receiptsOf } from "./presence_labels.js";

/**
 * @typedef {import("../generated/types.js").ReceiptItem} ReceiptItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {typeof import("../generated/stores/conversation.js").DEFAULTS.receipts} ReceiptsView
 */

const TEXT_MAX = 200;

/**
 * Compute the receipts of the chosen message, if it is shown.
 * @param {import("./view_input.js").ViewInput} input
 * @param {ReceiptsView} previous  lists that did not change are kept
 * @returns {ReceiptsView}
 */
export function toReceipts({ state, me, summary, isFormer, positions, origin, place }, previous) {
  const seq = state.receiptsSeq;
  const message = state.messageWindow.events.find((event) => event.seq === seq);
  if (!seq || !summary || isFormer || message?.type !== "message") return { ...previous, is_open: false };
  const found = receiptsOf(summary, me.user_id, seq, positions);
  const list = (/** @type {keyof typeof found} */ name) =>
    keepSame(found[name].map((person) => toReceiptItem(person, origin)), previous[name]);
  return {
    is_open: true,
    text: cut(withoutMarks(message.text), TEXT_MAX),
    time_label: timeLabel(new Date(message.created_at), place),
    read: list("read"),
    delivered: list("delivered"),
    waiting: list("waiting"),
  };
}

/**
 * @param {Person} person
 * @param {string} origin
 * @returns {ReceiptItem}
 */
function toReceiptItem({ user_id, display_name, avatar_url }, origin) {
  return {
    user_id,
    name: display_name,
    initials: initialsOf(display_name),
    hue: hueOf(user_id),
    avatar_url: imageOf({ avatar_url }, origin),
  };
}
