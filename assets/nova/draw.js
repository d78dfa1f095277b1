// What the page of a conversation shows. Reads everything, changes only the store.

import { serverOrigin } from "./address.js";
import { LIMITS } from "./codes.js";
import { subtitleOf, titleOf } from "./conversations.js";
import { presenceLabel, typingLabel } from "./signs.js";
import { buildRows } from "./timeline.js";

const COUNTER_FROM = 0.9;

/** @param {import("./open_conversation.js").OpenConversation} open */
export function draw(open) {
  const { messenger, history, store } = open;
  const { world, sending, activeId, me, drafts } = messenger;
  const summary = world.summaries.get(activeId);
  const draft = activeId ? drafts.get(activeId) : "";
  const refusal = draft ? sending.refusal(draft) : "";
  const state = history.stateOf(activeId);
  const fault = state === "error" ? history.faults.get(activeId) : null;
  store.set({
    ready: sending.storage !== null,
    storage: sending.storage?.kind ?? "",
    active_id: activeId,
    active_title: summary ? titleOf(summary, me.user_id) : "",
    active_kind: summary?.kind ?? "",
    active_subtitle: summary ? subtitleOf(summary, me.user_id) : "",
    active_presence: summary ? presenceLabel(summary, me.user_id, world.online) : "",
    history: activeId && state === "idle" ? "loading" : state,
    problem_code: fault?.code ?? "",
    problem_text: fault?.message ?? "",
    older_problem_code: history.olderFault?.code ?? "",
    older_problem_text: history.olderFault?.message ?? "",
    has_older: world.logs.get(activeId)?.hasOlder ?? false,
    loading_older: history.isLoadingOlder,
    typing_label: typingLabel(world.typists(activeId, Date.now())),
    rows: drawRows(open),
    draft,
    can_send: sending.storage !== null && draft.trim() !== "" && refusal === "",
    draft_problem: refusal,
    draft_note: refusal ? "" : counter(draft),
    new_below: open.newBelow,
  });
  open.receipts.draw(messenger);
}

/** @param {import("./open_conversation.js").OpenConversation} open */
function drawRows(open) {
  const { world, sending, activeId, me } = open.messenger;
  const log = world.logs.get(activeId);
  const { rows, byKey } = buildRows(
    {
      events: log?.events ?? [],
      pending: sending.outbox.items.filter((item) => item.conversation_id === activeId),
      me,
      people: world.people(activeId).set(me.user_id, me),
      origin: serverOrigin(),
      deliveredTo: world.reachedByAll(activeId, "delivered"),
      readTo: world.reachedByAll(activeId, "read"),
      newAfter: open.newAfter,
      now: new Date(),
      place: PLACE,
    },
    open.drawnRows,
  );
  open.drawnRows = byKey;
  const old = open.store.get().rows;
  return old.length === rows.length && rows.every((row, i) => row === old[i]) ? old : rows;
}

/** @type {import("./clock.js").Place} undefined: the browser's own */
const PLACE = { locale: undefined, timeZone: undefined };

/** @param {string} draft */
function counter(draft) {
  const length = draft.length > LIMITS.text_max_chars * COUNTER_FROM ? [...draft].length : 0;
  if (length < LIMITS.text_max_chars * COUNTER_FROM) return "";
  return `${length.toLocaleString("en")} / ${LIMITS.text_max_chars.toLocaleString("en")}`;
}
