// The comments of one post at a time, and the comment that is being written. A shell.

import { problemOf } from "../http/api.js";
import { showsSomething } from "../base/visible_text.js";
import { words } from "./words.js";
import { withComments } from "./post_rules.js";

export class Thread {
  /**
   * @param {{
   *   store: import("./posts.js").PostStore, texts: import("./texts.js").Texts,
   *   api: import("./posts.js").PostsApi,
   *   notify(failed: import("../errors/error_center.js").Failed): void, onChange(): void
   * }} deps  `onChange`: other comments are known, or another post is open
   */
  constructor(deps) {
    this.deps = deps;
    this.postId = "";
    /** @type {import("./post_rules.js").Comment[]} */
    this.comments = [];
  }

  /**
   * Open the comments of a post, or close them.
   * @param {string} postId
   */
  toggle(postId) {
    this.postId = this.postId === postId ? "" : postId;
    this.comments = [];
    const comment = this.deps.texts.get(this.postId);
    this.deps.store.set({ thread_state: "loading", more_comments: false, comment, comment_problem: "", comment_text: "" });
    this.deps.onChange();
    if (this.postId) void this.load();
  }

  /** Read the newest comments. */
  async load() {
    const { store, api } = this.deps;
    const { postId } = this;
    if (store.get().thread_state === "error") store.set({ thread_state: "loading" });
    try {
      const page = await api.get(`posts/${postId}/comments`);
      if (this.postId !== postId) return;
      this.comments = withComments([], page.items);
      store.set({ thread_state: "ready", more_comments: page.has_more });
      this.deps.onChange();
    } catch (fault) {
      if (this.postId === postId && store.get().thread_state !== "ready") store.set({ thread_state: "error", ...words("thread", fault) });
    }
  }

  async loadOlder() {
    const { store, api, notify } = this.deps;
    const { postId, comments } = this;
    try {
      const page = await api.get(`posts/${postId}/comments?before_number=${comments[0]?.number ?? 0}`);
      if (this.postId !== postId) return;
      this.take(page.items);
      store.set({ more_comments: page.has_more });
    } catch (fault) {
      notify({ ...problemOf(fault), retry: () => void this.loadOlder() });
    }
  }

  /** @param {import("./post_rules.js").Comment[]} comments  of the post that is open */
  take(comments) {
    this.comments = withComments(this.comments, comments);
    this.deps.onChange();
  }

  /** @param {string} id  of a comment under the post that is open */
  async remove(id) {
    const comment = this.comments.find((one) => one.id === id);
    if (!comment) return;
    await this.deps.api.call("DELETE", `posts/${comment.post_id}/comments/${id}`, {});
    this.take([{ ...comment, deleted: true }]);
  }

  /** @param {string} text */
  write(text) {
    this.deps.store.set({ comment: text });
    if (text) this.deps.texts.write(this.postId, text);
    else this.deps.texts.drop(this.postId);
  }

  /** The text leaves the form only when the server has it. */
  async send() {
    const { store, texts, api } = this.deps;
    const { postId } = this;
    const text = store.get().comment;
    if (!showsSomething(text) || store.get().comment_busy) return;
    store.set({ comment_busy: true, comment_problem: "", comment_text: "" });
    try {
      const comment = await api.post(`posts/${postId}/comments`, { text }, texts.send(postId));
      texts.drop(postId);
      if (this.postId === postId) {
        store.set({ comment: "" });
        this.take([comment]);
      }
    } catch (fault) {
      if (this.postId === postId) store.set(words("comment", fault));
    }
    store.set({ comment_busy: false });
  }
}
