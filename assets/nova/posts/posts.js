// The feed, and what is being written for it: text and files survive whatever happens to one of them. A shell.

import { asApiError, problemOf } from "../http/api.js";
import { failedFiles, toFile } from "../files/upload_items.js";
import { showsSomething } from "../base/visible_text.js";
import { toCommentItem, toItem } from "./post_items.js";
import { withOwnReactions, withPost } from "./post_rules.js";
import { Revision } from "./revision.js";
import { Texts } from "./texts.js";
import { Thread } from "./thread.js";
import { words } from "./words.js";

/**
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/posts.js").DEFAULTS.posts>} PostStore
 * @typedef {import("./post_rules.js").Post} Post
 * @typedef {{text: string, key: string, stored: any[]}} Saved  what survives a reload
 * @typedef {"edits" | "comments"} TextKind
 * @typedef {{
 *   get(path: string): Promise<any>, post(path: string, body: unknown, key: string): Promise<any>,
 *   call(method: string, path: string, options: {body?: unknown, key?: string}): Promise<any>
 * }} PostsApi
 */

/** So many posts are read at once on the way to an old one. */
const REACH = 100;
const STALE_MS = 30_000;
/** A connection that is back this soon after the posts were read has missed nothing. */
const FRESH_MS = 2_000;

export class Posts {
  /**
   * @param {{
   *   store: PostStore, uploads: import("../files/uploads.js").Uploads, origin: string, mintId(): string, now(): number,
   *   api: PostsApi,
   *   notify(failed: import("../errors/error_center.js").Failed): void, save(saved: Saved | null): void,
   *   saveTexts(kind: TextKind, texts: Record<string, import("./texts.js").Written> | null): void,
   *   myId(): string, nameOf(id: string): string, readNumber(): number
   * }} deps  `readNumber`: of the newest post that the user has read; Infinity while that is not known
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Post[]} newest first */
    this.known = [];
    this.key = "";
    this.askedAt = 0;
    this.isAdmin = false;
    this.readNumber = deps.readNumber();
    const { store, api, notify, mintId, myId, saveTexts } = deps;
    this.edits = new Texts(mintId, (texts) => saveTexts("edits", texts));
    this.comments = new Texts(mintId, (texts) => saveTexts("comments", texts));
    const onChange = () => this.renderFeed();
    this.thread = new Thread({ store, texts: this.comments, api, notify, onChange });
    this.revision = new Revision({
      store, texts: this.edits, mintId, myId, api, notify, onChange,
      find: (id) => this.known.find((post) => post.id === id),
      take: (post) => this.take(post, myId()),
      removeComment: (id) => this.thread.remove(id),
    });
  }

  /** @param {Saved | null} saved */
  restore(saved) {
    if (!saved) return;
    this.key = saved.key;
    this.deps.uploads.restore(saved.stored);
    this.deps.store.set({ text: saved.text });
    this.renderForm();
  }

  /** Read the newest posts; what is shown stays until there is something newer. */
  async load() {
    const { store, api, now } = this.deps;
    this.askedAt = now();
    if (store.get().state === "error") store.set({ state: "loading" });
    try {
      const page = await api.get("posts");
      const overlaps = page.items.some((/** @type {any} */ post) => post.number === this.known[0]?.number);
      const older = this.known.filter((post) => post.number < (page.items.at(-1)?.number ?? 0));
      this.known = overlaps ? [...page.items, ...older] : page.items;
      store.set({ state: "ready", has_more: overlaps && older.length ? store.get().has_more : page.has_more });
      this.renderFeed();
    } catch (fault) {
      // What is on the screen stays true; only an empty one has to say why.
      const { code, message } = asApiError(fault);
      if (store.get().state !== "ready") store.set({ state: "error", problem_code: code, problem_text: message });
    }
  }

  /** Refresh when the page is visible again; every part of the page calls this when it appears. */
  onShown() {
    if (this.deps.now() - this.askedAt > STALE_MS) void this.load();
  }

  /** Read what was missed while there was no connection. */
  onConnected() {
    const isFresh = this.deps.store.get().state === "ready" && this.deps.now() - this.askedAt < FRESH_MS;
    if (!isFresh) void this.load();
    if (this.thread.postId) void this.thread.load();
  }

  /** The page was opened again: what was seen then is not new any more. */
  onOpened() {
    this.readNumber = this.deps.readNumber();
    this.renderFeed();
  }

  /** @param {import("../account/unread_posts.js").PostNews} news */
  onNews(news) {
    if (news.type === "posts") return this.readNumber === Infinity ? this.onOpened() : undefined;
    if (this.deps.store.get().state !== "ready") return;
    this.take(news.post, news.user_id);
    if (news.comment && news.post.id === this.thread.postId) this.thread.take([news.comment]);
  }

  /**
   * @param {Post} post  as it is now
   * @param {string} actorId  whose change it is
   */
  take(post, actorId) {
    const before = this.known.find(({ id }) => id === post.id);
    const isWrittenAbout = this.edits.has(post.id) || this.comments.has(post.id);
    this.known = withPost(this.known, withOwnReactions(before, post, this.deps.myId(), actorId), isWrittenAbout);
    this.renderFeed();
  }

  async loadMore() {
    const { store, notify } = this.deps;
    if (store.get().loading_more) return;
    store.set({ loading_more: true });
    try {
      await this.#readOlder();
      this.renderFeed();
    } catch (fault) {
      notify({ ...problemOf(fault), retry: () => void this.loadMore() });
    }
    store.set({ loading_more: false });
  }

  /**
   * Read as far back as a post, so that it is in the feed.
   * @param {number} number  of it
   * @returns {Promise<boolean>}  whether it is there
   */
  async reach(number) {
    const { store } = this.deps;
    while (store.get().state === "ready" && store.get().has_more && (this.known.at(-1)?.number ?? 0) > number) {
      await this.#readOlder(`&limit=${REACH}`);
    }
    this.renderFeed();
    return this.known.some((post) => post.number === number);
  }

  /** @param {string} [limit]  read the posts before the last one; what came meanwhile by another way is not added again */
  async #readOlder(limit = "") {
    const page = await this.deps.api.get(`posts?before=${this.known.at(-1)?.number ?? 0}${limit}`);
    const last = this.known.at(-1)?.number ?? Infinity;
    this.known = [...this.known, ...page.items.filter((/** @type {Post} */ post) => post.number < last)];
    this.deps.store.set({ has_more: page.has_more });
  }

  /** @param {string} text */
  edit(text) {
    this.deps.store.set({ text });
    this.renderForm();
  }

  /** Say it: text and files leave the form only when the server has them. */
  async publish() {
    const { store, uploads, api } = this.deps;
    if (!store.get().can_publish || store.get().publishing) return;
    store.set({ publishing: true, form_problem: "", form_text: "" });
    try {
      const upload_ids = uploads.items.map((item) => item.stored.id);
      await api.post("posts", { text: store.get().text, upload_ids }, this.key);
      this.key = "";
      store.set({ text: "" });
      uploads.clear();
      this.renderForm();
      await this.load();
    } catch (fault) {
      store.set({ ...words("form", fault) });
    }
    store.set({ publishing: false });
  }

  renderFeed() {
    const { store, origin, now, myId, nameOf } = this.deps;
    const { editingId, askingId } = this.revision;
    const { postId: openId, comments } = this.thread;
    const { isAdmin, readNumber } = this;
    const view = { origin, now: new Date(now()), myId: myId(), isAdmin, readNumber, openId, editingId, askingId, nameOf };
    store.set({
      items: this.known.map((post) => toItem(post, view)),
      comments: comments.map((comment) => toCommentItem(comment, view)),
    });
  }

  renderForm() {
    const { store, uploads, origin, mintId, save } = this.deps;
    const { text } = store.get();
    const isEmpty = !showsSomething(text) && !uploads.items.length;
    if (!this.key && !isEmpty) this.key = mintId();
    const stored = uploads.items.filter((item) => item.stored).map((item) => item.stored);
    save(isEmpty ? null : { text, key: this.key, stored });
    const failed_files = failedFiles(uploads.items);
    const files = uploads.items.map((item) => toFile(item, item.stored?.thumbnail_url && origin + item.stored.thumbnail_url));
    store.set({ files, failed_files, can_publish: !isEmpty && uploads.isDone });
  }
}
