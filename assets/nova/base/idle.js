// Work that can wait until the page has nothing else to do. A shell.

const LATEST_MS = 10_000;
/** Safari has no idle callbacks. */
const LATER_MS = 3_000;

const LOOK_MS = 100;
/** What is still missing by then may be missing for long. */
const DRAWN_MS = 10_000;

/**
 * @param {() => void} work  what the page does not need to show what it has, and must not hold that up
 * @param {number} [until]
 */
export function onDrawn(work, until = Date.now() + DRAWN_MS) {
  const isLoading = () => document.querySelector(".skeleton") !== null && Date.now() < until;
  onIdle(() => void (isLoading() ? setTimeout(() => onDrawn(work, until), LOOK_MS) : work()));
}

/** @param {() => void} work  nobody waits for it; left out where the user saves data */
export function onIdle(work) {
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  if (typeof requestIdleCallback === "function") requestIdleCallback(work, { timeout: LATEST_MS });
  else setTimeout(work, LATER_MS);
}
