// Lifecycle events of the page: visible, hidden, online, resumed, left. A shell.

const TICK_MS = 5_000;
const JUMP_MS = 15_000;

/**
 * @typedef {{
 *   wake(cause: string): void, offline(): void, visibility(isHidden: boolean): void,
 *   left(): void, seen(): void
 * }} Life  what the runtime does about it
 * @param {Life} handlers
 */
export function watchPageLifecycle(handlers) {
  const wake = (/** @type {string} */ cause) => () => handlers.wake(cause);
  addEventListener("online", wake("online"));
  addEventListener("offline", () => handlers.offline());
  addEventListener("focus", () => {
    handlers.wake("focus");
    handlers.seen();
  });
  addEventListener("pageshow", (event) => event.persisted && handlers.wake("pageshow"));
  // A page that is kept for Back must not keep its socket: the browser would not keep the page.
  addEventListener("pagehide", () => handlers.left());
  document.addEventListener("resume", wake("resume"));
  document.addEventListener("visibilitychange", () => {
    handlers.visibility(document.hidden);
    if (document.hidden) return;
    handlers.wake("visible");
    handlers.seen();
  });
  /** @type {any} */ (navigator).connection?.addEventListener?.("change", wake("network"));
  watchClock(wake("clock"));
}

/**
 * A computer that slept shows it by its clock; hidden tabs are held back and prove nothing.
 * @param {() => void} onJump
 */
function watchClock(onJump) {
  let last = Date.now();
  setInterval(() => {
    const gap = Date.now() - last;
    last += gap;
    if (!document.hidden && (gap > JUMP_MS || gap < 0)) onJump();
  }, TICK_MS);
}
