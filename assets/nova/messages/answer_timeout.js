// Watches messages that were sent and not answered. A shell.

import { LIMITS } from "../generated/codes.js";

export class AnswerTimeout {
  /**
   * @param {{onOldest(since: number | null): void, onExpired(clientIds: string[]): void}} deps
   *   `onOldest`: when the oldest unanswered message was sent (epoch ms); null if there is none
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Map<string, number>} when each of them was sent (epoch ms) */
    this.sentAt = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Report the oldest one, and expire it `answer_max_ms` after it was sent. */
  watch() {
    const oldest = this.sentAt.size ? Math.min(...this.sentAt.values()) : null;
    this.deps.onOldest(oldest);
    clearTimeout(this.timer);
    if (oldest === null) return;
    const left = Math.max(0, oldest + LIMITS.answer_max_ms - Date.now());
    this.timer = setTimeout(() => this.deps.onExpired(this.#expired()), left);
  }

  close() {
    clearTimeout(this.timer);
  }

  #expired() {
    const since = Date.now() - LIMITS.answer_max_ms;
    return [...this.sentAt].flatMap(([id, at]) => (at <= since ? id : []));
  }
}
