// Tells the other tabs of this account what happens to messages that wait. A shell.

/**
 * @typedef {import("./types.js").OutboxItem} OutboxItem
 * @typedef {{items: OutboxItem[], gone: string[], isCleared?: boolean}} News
 */

export class Mirror {
  /**
   * @param {string} userId
   * @param {(news: News) => void} onNews
   */
  constructor(userId, onNews) {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`nova:${userId}`);
    if (this.channel) this.channel.onmessage = (event) => onNews(event.data);
  }

  /** @param {Partial<News>} news */
  tell(news) {
    this.channel?.postMessage({ items: [], gone: [], ...news });
  }

  close() {
    this.channel?.close();
  }
}
