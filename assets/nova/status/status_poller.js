// Polls Nova's status while the page is visible. Pure: what it needs is passed in.

import { ApiError } from "../http/api.js";
import { momentLabel, timeLabel } from "../base/dates.js";

/** @typedef {import("../generated/types.js").AlertItem} Alert */

const EVERY_MS = 5_000;
const HALF_HOUR_MS = 1_800_000;

export class StatusPoller {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/status.js").DEFAULTS.status>,
   *   get(path: string): Promise<any>, isVisible(): boolean, now(): Date, setTimer(work: () => void, ms: number): any
   * }} deps
   */
  constructor(deps) {
    this.deps = deps;
    this.isAsking = false;
    this.isWaiting = false;
    /** Which question counts: an answer to an earlier one is dropped. */
    this.asked = 0;
  }

  /** What was asked for may never be answered: ask once more, and go on asking. */
  askAgain() {
    this.isAsking = false;
    return this.ask();
  }

  /** Ask now, and go on asking. */
  async ask() {
    if (this.isAsking) return;
    this.isAsking = true;
    const request = (this.asked += 1);
    try {
      const answer = await this.deps.get("status");
      if (request === this.asked) this.#show(answer);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (request !== this.asked) return;
      // What was known last stays on the page, and the page says how old it is.
      const { state } = this.deps.store.get();
      const isNew = state === "loading" || state === "error";
      this.deps.store.set({
        state: isNew ? "error" : "stale",
        problem_code: fault.code,
        problem_text: fault.message,
      });
    } finally {
      if (request === this.asked) this.isAsking = false;
      this.#wait();
    }
  }

  #wait() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    this.deps.setTimer(() => {
      this.isWaiting = false;
      if (this.deps.isVisible()) void this.ask();
      else this.#wait();
    }, EVERY_MS);
  }

  /** @param {any} answer */
  #show(answer) {
    const { is_admin, is_well } = answer;
    this.deps.store.set({ state: "ready", problem_code: "", problem_text: "", is_admin, is_well, ...(is_admin ? this.#details(answer) : {}) });
  }

  /** @param {any} answer */
  #details(answer) {
    const { version, revision, since, figures, day = [], kinds, alerts_state, alerts, dashboards_url } = answer;
    return {
      verdict: verdictOf(answer),
      version: revision === "unknown" ? version : `${version} (${revision})`,
      since_label: momentLabel(new Date(since)),
      updated_label: timeLabel(this.deps.now()),
      figures,
      day: halfHours(day, this.deps.now()),
      bad_half_hours: day.filter((/** @type {string} */ state) => state === "bad").length,
      kinds,
      alerts_state,
      alerts: alerts.map((/** @type {Alert} */ alert) => ({ ...alert, since: momentLabel(new Date(alert.since)) })),
      dashboards_url,
    };
  }
}

/**
 * The half hours of a day, each with the time at which it began.
 * @param {string[]} states  oldest first; the last one is now
 * @param {Date} now
 */
export function halfHours(states, now) {
  const current = Math.floor(now.getTime() / HALF_HOUR_MS);
  return states.map((state, i) => ({ state, label: timeLabel(new Date((current - states.length + 1 + i) * HALF_HOUR_MS)) }));
}

/**
 * One word for all that is known.
 * @param {{figures: {is_bad: boolean}[], alerts: {severity: string}[]}} answer
 */
export function verdictOf({ figures, alerts }) {
  if (alerts.some(({ severity }) => severity !== "info")) return "alerts";
  return figures.some(({ is_bad }) => is_bad) ? "figures" : "good";
}
