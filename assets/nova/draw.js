// What the stores show of a messenger. Reads everything, changes only the stores.

import { LIMITS } from "./codes.js";
import { byActivity, subtitleOf, titleOf, toItem } from "./conversations.js";
import { listNames } from "./people.js";
import { buildRows } from "./timeline.js";

const COUNTER_FROM = 0.9;

/** @param {import("./messenger.js").Messenger} messenger */
export function draw(messenger) {
  const { world, sending, given, activeId } = messenger;
  const summary = world.summaries.get(activeId);
  const draft = activeId ? messenger.drafts.get(activeId) : "";
  const refusal = draft ? sending.refusal(draft) : "";
  const history = messenger.history.stateOf(activeId);
  given.status.waits(sending.outbox.waiting, sending.outbox.oldestAt);
  given.store.set({
    ready: sending.storage !== null,
    storage: sending.storage?.kind ?? "",
    ...drawList(messenger),
    active_id: activeId,
    active_title: summary ? titleOf(summary, messenger.me.user_id) : "",
    active_kind: summary?.kind ?? "",
    active_subtitle: summary ? subtitleOf(summary, messenger.me.user_id) : "",
    history: activeId && history === "idle" ? "loading" : history,
    has_older: world.logs.get(activeId)?.hasOlder ?? false,
    loading_older: messenger.history.isLoadingOlder,
    typing_label: typingLabel(world.typists(activeId, Date.now())),
    rows: drawRows(messenger),
    draft,
    can_send: sending.storage !== null && draft.trim() !== "" && refusal === "",
    draft_problem: refusal,
    draft_note: refusal ? "" : counter(draft),
    outbox_count: sending.outbox.waiting,
    new_below: messenger.newBelow,
  });
}

/** @param {import("./messenger.js").Messenger} messenger */
function drawList(messenger) {
  const { world, sending, connection, given } = messenger;
  const known = world.summaries.size > 0 || connection.model.synced;
  if (!known) return {};
  const failed = sending.outbox.items.filter((item) => item.state === "failed");
  const view = {
    myId: messenger.me.user_id,
    activeId: messenger.activeId,
    failed: new Set(failed.map((item) => item.conversation_id)),
    now: new Date(),
    place: PLACE,
  };
  const items = byActivity([...world.summaries.values()]).map((summary) => toItem(summary, view));
  const old = given.store.get().conversations;
  const isSame = old.length === items.length && items.every((item, i) => JSON.stringify(item) === JSON.stringify(old[i]));
  return {
    conversations: isSame ? old : items,
    conversations_state: "ready",
    unread_total: items.reduce((sum, item) => sum + item.unread, 0),
  };
}

/** @param {import("./messenger.js").Messenger} messenger */
function drawRows(messenger) {
  const { world, sending, activeId, me, given } = messenger;
  const log = world.logs.get(activeId);
  const { rows, byKey } = buildRows(
    {
      events: log?.events ?? [],
      pending: sending.outbox.items.filter((item) => item.conversation_id === activeId),
      me,
      people: world.people(activeId).set(me.user_id, me),
      deliveredTo: world.reachedByAll(activeId, "delivered"),
      readTo: world.reachedByAll(activeId, "read"),
      newAfter: messenger.newAfter,
      now: new Date(),
      place: PLACE,
    },
    messenger.drawnRows,
  );
  messenger.drawnRows = byKey;
  const old = given.store.get().rows;
  return old.length === rows.length && rows.every((row, i) => row === old[i]) ? old : rows;
}

/** @type {import("./clock.js").Place} undefined: the browser's own */
const PLACE = { locale: undefined, timeZone: undefined };

/** @param {string[]} names */
function typingLabel(names) {
  if (names.length === 0) return "";
  return `${listNames(names)} ${names.length === 1 ? "is" : "are"} typing…`;
}

/** @param {string} draft */
function counter(draft) {
  const length = draft.length > LIMITS.text_max_chars * COUNTER_FROM ? [...draft].length : 0;
  if (length < LIMITS.text_max_chars * COUNTER_FROM) return "";
  return `${length.toLocaleString("en")} / ${LIMITS.text_max_chars.toLocaleString("en")}`;
}
