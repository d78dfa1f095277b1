// The one place where failures arrive: shown as notices, kept in the history and the log. A shell.

import { createErrorLog } from "./error_log.js";
import { mintId } from "./ids.js";
import { Notices } from "./notices.js";

/** @typedef {import("./notices.js").Problem & {retry?: () => void, detail?: string}} Failed */

export class Errors {
  /** @param {import("./store.js").Store<typeof import("./defaults.js").DEFAULTS.errors>} store */
  constructor(store) {
    this.store = store;
    this.notices = new Notices();
    this.log = createErrorLog();
    /** @type {Map<string, () => void>} */
    this.retries = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Hear of what nobody caught, and stand still while nobody looks. */
  watch() {
    const uncaught = (/** @type {unknown} */ fault) => this.report({ code: "page_failed", detail: describe(fault) });
    addEventListener("error", (event) => event.error && uncaught(event.error));
    addEventListener("unhandledrejection", (event) => uncaught(event.reason));
    document.addEventListener("visibilitychange", () => this.pause(document.hidden));
    addEventListener("keydown", (event) => {
      if (event.key === "F6" || (event.altKey && event.code === "KeyT")) focusNotice(event);
    });
  }

  /** @param {Failed} failed */
  report(failed) {
    const { retry, detail, ...problem } = failed;
    const notice = this.notices.add({ ...problem, can_retry: Boolean(retry) }, {
      id: mintId(),
      now: Date.now(),
      time_label: new Date().toLocaleTimeString(),
    });
    if (retry) this.retries.set(notice.id, retry);
    this.log.add({ ...notice, detail: detail ?? "" });
    this.draw();
  }

  /** @param {string} id */
  dismiss(id) {
    this.notices.dismiss(id);
    this.retries.delete(id);
    // A focused button that is gone tells nobody that it lost the focus.
    this.pause(false);
  }

  /** @param {string} id */
  retry(id) {
    const retry = this.retries.get(id);
    this.dismiss(id);
    retry?.();
  }

  /** @param {boolean} isPaused */
  pause(isPaused) {
    this.notices.pause(isPaused, Date.now());
    this.draw();
  }

  /** @param {string} id */
  copy(id) {
    const notice = this.notices.history.find((item) => item.id === id);
    if (notice) void navigator.clipboard?.writeText(JSON.stringify(notice, null, 2));
  }

  save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.log.dump()], { type: "application/json" }));
    link.download = "nova-errors.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  clear() {
    this.notices = new Notices();
    this.log.clear();
    this.draw();
  }

  draw() {
    const now = Date.now();
    const until = this.notices.look(now);
    const { shown, history } = this.notices;
    this.store.set({ notices: shown, history });
    clearTimeout(this.timer);
    if (until !== Infinity) this.timer = setTimeout(() => this.draw(), Math.max(50, until - now));
  }
}

/** @param {unknown} fault */
function describe(fault) {
  return fault instanceof Error ? `${fault.name}: ${fault.message}\n${fault.stack ?? ""}` : String(fault);
}

/** @param {KeyboardEvent} event */
function focusNotice(event) {
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=notice] button"));
  if (!button) return;
  event.preventDefault();
  button.focus();
}
