// Collects all failures: shows notices, keeps the history and the log. A shell.

import { problemOf } from "../http/api.js";
import { timeLabel } from "../base/dates.js";
import { EXPECTED_REFUSALS } from "../generated/codes.js";
import { createErrorLog } from "./error_log.js";
import { Flood } from "./flood.js";
import { mintId } from "../base/ids.js";
import { Notices } from "./notices.js";

/** @typedef {import("./notices.js").Problem & {retry?: () => void, detail?: string, fault?: unknown}} Failed */

export class ErrorCenter {
  /**
   * @param {import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.errors>} store
   * @param {<T>(load: () => Promise<T>) => Promise<T>} load  a module, as soon as that is possible
   * @param {() => boolean} isInside  whether a user is signed in, and not on a sign-in page
   */
  constructor(store, load = (load) => load(), isInside = () => true) {
    this.store = store;
    this.load = load;
    this.isInside = isInside;
    this.notices = new Notices();
    this.log = createErrorLog();
    this.flood = new Flood();
    /** @type {import("./notice_focus.js").NoticeFocus | null} loaded at rest */
    this.noticeFocus = null;
    /** @type {Map<string, Set<() => void>>} by notice: what its Retry does */
    this.retries = new Map();
    /** @type {WeakSet<object>} failed calls that are in the history already */
    this.reportedFaults = new WeakSet();
    /** The account leaves: what still fails is nobody's. */
    this.hasEnded = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Report uncaught errors, and pause the notices while the page is hidden. */
  watch() {
    addEventListener("error", (event) => event.error && this.uncaught(event.error));
    addEventListener("unhandledrejection", (event) => this.uncaught(event.reason));
    document.addEventListener("visibilitychange", () => this.attend());
    void this.load(() => import("./notice_focus.js")).then(({ NoticeFocus }) => {
      this.noticeFocus = new NoticeFocus(() => this.attend());
      this.noticeFocus.watch((id) => this.dismiss(id));
    });
    // Here before it is needed: an error may well be that nothing more can be loaded.
    void this.load(() => import("../base/clipboard.js"));
  }

  /**
   * What nobody caught gets a number, as a failed call has.
   * @param {any} fault
   */
  uncaught(fault) {
    // Cancelled on purpose, or reported already.
    if (fault?.name === "AbortError" || this.reportedFaults.has(Object(fault))) return;
    const detail = describe(fault);
    if (this.flood.allows(detail, Date.now())) this.report({ code: "page_failed", request_id: mintId(), detail });
  }

  /**
   * Record a failed call. The caller shows it in its own place; only an ended session is shown here, once.
   * @param {import("../http/api.js").ApiError} fault
   */
  onApiError(fault) {
    if (fault.code === "not_signed_in") this.signedOut(problemOf(fault));
    // What a form was refused for is shown at the form, and is no error of the session.
    else if (!EXPECTED_REFUSALS.includes(fault.code)) this.report({ ...problemOf(fault), quiet: true });
    this.reportedFaults.add(fault);
  }

  /** @param {Partial<Failed>} [found]  the call that found out */
  signedOut(found = {}) {
    if (this.isInside()) this.report({ ...found, code: "not_signed_in" });
  }

  /** @param {Failed} failed */
  report(failed) {
    // A dialog over the whole page says that another account is signed in.
    if (this.hasEnded || failed.code === "account_changed") return;
    const { retry, detail = "", fault, ...problem } = failed;
    const again = this.reportedFaults.has(Object(fault));
    const notice = this.notices.add({ ...problem, again, can_retry: Boolean(retry) }, {
      id: mintId(),
      now: Date.now(),
      time_label: timeLabel(new Date()),
    });
    if (retry) this.retries.set(notice.id, (this.retries.get(notice.id) ?? new Set()).add(retry));
    this.log.add({ ...notice, detail });
    this.render();
  }

  /** @param {string} id */
  dismiss(id) {
    this.notices.dismiss(id);
    this.render();
    this.noticeFocus?.left();
  }

  /**
   * What was true when it was shown is not any more.
   * @param {string} code
   */
  resolve(code) {
    const { shown } = this.notices;
    for (const notice of shown) if (notice.code === code) this.notices.dismiss(notice.id);
    if (shown !== this.notices.shown) this.render();
  }

  /** @param {string} id */
  retry(id) {
    const retries = this.retries.get(id) ?? [];
    this.retries.delete(id);
    this.notices.retried(id);
    this.dismiss(id);
    for (const retry of retries) retry();
  }

  /** Pause while a user reads a notice. */
  attend() {
    this.notices.pause(document.hidden || Boolean(this.noticeFocus?.isRead), Date.now());
    this.render();
  }

  /** @param {string} id */
  async copy(id) {
    const notice = this.notices.history.find((item) => item.id === id);
    const { copyText } = await this.load(() => import("../base/clipboard.js"));
    if (notice && (await copyText(JSON.stringify(notice, null, 2)))) this.store.set({ copied: id });
  }

  async save() {
    const { saveFile } = await import("../base/clipboard.js");
    saveFile("nova-errors.json", this.log.dump());
  }

  clear() {
    this.notices = new Notices();
    this.retries.clear();
    this.log.clear();
    this.render();
  }

  /** The user signed out: keep nothing of them, nor of calls that still fail. */
  end() {
    this.hasEnded = true;
    this.clear();
  }

  render() {
    const now = Date.now();
    const until = this.notices.update(now);
    const { shown, history } = this.notices;
    this.store.set({ notices: shown, history });
    clearTimeout(this.timer);
    if (until !== Infinity) this.timer = setTimeout(() => this.attend(), Math.min(0x7fffffff, Math.max(50, until - now)));
  }
}

/** @param {unknown} fault */
function describe(fault) {
  return fault instanceof Error ? `${fault.name}: ${fault.message}\n${fault.stack ?? ""}` : String(fault);
}
