// Shows a notification of the system, in the one way that this browser has. A shell.
//
// Some browsers (those of Android) let only a service worker show one: their constructor throws.

import { withDeadline } from "../base/deadline.js";

const WORKER_MS = 5_000;

/**
 * @param {string} title
 * @param {NotificationOptions} options
 * @param {() => void} [onClick]
 * @returns {Promise<Notification | {close(): void, isByWorker: true}>}  rejects where the browser cannot show it
 */
export async function showNotification(title, options, onClick) {
  try {
    const shown = new Notification(title, options);
    if (onClick) shown.onclick = onClick;
    return shown;
  } catch {
    return showByWorker(title, options);
  }
}

/**
 * @param {string} title
 * @param {NotificationOptions} options  a click opens the path in its `data` (see assets/sw.js)
 */
async function showByWorker(title, options) {
  const { serviceWorker } = navigator;
  await withDeadline(serviceWorker.register(workerAddress()), WORKER_MS);
  const registration = await withDeadline(serviceWorker.ready, WORKER_MS);
  await withDeadline(registration.showNotification(title, options), WORKER_MS);
  return { close: () => void close(registration, options.tag), isByWorker: /** @type {const} */ (true) };
}

/** @type {string | undefined} */
let address;

/**
 * The worker's address, as browsers want it that let only named code choose what runs (nova_app/api/content_security.py).
 * @returns {string}
 */
function workerAddress() {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  address ??= trustedTypes?.createPolicy("nova", { createScriptURL: () => "/sw.js" }).createScriptURL("");
  return address ?? "/sw.js";
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {string} [tag]
 */
async function close(registration, tag) {
  try {
    for (const shown of await registration.getNotifications({ tag })) shown.close();
  } catch {
    // One that stays is closed by the person.
  }
}
