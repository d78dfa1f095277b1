// Renders the open conversation. Reads everything, changes only the store. A shell.

import { serverOrigin } from "../base/origin.js";
import { HERE } from "../base/dates.js";
import { LIMITS } from "../generated/codes.js";
import { LOAD as IDLE } from "../generated/stores/conversation.js";
import { startLabel, subtitleOf, titleOf } from "../conversation_list/list_items.js";
import { failedFiles, toFile } from "../files/upload_items.js";
import { presenceLabel, typingLabel } from "./presence_labels.js";
import { buildRows } from "./rows.js";
import { showsSomething } from "../base/visible_text.js";

const COUNTER_FROM = 0.9;

/** @param {import("./open_conversation.js").OpenConversation} open */
export function render(open) {
  const { messenger, historyLoader, windowLoader, store } = open;
  const { conversationStore, outboxWorker, activeId, me, drafts } = messenger;
  const isFormer = conversationStore.left.has(activeId);
  const summary = conversationStore.summaries.get(activeId) ?? conversationStore.left.get(activeId);
  const draft = activeId ? drafts.get(activeId) : "";
  const chips = messenger.files?.chosen(activeId) ?? [];
  const failed_files = failedFiles(chips);
  const refusal = refusalOf(open, draft, chips);
  store.set({
    ready: outboxWorker.storage !== null && !isFormer,
    is_former: isFormer,
    storage: outboxWorker.storage?.kind ?? "",
    active_id: activeId,
    active_title: summary ? titleOf(summary, me.user_id) : "",
    active_kind: summary?.kind ?? "",
    active_subtitle: summary && !isFormer ? subtitleOf(summary, me.user_id) : "",
    active_presence: summary && !isFormer ? presenceLabel(summary, me.user_id, conversationStore.online) : "",
    start_label: summary ? startLabel(summary, HERE, new Date()) : "",
    history: historyOf(open),
    problem_code: historyLoader.faults.get(activeId)?.code ?? "",
    problem_text: historyLoader.faults.get(activeId)?.message ?? "",
    has_older: windowLoader.messageWindow.hasOlder,
    has_newer: windowLoader.messageWindow.hasNewer,
    is_away: windowLoader.messageWindow.hasNewer || open.isFar || open.newBelow > 0,
    is_live: open.isAtBottom && !windowLoader.messageWindow.hasNewer,
    older: windowLoader.older,
    newer: windowLoader.newer,
    jump: historyLoader.stateOf(activeId) === "missing" ? IDLE : windowLoader.jump,
    target_seq: open.target,
    typing_label: typingLabel(conversationStore.typists(activeId, Date.now())),
    rows: renderRows(open),
    draft,
    can_send: outboxWorker.storage !== null && !isFormer && (showsSomething(draft) || chips.length > 0) && !refusal && !failed_files && canKeep(open, chips),
    draft_problem: refusal,
    draft_note: refusal || failed_files ? "" : counter(draft),
    failed_files,
    chips: renderChips(open, chips),
    new_below: open.newBelow,
  });
  open.receipts.render(messenger, windowLoader.messageWindow.events);
}

/**
 * @param {import("./open_conversation.js").OpenConversation} open
 * @param {string} draft
 * @param {unknown[]} chips
 */
function refusalOf(open, draft, chips) {
  if (chips.length > LIMITS.files_max) return "too_many_files";
  return draft || chips.length ? open.messenger.outboxWorker.refusal(draft) : "";
}

/**
 * Whether this browser can keep these files until they are sent; otherwise they have to be on the server first.
 * @param {import("./open_conversation.js").OpenConversation} open
 * @param {import("../files/uploads.js").Upload[]} chips
 */
function canKeep(open, chips) {
  return open.messenger.outboxWorker.storage?.kind !== "localstorage" || chips.every((chip) => chip.state === "done");
}

/**
 * @param {import("./open_conversation.js").OpenConversation} open
 * @param {import("../files/uploads.js").Upload[]} chips
 */
function renderChips(open, chips) {
  const old = open.store.get().chips;
  const rendered = chips.map(toFile);
  return JSON.stringify(rendered) === JSON.stringify(old) ? old : rendered;
}

/** @param {import("./open_conversation.js").OpenConversation} open */
function renderRows(open) {
  const { conversationStore, outboxWorker, activeId, me, files } = open.messenger;
  const { events, hasNewer } = open.windowLoader.messageWindow;
  const pending = outboxWorker.outbox.items.filter((item) => item.conversation_id === activeId);
  const { rows, byKey } = buildRows(
    {
      events,
      // What waits comes behind the newest: where those are not shown, it is not either.
      pending: hasNewer ? [] : pending,
      me,
      people: conversationStore.summaries.has(activeId) ? conversationStore.people(activeId).set(me.user_id, me) : null,
      known: conversationStore.known,
      origin: serverOrigin(),
      deliveredTo: conversationStore.reachedByAll(activeId, "delivered"),
      readTo: conversationStore.reachedByAll(activeId, "read"),
      othersSince: othersSince(conversationStore.people(activeId), me.user_id),
      newAfter: open.newAfter,
      files: { origin: serverOrigin(), find: (key) => files?.find(key), preview: (key) => files?.preview(key) ?? "" },
      now: new Date(),
      place: HERE,
    },
    open.renderedRows,
  );
  open.renderedRows = byKey;
  const old = open.store.get().rows;
  if (old.length === rows.length && rows.every((row, i) => row === old[i])) return old;
  if (!open.isAtBottom) open.scrollAnchor.hold();
  return rows;
}

/** @param {import("./open_conversation.js").OpenConversation} open */
function historyOf({ messenger, historyLoader, windowLoader }) {
  const state = historyLoader.stateOf(messenger.activeId);
  if (state === "missing") return state;
  if (windowLoader.messageWindow.events.length) return "ready";
  return windowLoader.isAwaited || (messenger.activeId && state === "idle") ? "loading" : state;
}

/**
 * The number of the event that let in the first other member.
 * @param {Map<string, import("../base/types.js").Person>} people
 * @param {string} myId
 */
function othersSince(people, myId) {
  const others = [...people.values()].filter(({ user_id }) => user_id !== myId);
  return others.length ? Math.min(...others.map(({ joined_seq = 0 }) => joined_seq)) : 0;
}

/** @param {string} draft */
function counter(draft) {
  const length = draft.length > LIMITS.text_max_chars * COUNTER_FROM ? [...draft].length : 0;
  if (length < LIMITS.text_max_chars * COUNTER_FROM) return "";
  return `${length.toLocaleString("en")} / ${LIMITS.text_max_chars.toLocaleString("en")}`;
}
