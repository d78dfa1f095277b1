// Errors that people are shown, apart from rows and banner: what comes, stays and goes. Pure.

import { ACTIONS, ERRORS, NOTICES } from "./codes.js";

/**
 * @typedef {{
 *   id: string, kind: string, code: string, text: string, wait_seconds: number, count: number, can_retry: boolean,
 *   action: string, request_id: string, at: number,
 *   time_label: string
 * }} Notice  `text`: the server's words, empty where the browser found out
 *   by itself; `action`: `sign_in`, `reload`, `copy` or empty
 * @typedef {{
 *   code: string, kind?: string, message?: string, request_id?: string, retry_after_ms?: number, can_retry?: boolean
 * }} Problem
 */

export class Notices {
  constructor() {
    /** @type {Notice[]} oldest first */
    this.shown = [];
    /** @type {Notice[]} everything of this session, the newest first */
    this.history = [];
    /** @type {Map<string, number>} when a notice leaves by itself (epoch ms) */
    this.until = new Map();
    /** @type {number | null} since when somebody reads */
    this.pausedAt = null;
  }

  /**
   * Add a problem; the same one within ten seconds is counted instead of shown again.
   * @param {Problem} problem
   * @param {{id: string, now: number, time_label?: string}} given
   * @returns {Notice}
   */
  add(problem, { id, now, time_label = "" }) {
    const known = ERRORS[problem.code] ?? ERRORS.unexpected_answer;
    const kind = problem.kind ?? known.kind;
    // A session ends once, however many calls find out and however late.
    const isSame = (/** @type {Notice} */ notice) =>
      notice.code === problem.code && (kind === "UNAUTHORIZED" || now - notice.at < NOTICES.same_ms);
    const old = this.shown.find(isSame);
    const notice = {
      id: old?.id ?? id,
      kind,
      code: problem.code,
      text: String(problem.message ?? ""),
      wait_seconds: Math.ceil((problem.retry_after_ms ?? 0) / 1000),
      count: (old?.count ?? 0) + 1,
      can_retry: problem.can_retry ?? false,
      action: ACTIONS[problem.code] ?? ACTIONS[kind] ?? "",
      request_id: problem.request_id ?? "",
      at: now,
      time_label,
    };
    this.shown = this.#bounded([...this.shown.filter((item) => item !== old), notice]);
    this.history = [notice, ...this.history.filter((item) => item.id !== notice.id)].slice(0, NOTICES.history);
    const stays = notice.can_retry || notice.action !== "";
    if (stays) this.until.delete(notice.id);
    else this.until.set(notice.id, now + Math.max(NOTICES.auto_ms, problem.retry_after_ms ?? 0));
    return notice;
  }

  /** @param {string} id */
  dismiss(id) {
    this.shown = this.shown.filter((notice) => notice.id !== id);
    this.until.delete(id);
  }

  /**
   * Somebody reads, or nobody can: nothing leaves meanwhile.
   * @param {boolean} isPaused
   * @param {number} now
   */
  pause(isPaused, now) {
    if (isPaused === (this.pausedAt !== null)) return;
    const since = this.pausedAt;
    this.pausedAt = isPaused ? now : null;
    if (since !== null) for (const [id, until] of this.until) this.until.set(id, until + now - since);
  }

  /**
   * Let those go whose time is over.
   * @param {number} now
   * @returns {number} when to look again; Infinity for never
   */
  look(now) {
    if (this.pausedAt !== null) return Infinity;
    for (const [id, until] of [...this.until]) if (until <= now) this.dismiss(id);
    return Math.min(Infinity, ...this.until.values());
  }

  /**
   * @param {Notice[]} notices
   * @returns {Notice[]}
   */
  #bounded(notices) {
    while (notices.length > NOTICES.most) {
      const first = notices.findIndex((notice) => this.until.has(notice.id));
      const [gone] = notices.splice(Math.max(0, first), 1);
      this.until.delete(gone.id);
    }
    return notices;
  }
}
