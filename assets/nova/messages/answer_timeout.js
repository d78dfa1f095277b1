// Watches messages that were sent and not answered. A shell.

import { LIMITS } from "../generated/codes.js";

export class AnswerTimeout {
  /**
   * @param {(since: number | null) => void} onOldest  when the oldest of them was sent (epoch ms); null if there is none
   * @param {(clientIds: string[]) => void} onExpired  after `answer_max_ms`
   */
  constructor(onOldest, onExpired) {
    this.onOldest = onOldest;
    this.onExpired = onExpired;
    /** @type {Map<string, number>} when each of them was sent (epoch ms) */
    this.sentAt = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Report the oldest one, and expire it in time. */
  watch() {
    const oldest = this.sentAt.size ? Math.min(...this.sentAt.values()) : null;
    this.onOldest(oldest);
    clearTimeout(this.timer);
    if (oldest === null) return;
    const left = Math.max(0, oldest + LIMITS.answer_max_ms - Date.now());
    this.timer = setTimeout(() => this.#expire(), left);
  }

  #expire() {
    const since = Date.now() - LIMITS.answer_max_ms;
    this.onExpired([...this.sentAt].flatMap(([id, at]) => (at <= since ? id : [])));
  }
}
