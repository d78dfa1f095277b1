// Applies one frame of the server to what the page knows. A shell.

import { removalText } from "./summary_changes.js";

/** @typedef {import("./messenger.js").Messenger} Messenger */

const TYPING_MS = 6_000;
/** The frames of the outbox. */
const ANSWERED = ["send", "edit", "delete", "react"];

/**
 * @param {Messenger} messenger
 * @param {any} frame
 */
export function applyFrame(messenger, frame) {
  const { conversationStore, outboxWorker, deps } = messenger;
  switch (frame.type) {
    case "welcome":
      return onWelcome(messenger, frame);
    case "message":
    case "member":
    case "renamed":
    case "edited":
    case "deleted":
    case "reaction":
      onEvent(messenger, frame);
      if (conversationStore.left.has(frame.conversation_id)) outboxWorker.refuse(frame.conversation_id);
      return;
    case "ack":
      outboxWorker.ack(frame);
      deps.connectionView.banner.acked();
      return;
    case "nack":
      return onNack(messenger, frame);
    case "error":
      // An error that names the type of its frame is about something else than a message.
      if (frame.error?.code === "malformed_frame" && ANSWERED.includes(frame.frame ?? "send")) outboxWorker.refuseUnnamed(frame.error);
      return;
    case "read":
    case "delivered":
      return conversationStore.position(frame);
    case "typing":
      conversationStore.isTyping(frame, Date.now() + TYPING_MS);
      setTimeout(() => messenger.renderSoon(), TYPING_MS + 50);
      return;
    case "previews_removed":
      return messenger.view?.previewsRemoved(frame.message_id);
    case "presence":
      return conversationStore.presence(frame);
    case "profile":
      conversationStore.profile(frame);
      if (frame.user_id === messenger.me.user_id) deps.onMe(frame);
      return;
    case "conversation":
      return onConversation(messenger, frame.conversation);
    case "account_event":
      return deps.onAccountEvent(frame);
    case "post":
    case "posts":
      return deps.onPosts(frame);
    case "reset":
      deps.connectionView.stats.resets += 1;
      messenger.view?.reset(frame.conversation_id, frame.last_seq);
  }
}

/**
 * @param {Messenger} messenger
 * @param {any} frame
 */
function onWelcome({ conversationStore, outboxWorker, deps, view }, frame) {
  conversationStore.welcome(frame);
  deps.connectionView.serverHas(frame.build);
  if (frame.posts) deps.onPosts({ type: "posts", ...frame.posts });
  for (const id of conversationStore.left.keys()) outboxWorker.refuse(id);
  deps.api.recover();
  view?.welcomed();
}

/**
 * @param {Messenger} messenger
 * @param {import("../base/types.js").Summary} summary
 */
function onConversation({ conversationStore, view }, summary) {
  const isBack = conversationStore.conversation(summary);
  // Events that were sent while the user was no member are missing.
  if (isBack) view?.reset(summary.id, summary.last_seq);
  view?.onConversation(summary.id);
}

/**
 * @param {Messenger} messenger
 * @param {{client_id: string, error: import("../base/types.js").Failure}} frame
 */
function onNack({ conversationStore, outboxWorker, deps }, { client_id, error }) {
  const item = outboxWorker.outbox.find(client_id);
  outboxWorker.nack({ client_id, error });
  // The server knows no such conversation of this user: the event of their leaving was lost. Of a change, it may know
  // no such message.
  const id = item?.kind ? "" : item?.conversation_id;
  if (error.code === "not_found" && id && conversationStore.leave(id)) outboxWorker.refuse(id);
  // Shown at its row, and kept in the recent errors; a deletion or reaction that is taken back has no place there.
  if (!error.retryable) deps.notify({ ...error, quiet: !item?.kind || item.kind === "edit" });
}

/**
 * @param {Messenger} messenger
 * @param {import("../base/types.js").LogEvent} event
 */
function onEvent(messenger, event) {
  const { conversationStore, me, deps } = messenger;
  const shown = conversationStore.event(event);
  if (event.type === "member" && event.action === "removed" && event.user_id === me.user_id) {
    deps.notify({ code: "not_a_member", message: removalText(event, conversationStore.left.get(event.conversation_id)?.title) });
  }
  if (event.type === "message") onMessage(messenger, event);
  deps.onNews(event, conversationStore);
  messenger.settleShown(shown);
  if (shown.length) messenger.view?.shown(event.conversation_id, shown);
}

/**
 * @param {Messenger} messenger
 * @param {import("../base/types.js").MessageEvent} event
 */
function onMessage({ me, conversationStore, outboxWorker, deliveryReceipts }, event) {
  if (event.author_id !== me.user_id) deliveryReceipts.receive(event.conversation_id, event.seq);
  else if (!conversationStore.logs.has(event.conversation_id)) outboxWorker.settle(event);
}
