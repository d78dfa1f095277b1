// Nova's service worker: shows notifications where a page may not, and nothing else.

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? "/"));
});

/** @param {string} path  of the conversation */
async function open(path) {
  const [page] = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!page) return clients.openWindow(path);
  page.postMessage({ open: path });
  return page.focus();
}
