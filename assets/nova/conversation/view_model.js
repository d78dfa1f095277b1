// The open conversation, ready to be rendered: from its state and the facts to the fields of the store. Pure.

import { faceOf, startLabel, subtitleOf, titleOf } from "../conversation_list/list_items.js";
import { LOAD as IDLE } from "../generated/stores/conversation.js";
import { failedFiles, toFile } from "../files/upload_items.js";
import { LIMITS } from "../generated/codes.js";
import { isAwaited } from "./conversation_state.js";
import { keepSame } from "./keep_same.js";
import { presenceLabel, readerCounts, typingLabel } from "./presence_labels.js";
import { NO_QUOTE, toQuote } from "./row_marks.js";
import { toBlocks } from "./row_blocks.js";
import { minuteOf } from "./row_context.js";
import { buildRows } from "./rows.js";
import { showsSomething } from "../base/visible_text.js";

/**
 * @typedef {import("./view_input.js").ViewInput & Pick<import("./rows.js").View, "linkPreviews">} ViewInput
 * @typedef {typeof import("../generated/stores/conversation.js").DEFAULTS.messages} View
 */

const COUNTER_FROM = 0.9;
/** The roles that may delete messages of others. */
const ADMINS = ["owner", "admin"];

/**
 * Compute the view. Rows and chips that did not change are those of the previous view, so that they are not rendered again.
 * @param {ViewInput} input
 * @param {View} previous
 * @returns {View}
 */
export function toView(input, previous) {
  const rows = rowsOf(input, previous);
  return {
    ...headerOf(input),
    ...windowOf(input),
    ...composerOf(input, previous),
    typing_label: typingLabel(input.typists),
    rows,
    blocks: rows === previous.rows ? previous.blocks : toBlocks(rows, previous.blocks),
  };
}

/** @param {ViewInput} input */
function headerOf({ state, me, summary, isFormer, formerNote, online, storage, place, now, origin }) {
  const known = isFormer ? undefined : summary;
  const face = summary && faceOf(summary, me.user_id, origin);
  return {
    ready: storage !== "" && !isFormer,
    is_former: isFormer,
    former_note: formerNote,
    storage,
    active_id: state.activeId,
    active_title: summary ? titleOf(summary, me.user_id) : "",
    active_kind: summary?.kind ?? "",
    active_initials: face?.initials ?? "",
    active_hue: face?.hue ?? 0,
    active_avatar_url: face?.avatar_url ?? "",
    active_subtitle: known ? subtitleOf(known, me.user_id) : "",
    active_presence: known ? presenceLabel(known, me.user_id, online) : "",
    start_label: summary ? startLabel(summary, place, minuteOf(now)) : "",
  };
}

/** @param {ViewInput} input */
function windowOf({ state, history, problem, summary, isFormer }) {
  const { messageWindow, older, newer, jump, isAtBottom, isFar, isUnreadAbove, targetSeq } = state;
  const newBelow = isAtBottom && !messageWindow.hasNewer ? 0 : isFormer ? 0 : (summary?.unread ?? 0);
  return {
    history: historyOf(state, history),
    problem_code: problem?.code ?? "",
    problem_text: problem?.message ?? "",
    has_older: messageWindow.hasOlder,
    has_newer: messageWindow.hasNewer,
    is_away: messageWindow.hasNewer || isFar || newBelow > 0,
    is_live: isAtBottom && !messageWindow.hasNewer,
    older,
    newer,
    jump: history === "missing" ? IDLE : jump,
    target_seq: targetSeq,
    new_below: newBelow,
    is_unread_above: isUnreadAbove,
  };
}

/**
 * @param {ViewInput} input
 * @param {View} previous
 */
function composerOf({ isFormer, storage, draft, refusal, chips, editing, replying, previews, ...view }, previous) {
  const failed_files = failedFiles(chips);
  const draft_problem = chips.length > LIMITS.files_max ? "too_many_files" : draft || chips.length ? refusal : "";
  const isWritten = showsSomething(draft) || chips.length > 0;
  const canStore = storage !== "" && !isFormer && canKeep(storage, chips);
  return {
    mode: editing ? "edit" : replying ? "reply" : "new",
    replied: keepSame(replying && !editing ? toQuote(replying, view) : NO_QUOTE, previous.replied),
    draft,
    can_send: canStore && isWritten && !draft_problem && !failed_files,
    draft_problem,
    draft_note: draft_problem || failed_files ? "" : counter(draft),
    failed_files,
    chips: keepSame(chips.map((chip) => toFile(chip, previews.get(chip.key))), previous.chips),
  };
}

/**
 * Whether this browser can keep these files until they are sent; otherwise they have to be on the server first.
 * @param {string} storage
 * @param {import("../files/uploads.js").Upload[]} chips
 */
function canKeep(storage, chips) {
  return storage !== "localstorage" || chips.every((chip) => chip.state === "done");
}

/**
 * @param {ViewInput} input
 * @param {View} previous
 */
function rowsOf({ state, me, people, pending, summary, positions, ...input }, previous) {
  const { events, hasNewer, above, below } = state.messageWindow;
  const isAdmin = summary?.kind === "group" && ADMINS.includes(people?.get(me.user_id)?.role ?? "");
  const view = {
    ...input,
    events,
    hasNewer,
    above,
    below,
    // Messages that are not sent yet follow the newest one: where that is not shown, they are not either.
    pending: hasNewer ? [] : pending,
    me,
    people: people && new Map(people).set(me.user_id, me),
    othersSince: othersSince(people, me.user_id),
    newAfter: state.newAfter,
    mayDelete: isAdmin,
    mayMentionAll: isAdmin,
    readersOf: summary ? readerCounts(summary, me.user_id, positions) : undefined,
  };
  return buildRows(view, previous.rows);
}

/**
 * @param {import("./conversation_state.js").ConversationState} state
 * @param {import("./history_loader.js").HistoryState} history
 */
function historyOf(state, history) {
  if (history === "missing") return history;
  if (state.messageWindow.events.length) return "ready";
  return isAwaited(state) || (state.activeId && history === "idle") ? "loading" : history;
}

/**
 * The number of the event that let in the first other member.
 * @param {Map<string, import("../base/types.js").Person> | null} people
 * @param {string} myId
 */
function othersSince(people, myId) {
  const others = [...(people?.values() ?? [])].filter(({ user_id }) => user_id !== myId);
  return others.length ? Math.min(...others.map(({ joined_seq = 0 }) => joined_seq)) : 0;
}

/** @param {string} draft */
function counter(draft) {
  const length = draft.length > LIMITS.text_max_chars * COUNTER_FROM ? [...draft].length : 0;
  if (length < LIMITS.text_max_chars * COUNTER_FROM) return "";
  return `${length.toLocaleString("en")} / ${LIMITS.text_max_chars.toLocaleString("en")}`;
}
