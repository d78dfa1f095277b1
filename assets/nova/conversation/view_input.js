// Reads everything that the view of the open conversation is computed from, once for each render. A shell.

import { HERE } from "../base/dates.js";
import { serverOrigin } from "../base/origin.js";
import { readEdit } from "./edit_draft.js";
import { presentQuote, readReply } from "./reply_draft.js";

/**
 * @typedef {import("../files/uploads.js").Upload} Upload
 * @typedef {ReturnType<typeof readViewInput>} ViewInput
 */

/**
 * @param {import("../messages/messenger.js").Messenger} messenger
 * @param {import("./history_loader.js").HistoryLoader} historyLoader
 * @param {import("./conversation_state.js").ConversationState} state
 */
export function readViewInput(messenger, historyLoader, state) {
  const { conversationStore, outboxWorker, drafts, files, me } = messenger;
  const { activeId: id } = state;
  const now = new Date();
  const isMember = conversationStore.summaries.has(id);
  const pending = outboxWorker.outbox.items.filter((item) => item.conversation_id === id);
  const editing = id ? readEdit(drafts, id) : null;
  const draft = editing ? editing.text : id ? drafts.get(id) : "";
  return {
    state,
    me,
    summary: conversationStore.summaries.get(id) ?? conversationStore.left.get(id),
    isFormer: conversationStore.left.has(id),
    formerNote: conversationStore.leftBecause.get(id) ?? "",
    people: isMember ? conversationStore.people(id) : null,
    known: conversationStore.known,
    online: conversationStore.online,
    typists: conversationStore.typists(id, now.getTime()),
    positions: conversationStore.positions.get(id),
    deliveredTo: conversationStore.reachedByAll(id, "delivered"),
    readTo: conversationStore.reachedByAll(id, "read"),
    history: historyLoader.stateOf(id),
    problem: historyLoader.faults.get(id),
    pending,
    uploads: uploadsOf(pending, files),
    storage: outboxWorker.storage?.kind ?? "",
    editing,
    replying: presentQuote(id ? readReply(drafts, id)?.reply_to : undefined, state.messageWindow.events),
    draft,
    refusal: outboxWorker.outbox.refusal(draft),
    // Files belong to the new message.
    chips: editing ? [] : (files?.chosen(id) ?? []),
    origin: serverOrigin(),
    now,
    place: HERE,
  };
}

/**
 * The uploads of files that are not on the server yet, by key.
 * @param {import("../base/types.js").OutboxItem[]} pending
 * @param {import("../files/attachments.js").Attachments | null} files
 * @returns {Map<string, {upload: Upload | undefined, preview: string}>}
 */
function uploadsOf(pending, files) {
  const missing = pending.flatMap((item) => item.files ?? []).filter((file) => !file.stored);
  return new Map(missing.map(({ key }) => [key, { upload: files?.find(key), preview: files?.preview(key) ?? "" }]));
}
