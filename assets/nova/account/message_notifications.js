// Whether this browser shows notifications of new messages; what does it is loaded on demand. A shell.

import { loadWhenPossible } from "../loading/page_loading.js";
import { isSwitchedOn, setFailed } from "./notification_setting.js";

/** @type {Promise<import("./desktop_notifications.js").Notifier> | null} created once, when the setting is on */
let notifier = null;
let isEnabled = false;

/**
 * Start or stop showing notifications, as this browser's setting says now.
 * @param {() => Promise<any>} readMe
 */
export function applyNotificationSetting(readMe) {
  isEnabled = isSwitchedOn();
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
