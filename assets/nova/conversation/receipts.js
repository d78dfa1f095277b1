// The details of a message, ready to be rendered: how it got here, who has received and read it, why it notified. Pure.

import { decide } from "../account/notification_rule.js";
import { withoutMarks } from "../base/plain_text.js";
import { fullLabel, timeLabel } from "../base/dates.js";
import { cut } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { titleOf } from "../conversation_list/list_items.js";
import { keepSame } from "./keep_same.js";
import { receiptsOf } from "./presence_labels.js";

/**
 * @typedef {import("../generated/types.js").ReceiptItem} ReceiptItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../base/types.js").MessageEvent} MessageEvent
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("./view_input.js").ViewInput} ViewInput
 * @typedef {typeof import("../generated/stores/conversation.js").DEFAULTS.receipts} ReceiptsView
 *
 * @typedef {{
 *   journal: import("../messages/send_journal.js").JournalEntry[], conversations: import("../base/types.js").Summary[],
 *   record: import("../account/notification_record.js").Recorded | undefined,
 *   general: import("../account/notification_rule.js").General, browser: import("../account/notification_rule.js").Browser
 * }} Details  what the browser knows about the message besides
 */

const TEXT_MAX = 200;

/**
 * Find the message whose details are shown: it is stored, or waits in the outbox.
 * @param {number | string} which  its number or its client id; 0 for none
 * @param {import("../base/types.js").RowEvent[]} events
 * @param {OutboxItem[]} pending
 * @returns {{event: MessageEvent | undefined, item: OutboxItem | undefined}}
 */
export function findChosen(which, events, pending) {
  if (!which) return { event: undefined, item: undefined };
  const event = events.find(
    /** @returns {event is MessageEvent} */
    (event) => event.type === "message" && (event.seq === which || event.client_id === which),
  );
  return { event, item: pending.find((item) => !item.kind && item.client_id === which) };
}

/**
 * Compute the details of the chosen message, if it is shown.
 * @param {ViewInput} input
 * @param {ReceiptsView} previous  lists that did not change are kept
 * @returns {ReceiptsView}
 */
export function toReceipts(input, previous) {
  const { state, summary, isFormer, pending, details, me, place } = input;
  const { event, item } = findChosen(state.receiptsSeq, state.messageWindow.events, pending);
  const message = event ?? item;
  if (!state.receiptsSeq || !summary || isFormer || !message || !details) return { ...previous, is_open: false };
  const full = (/** @type {string} */ iso) => (iso ? fullLabel(new Date(iso), place) : "");
  const files = event?.files ?? [];
  const is_mine = !event || event.author_id === me.user_id;
  const targets = details.conversations.map((one) => ({ conversation_id: one.id, title: titleOf(one, me.user_id) }));
  return {
    ...previous,
    is_open: true,
    is_mine,
    seq: event?.seq ?? 0,
    text: cut(withoutMarks(message.text), TEXT_MAX),
    time_label: timeLabel(new Date(message.created_at), place),
    queued_label: full(queuedAt(details.journal, item)),
    stored_label: full(event?.created_at ?? ""),
    edited_label: full(event?.edited_at ?? ""),
    sends: keepSame(details.journal.map((entry, at) => toSend(entry, at, place)), previous.sends),
    ...peopleOf(input, is_mine && event ? event.seq : 0, previous),
    ...whyOf(input, is_mine ? undefined : event),
    has_text: message.text !== "",
    can_forward: message.text !== "" || (is_mine && files.length > 0),
    leaves_files: !is_mine && files.length > 0,
    targets: keepSame(targets, previous.targets),
  };
}

/**
 * @param {Details["journal"]} journal
 * @param {OutboxItem | undefined} item
 */
function queuedAt(journal, item) {
  const queued = journal.find(({ what }) => what === "queued");
  return queued ? new Date(queued.at).toISOString() : (item?.created_at ?? "");
}

/**
 * @param {Details["journal"][number]} entry
 * @param {number} at
 * @param {import("../base/dates.js").Place} place
 */
function toSend({ at: moment, what, code }, at, place) {
  return { key: String(at), time_label: timeLabel(new Date(moment), place), what, code };
}

/**
 * @param {ViewInput} input
 * @param {number} seq  of an own message; 0 for none
 * @param {ReceiptsView} previous
 */
function peopleOf({ summary, me, positions, origin }, seq, previous) {
  const found = seq && summary ? receiptsOf(summary, me.user_id, seq, positions) : { read: [], delivered: [], waiting: [] };
  const list = (/** @type {"read" | "delivered" | "waiting"} */ name) =>
    keepSame(found[name].map((person) => toReceiptItem(person, origin)), previous[name]);
  return { read: list("read"), delivered: list("delivered"), waiting: list("waiting") };
}

/**
 * Why this browser notified of a message, or did not: as it was recorded, otherwise as it would be now.
 * @param {ViewInput} input
 * @param {MessageEvent | undefined} event  of somebody else
 */
function whyOf({ details, summary, me, now, place }, event) {
  const record = details?.record;
  if (!event || !details) return { why: "", why_shows: false, why_label: "", is_recorded: false };
  if (record) {
    const why_label = fullLabel(new Date(record.at), place);
    return { why: record.reason, why_shows: record.shows, why_label, is_recorded: true };
  }
  const { general, browser } = details;
  const unread = summary && { ...summary, read_seq: 0 };
  const { shows, reason } = decide({ message: event, myId: me.user_id, summary: unread, general, browser, isFocused: false, now });
  return { why: reason, why_shows: shows, why_label: "", is_recorded: false };
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
