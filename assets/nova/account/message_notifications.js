// Whether this browser shows notifications of new messages; what does it is loaded on demand. A shell.

import { readText } from "../base/local_storage.js";
import { loadWhenPossible } from "../loading/page_loading.js";

export const NOTIFICATIONS_KEY = "nova:notifications";

/** @type {Promise<import("./desktop_notifications.js").Notifier> | null} created once, when the setting is on */
let notifier = null;
let isEnabled = false;

/** Whether the last notification could not be shown: settings say so until one can. */
export let hasFailed = false;
export const setFailed = (failed = true) => void (hasFailed = failed);

/**
 * Start or stop showing notifications, as this browser's setting says now.
 * @param {() => Promise<any>} readMe
 */
export function applyNotificationSetting(readMe) {
  isEnabled = readText(NOTIFICATIONS_KEY) !== null;
  if (!isEnabled) return;
  notifier ??= loadWhenPossible(() => import("./desktop_notifications.js")).then((module) =>
    module.createNotifier({ onFault: setFailed, readMe }),
  );
}

/**
 * Show a notification of a new message, where the setting is on and the rule allows it; or withdraw one.
 * @param {import("../base/types.js").LogEvent} event
 * @param {import("../messages/conversation_store.js").ConversationStore} conversations
 */
export function notifyOfEvent(event, conversations) {
  if (isEnabled) void notifier?.then((notifier) => isEnabled && notifier?.receive(event, conversations));
}
