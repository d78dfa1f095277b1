// Tells the other tabs of this account what happens to messages that wait. A shell.

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{items: OutboxItem[], gone: string[], isCleared?: boolean}} News
 */

export class Mirror {
  /**
   * @param {string} userId
   * @param {(news: News) => void} onNews
   */
  constructor(userId, onNews) {
    this.channel = openChannel(`nova:${userId}`);
    if (this.channel) this.channel.onmessage = (event) => onNews(event.data);
  }

  /** @param {Partial<News>} news */
  tell(news) {
    try {
      this.channel?.postMessage({ items: [], gone: [], ...news });
    } catch {
      // Closed by the browser: the other tabs hear of it from the server.
    }
  }

  close() {
    this.channel?.close();
  }
}

/**
 * A channel to the other tabs; null where the browser has none or refuses it: they work without.
 * @param {string} name
 */
export function openChannel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
