// The feed, and what is being written for it: text and files survive whatever happens to one of them. A shell.

import { asApiError, plainWords, problemOf } from "../http/api.js";
import { HERE, fullLabel, listLabel } from "../base/dates.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { failedFiles, toFile } from "../files/upload_items.js";
import { attachmentItems } from "../files/attachment_items.js";
import { showsSomething } from "../base/visible_text.js";

/**
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/posts.js").DEFAULTS.posts>} PostStore
 * @typedef {{text: string, key: string, stored: any[]}} Saved  what survives a reload
 */

const STALE_MS = 30_000;

export class Posts {
  /**
   * @param {{
   *   store: PostStore, uploads: import("../files/uploads.js").Uploads, origin: string, mintId(): string, now(): number,
   *   api: {get(path: string): Promise<any>, post(path: string, body: unknown, key: string): Promise<any>},
   *   notify(failed: import("../errors/error_center.js").Failed): void, save(saved: Saved | null): void
   * }} deps
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {any[]} posts as the server sends them, newest first */
    this.known = [];
    this.key = "";
    this.askedAt = 0;
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
      if (store.get().state !== "ready") store.set({ state: "error", ...words("problem", fault) });
    }
  }

  /** Refresh when the page is visible again; every part of the page calls this when it appears. */
  onShown() {
    if (this.deps.now() - this.askedAt > STALE_MS) void this.load();
  }

  async loadMore() {
    const { store, api, notify } = this.deps;
    if (store.get().loading_more) return;
    store.set({ loading_more: true });
    try {
      const page = await api.get(`posts?before=${this.known.at(-1)?.number ?? 0}`);
      this.known = [...this.known, ...page.items];
      store.set({ has_more: page.has_more });
      this.renderFeed();
    } catch (fault) {
      notify({ ...problemOf(fault), retry: () => void this.loadMore() });
    }
    store.set({ loading_more: false });
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
    const { store, origin, now } = this.deps;
    store.set({ items: this.known.map((post) => toItem(post, origin, new Date(now()))) });
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

/**
 * @param {"problem" | "form"} where
 * @param {unknown} fault
 */
function words(where, fault) {
  const { code, message, fields } = asApiError(fault);
  // Of a refused form the fields say what is wrong.
  const reasons = Object.values(fields).map(plainWords).filter(Boolean).join(" ");
  return where === "form" ? { form_problem: code, form_text: reasons || message } : { problem_code: code, problem_text: message };
}

/**
 * @param {any} post
 * @param {string} origin
 * @param {Date} now
 */
function toItem(post, origin, now) {
  const at = new Date(post.created_at);
  return {
    id: post.id,
    author_name: post.author_name,
    initials: initialsOf(post.author_name),
    hue: hueOf(post.author_id),
    avatar_url: imageOf({ avatar_url: post.author_avatar_url }, origin),
    text: post.text,
    time_label: listLabel(at, HERE, now),
    time_iso: post.created_at,
    time_title: fullLabel(at, HERE),
    ...attachmentItems(post.files, { origin }),
  };
}
