// How many posts are unread, from the welcome and from what happens to posts. A shell over the account's store.

/** @typedef {import("../generated/types.js").PostFrame | import("../generated/types.js").PostsFrame} PostNews */

export class UnreadPosts {
  /** @param {{set(changes: {unread_posts: number}): void}} store */
  constructor(store) {
    this.store = store;
    /** Until the server has said it, none is taken for unread. */
    this.figures = { last_number: 0, read_number: Infinity, unread: 0 };
    /** @type {(news: PostNews) => void} what the page of posts does with them */
    this.notify = () => {};
  }

  /**
   * @param {PostNews} news
   * @param {string} myId
   */
  take(news, myId) {
    this.figures = news.type === "posts" ? news : counted(this.figures, news, myId);
    this.store.set({ unread_posts: this.figures.unread });
    this.notify(news);
  }
}

/**
 * @param {{last_number: number, read_number: number, unread: number}} figures
 * @param {import("../generated/types.js").PostFrame} frame
 * @param {string} myId
 */
export function counted({ last_number, read_number, unread }, { action, post }, myId) {
  const isUnread = post.author_id !== myId && post.number > read_number;
  if (isUnread && action === "created" && post.number > last_number) unread += 1;
  if (isUnread && action === "deleted") unread = Math.max(0, unread - 1);
  return { last_number: Math.max(last_number, post.number), read_number, unread };
}
