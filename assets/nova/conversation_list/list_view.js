// Renders the list of conversations, on every page. Reads everything, changes only the stores. A shell.

import { serverOrigin } from "../base/origin.js";
import { HERE } from "../base/dates.js";
import { byActivity, inSections, toItem } from "./list_items.js";

/** @param {import("../messages/messenger.js").Messenger} messenger */
export function renderList(messenger) {
  const { conversationStore, outboxWorker, connection, deps } = messenger;
  const { waiting, oldestAt } = outboxWorker.outbox;
  deps.connectionView.setQueued(waiting, oldestAt);
  deps.store.set({ outbox_count: waiting });
  const known = conversationStore.summaries.size > 0 || connection.model.synced;
  if (!known) return;
  const failed = outboxWorker.outbox.items.filter((item) => item.state === "failed");
  const view = {
    myId: messenger.me.user_id,
    activeId: messenger.activeId,
    origin: serverOrigin(),
    failed: new Set(failed.map((item) => item.conversation_id)),
    drafts: messenger.drafts.stored,
    online: conversationStore.online,
    typists: (/** @type {string} */ id) => conversationStore.typists(id, Date.now()),
    now: new Date(),
    place: HERE,
  };
  const items = inSections(byActivity([...conversationStore.summaries.values()]).map((summary) => toItem(summary, view)));
  const old = deps.store.get().items;
  const isSame = old.length === items.length && items.every((item, i) => JSON.stringify(item) === JSON.stringify(old[i]));
  deps.store.set({
    items: isSame ? old : items,
    state: "ready",
    unread_total: items.reduce((sum, item) => sum + (item.muted ? 0 : item.unread), 0),
  });
}
