// The list of error notices: which appear, stay and disappear. Pure.

import { timeLabel } from "../base/dates.js";
import { ACTIONS, ERRORS, NOTICES } from "../generated/codes.js";
import { offersRetry } from "../http/retry.js";

const COUNTDOWN_MS = 60_000;

/**
 * @typedef {import("../generated/types.js").Notice & {ready_at: number}} Notice  `ready_at`: when trying again is right (epoch ms)
 * @typedef {{
 *   code: string, kind?: string, message?: string, request_id?: string, retry_after_ms?: number, can_retry?: boolean,
 *   retryable?: boolean,
 *   quiet?: boolean, again?: boolean
 * }} Problem  `quiet`: said elsewhere already, for the history alone; `again`: counted already
 */

export class Notices {
  constructor() {
    /** @type {Notice[]} oldest first */
    this.shown = [];
    /** @type {Notice[]} everything of this session, the newest first */
    this.history = [];
    /** @type {Map<string, number>} when a notice disappears automatically (epoch ms) */
    this.until = new Map();
    /** @type {number | null} since when a user reads a notice */
    this.pausedAt = null;
  }

  /**
   * Add a problem; the same one within ten seconds is counted instead of shown again.
   * @param {Problem} problem
   * @param {{id: string, now: number, time_label?: string}} facts
   * @returns {Notice}
   */
  add(problem, { id, now, time_label = "" }) {
    const known = ERRORS[problem.code] ?? ERRORS.unexpected_answer;
    const kind = problem.kind ?? known.kind;
    const text = problem.message ?? "";
    // A session ends once, however many calls find out and however late.
    const isSame = (/** @type {Notice} */ notice) =>
      notice.code === problem.code && (kind === "UNAUTHORIZED" || (notice.text === text && now - notice.at < NOTICES.same_ms));
    const mayRetry = problem.can_retry && offersRetry({ code: problem.code, retryable: problem.retryable ?? known.retryable });
    const shown = this.shown.find(isSame);
    const old = shown ?? this.history.find((notice) => isSame(notice) && now - notice.at < NOTICES.same_ms);
    /** @type {Notice} */
    const notice = {
      id: old?.id ?? id,
      kind,
      code: problem.code,
      text,
      wait_label: "",
      count: old ? old.count + (problem.again ? 0 : 1) : 1,
      can_retry: mayRetry || (shown?.can_retry ?? false),
      action: ACTIONS[problem.code] ?? ACTIONS[kind] ?? "",
      request_id: problem.request_id || (old?.request_id ?? ""),
      at: now,
      time_label,
      ready_at: problem.retry_after_ms ? now + problem.retry_after_ms : 0,
    };
    notice.wait_label = waitLabel(notice.ready_at, now);
    this.history = [notice, ...this.history.filter((item) => item.id !== notice.id)].slice(0, NOTICES.history);
    if (shown || !problem.quiet) this.#show(notice, now);
    return notice;
  }

  /** @param {string} id */
  dismiss(id) {
    this.shown = this.shown.filter((notice) => notice.id !== id);
    this.until.delete(id);
  }

  /**
   * It was tried again, from wherever it stood.
   * @param {string} id
   */
  retried(id) {
    this.history = this.history.map((notice) => (notice.id === id ? { ...notice, can_retry: false } : notice));
  }

  /**
   * Pause while a user reads, or the page is hidden: no notice disappears meanwhile.
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
   * Let those go whose time is over, and count the waits down.
   * @param {number} now
   * @returns {number} when to update again; Infinity for never
   */
  update(now) {
    if (this.pausedAt === null) for (const [id, until] of [...this.until]) if (until <= now) this.dismiss(id);
    this.shown = this.shown.map((notice) => {
      const wait_label = waitLabel(notice.ready_at, now);
      return wait_label === notice.wait_label ? notice : { ...notice, wait_label };
    });
    const ends = this.pausedAt === null ? [...this.until.values()] : [];
    const waits = this.shown.filter(({ ready_at }) => ready_at > now).map(({ ready_at }) => nextUpdate(ready_at, now));
    return Math.min(Infinity, ...ends, ...waits);
  }

  /**
   * @param {Notice} notice
   * @param {number} now
   */
  #show(notice, now) {
    this.shown = this.#bounded([...this.shown.filter((item) => item.id !== notice.id), notice]);
    const isCopy = notice.action === "copy";
    const stays = notice.can_retry || (notice.action !== "" && !isCopy);
    const lasts = isCopy ? NOTICES.copy_ms : NOTICES.auto_ms;
    if (stays) this.until.delete(notice.id);
    else this.until.set(notice.id, Math.max((this.pausedAt ?? now) + lasts, notice.ready_at));
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

/**
 * How long to wait still: "12 s", later than a minute "until 14:32"; empty if there is nothing to wait for.
 * @param {number} readyAt  epoch ms
 * @param {number} now
 * @returns {string}
 */
export function waitLabel(readyAt, now) {
  const left = readyAt - now;
  if (left <= 0) return "";
  if (left <= COUNTDOWN_MS) return `${Math.ceil(left / 1000)} s`;
  return `until ${timeLabel(new Date(readyAt))}`;
}

/**
 * When the label changes next.
 * @param {number} readyAt
 * @param {number} now
 */
function nextUpdate(readyAt, now) {
  const left = readyAt - now;
  return left > COUNTDOWN_MS ? readyAt - COUNTDOWN_MS : now + (left % 1000 || 1000);
}
