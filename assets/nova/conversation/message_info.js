// What can be done with the message whose details are shown. A shell.

import { browserState } from "../account/browser_notifications.js";
import { findRecord, readGeneral } from "../account/notification_record.js";
import { USUAL } from "../account/notification_rule.js";
import { copyText } from "../base/clipboard.js";
import { entryPoints } from "./entry_points.js";
import { findChosen } from "./receipts.js";

/** @typedef {import("./open_conversation.js").OpenConversation} OpenConversation */

/** What was copied from a menu is said for this time. */
const NOTE_MS = 4_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let noteTimer;

/**
 * What the browser knows about the chosen message besides.
 * @param {import("../messages/messenger.js").Messenger} messenger
 * @param {import("./conversation_state.js").ConversationState} state
 * @param {import("../base/types.js").OutboxItem[]} pending
 * @returns {import("./receipts.js").Details | null}  null if none is chosen
 */
export function readDetails(messenger, state, pending) {
  const { event, item } = findChosen(state.receiptsSeq, state.messageWindow.events, pending);
  const message = event ?? item;
  if (!state.receiptsSeq || !message) return null;
  const { me, outboxWorker, conversationStore } = messenger;
  return {
    journal: outboxWorker.journal.of(message.client_id),
    conversations: [...conversationStore.summaries.values()],
    record: event && findRecord(me.user_id, event.message_id),
    general: readGeneral(me.user_id) ?? USUAL,
    browser: browserState(),
  };
}

/** @param {() => OpenConversation | null} open */
export function createReceiptActions(open) {
  const set = (/** @type {any} */ changes) => open()?.stores.receipts.set(changes);
  const say = async (/** @type {"link" | "text"} */ what, /** @type {string} */ text) =>
    set({ result: (await copyText(text)) ? what : "failed" });
  // The buttons of a message lead here.
  entryPoints.show_details = (row) => open()?.showReceipts(row.seq || row.client_id);
  entryPoints.copy_link = async (row) => {
    const note = (await copyText(linkTo(open()?.activeId ?? "", row.seq))) ? "link" : "failed";
    set({ note });
    clearTimeout(noteTimer);
    noteTimer = setTimeout(() => set({ note: "" }), NOTE_MS);
  };
  return {
    show: (/** @type {number} */ seq) => open()?.showReceipts(seq),
    close: () => open()?.showReceipts(0),
    copy_link: () => say("link", linkTo(open()?.activeId ?? "", chosen(open())?.event?.seq ?? 0)),
    copy_text: () => {
      const found = chosen(open());
      return say("text", (found?.event ?? found?.item)?.text ?? "");
    },
    choose_target: (/** @type {string} */ target) => set({ target, result: "" }),
    forward: () => void forward(open()),
  };
}

/** @param {OpenConversation | null} open */
function chosen(open) {
  if (!open) return null;
  const { receiptsSeq, messageWindow } = open.state.get();
  return findChosen(receiptsSeq, messageWindow.events, open.messenger.outboxWorker.outbox.items);
}

/**
 * The address that leads to a message.
 * @param {string} id
 * @param {number} seq
 */
const linkTo = (id, seq) => `${location.origin}/c/${id}?m=${seq}`;

/**
 * Send the message again in another conversation: its text, and its files if they are one's own.
 * @param {OpenConversation | null} open
 */
async function forward(open) {
  const { event, item } = chosen(open) ?? {};
  const message = event ?? item;
  if (!open || !message) return;
  const { messenger, stores } = open;
  const { target, targets } = stores.receipts.get();
  const title = targets.find(({ conversation_id }) => conversation_id === target)?.title;
  if (title === undefined) return;
  const isMine = !event || event.author_id === messenger.me.user_id;
  const files = isMine ? (event?.files ?? []).map(toOutboxFile) : [];
  try {
    await messenger.outboxWorker.submit(target, message.text, files);
    stores.receipts.set({ result: "forwarded", result_title: title });
  } catch {
    messenger.deps.notify({ code: "outbox_unavailable" });
  }
}

/**
 * A file that is on the server already.
 * @param {import("../base/types.js").StoredFile} stored
 * @returns {import("../base/types.js").OutboxFile}
 */
function toOutboxFile(stored) {
  const { id, name, size_bytes, alt } = stored;
  return { key: id, name, size: size_bytes, stored, ...(alt && { alt }) };
}
