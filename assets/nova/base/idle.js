// Work that can wait until the page has nothing else to do. A shell.

const LATEST_MS = 10_000;
/** Safari has no idle callbacks. */
const LATER_MS = 3_000;

/** @param {() => void} work  nobody waits for it; left out where the user saves data */
export function onIdle(work) {
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work, LATER_MS);
}
