// Announces changes of the outbox to the account's other tabs, and hears those of older versions, too. A shell.

import { OLDER_FORMATS, scopeOf } from "./outbox_format.js";

/**
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {{items: OutboxItem[], gone: string[], isCleared?: boolean, isSending?: boolean}} TabNews  `isSending`: this tab
 *   sends, and is awake
 */

export class TabChannel {
  /**
   * @param {string} userId
   * @param {(news: TabNews, isOlder: boolean) => void} onNews  `isOlder`: from a tab of an older version
   */
  constructor(userId, onNews) {
    this.channel = openChannel(`nova:${scopeOf(userId)}`);
    this.older = OLDER_FORMATS.map((format) => openChannel(`nova:${scopeOf(userId, format)}`));
    for (const channel of [this.channel, ...this.older]) {
      if (channel) channel.onmessage = (event) => onNews(event.data, channel !== this.channel);
    }
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
    for (const channel of [this.channel, ...this.older]) channel?.close();
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
