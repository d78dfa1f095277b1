// What this browser does about notifications, and what it answers to a test. A shell.

import { writeText } from "../base/local_storage.js";
import { NOTIFICATIONS_KEY, hasFailed, isSwitchedOn } from "./notification_setting.js";
import { showNotification } from "./show_notification.js";

/** @typedef {"shown" | "accepted" | "worker" | "refused" | "blocked" | "unsupported" | "failed"} TestResult */

/** A browser that shows a notification says so within this time, if it says it at all. */
const SHOWN_MS = 3_000;

/** @returns {import("./notification_rule.js").Browser} */
export function browserState() {
  // A plain http address of the network has none.
  if (!("Notification" in globalThis) || !isSecureContext) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  if (hasFailed) return "failed";
  return Notification.permission === "granted" && isSwitchedOn() ? "on" : "off";
}

/**
 * Switch notifications on, with the browser's permission, or off.
 * @param {boolean} wanted
 */
export async function switchNotifications(wanted) {
  const permission = wanted ? await askPermission() : "";
  writeText(NOTIFICATIONS_KEY, permission === "granted" ? "on" : "");
}

/**
 * Show a test notification, whether or not notifications are switched on.
 * @returns {Promise<{result: TestResult, detail: string}>}  `detail`: the browser's own words about what failed
 */
export async function tryOne() {
  if (!("Notification" in globalThis) || !isSecureContext) return { result: "unsupported", detail: "" };
  const permission = await askPermission();
  if (permission !== "granted") return { result: permission === "denied" ? "blocked" : "refused", detail: "" };
  const options = { body: "New messages will look like this.", icon: "/icon.svg", data: { path: "/settings" } };
  try {
    return { result: await outcomeOf(await showNotification("Nova", options)), detail: "" };
  } catch (fault) {
    return { result: "failed", detail: fault instanceof Error ? fault.message : String(fault) };
  }
}

/** One that is refused, or that this browser does not know, shows in the permission. */
async function askPermission() {
  if (Notification.permission === "default") await Promise.resolve(Notification.requestPermission()).catch(() => undefined);
  return Notification.permission;
}

/**
 * @param {Awaited<ReturnType<typeof showNotification>>} shown
 * @returns {Promise<TestResult>}
 */
function outcomeOf(shown) {
  if ("isByWorker" in shown) return Promise.resolve("worker");
  return new Promise((resolve, reject) => {
    shown.onshow = () => resolve("shown");
    shown.onerror = () => reject(new Error("The browser reported an error."));
    setTimeout(() => resolve("accepted"), SHOWN_MS);
  });
}
