// Whether this browser shows notifications of new messages, and which message becomes one. A shell.

import { readText } from "../base/local_storage.js";
import { loadWhenPossible } from "../loading/page_loading.js";

export const NOTIFICATIONS_KEY = "nova:notifications";

/** @type {Promise<import("./desktop_notifications.js").Notifier> | null} created once, when the setting is on */
let notifier = null;
let isEnabled = false;

/** Whether the last notification could not be shown: settings say so until one can. */
export let hasFailed = false;
export const setFailed = (failed = true) => void (hasFailed = failed);

/** Start or stop showing notifications, as this browser's setting says now. */
export function applyNotificationSetting() {
  isEnabled = readText(NOTIFICATIONS_KEY) !== null;
  if (isEnabled) notifier ??= loadWhenPossible(() => import("./desktop_notifications.js")).then((module) => module.createNotifier(setFailed));
}

/**
 * Show a notification of a new message, where the setting is on.
 * @param {import("../base/types.js").MessageEvent} event
 * @param {import("../messages/conversation_store.js").ConversationStore | undefined} conversations
 */
export function notifyOfMessage(event, conversations) {
  const summary = isEnabled && conversations?.summaries.get(event.conversation_id);
  if (!summary) return;
  const author = conversations?.people(summary.id).get(event.author_id)?.display_name || event.author_name || "Unknown user";
  const { conversation_id, seq, text } = event;
  const message = { conversation_id, seq, text, author, place: summary.kind === "group" ? summary.title : "" };
  void notifier?.then((notifier) => isEnabled && notifier?.add(message));
}
