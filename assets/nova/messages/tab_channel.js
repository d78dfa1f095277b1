// Announces changes of the outbox to the account's other tabs. A shell.

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{items: OutboxItem[], gone: string[], isCleared?: boolean}} TabNews
 */

export class TabChannel {
  /**
   * @param {string} userId
   * @param {(news: TabNews) => void} onNews
   */
  constructor(userId, onNews) {
    this.channel = openChannel(`nova:${userId}`);
    if (this.channel) this.channel.onmessage = (event) => onNews(event.data);
  }

  /** @param {Partial<TabNews>} news */
  announce(news) {
    try {
      this.channel?.postMessage({ items: [], gone: [], ...news });
    } catch {
      // The browser closed the channel: the other tabs get the messages from the server.
    }
  }

  close() {
    this.channel?.close();
  }
}

/**
 * Open a channel to the other tabs; null where the browser does not provide one. Tabs work without it.
 * @param {string} name
 */
export function openChannel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
