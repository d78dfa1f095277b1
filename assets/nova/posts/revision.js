// Changing posts that are there: another text, the end, reactions. A shell.

import { problemOf } from "../http/api.js";
import { reacted } from "./post_rules.js";
import { words } from "./words.js";

/**
 * @typedef {import("./post_rules.js").Post} Post
 */

export class Revision {
  /**
   * @param {{
   *   store: import("./posts.js").PostStore, texts: import("./texts.js").Texts, mintId(): string, myId(): string,
   *   api: {call(method: string, path: string, options: {body?: unknown, key?: string}): Promise<any>},
   *   find(id: string): Post | undefined, take(post: Post): void, onChange(): void, removeComment(id: string): Promise<void>,
   *   notify(failed: import("../errors/error_center.js").Failed): void
   * }} deps  `take`: a post as it is now; `onChange`: another post is in hand
   */
  constructor(deps) {
    this.deps = deps;
    this.editingId = "";
    this.askingId = "";
  }

  /**
   * Edit a post in its place, with the text that was begun before.
   * @param {string} id
   */
  begin(id) {
    const { store, texts, find } = this.deps;
    this.editingId = id;
    store.set({ revision: texts.get(id) || (find(id)?.text ?? ""), revision_problem: "", revision_text: "" });
    this.deps.onChange();
  }

  /** @param {string} text */
  write(text) {
    this.deps.store.set({ revision: text });
    this.deps.texts.write(this.editingId, text);
  }

  cancel() {
    this.deps.texts.drop(this.editingId);
    this.#close();
  }

  /** The text is dropped only when the server has it. */
  async save() {
    const { store, texts, api, find } = this.deps;
    const id = this.editingId;
    if (store.get().revision_busy || !id) return;
    const text = store.get().revision;
    if (text === find(id)?.text) return this.cancel();
    texts.write(id, text);
    store.set({ revision_busy: true, revision_problem: "", revision_text: "" });
    try {
      this.deps.take(await api.call("PATCH", `posts/${id}`, { body: { text }, key: texts.send(id) }));
      texts.drop(id);
      if (this.editingId === id) this.#close();
    } catch (fault) {
      if (this.editingId === id) store.set(words("revision", fault));
    }
    store.set({ revision_busy: false });
  }

  #close() {
    this.editingId = "";
    this.deps.onChange();
  }

  /**
   * Ask before a post or a comment is deleted; without one, stop asking.
   * @param {string} id
   */
  ask(id) {
    this.askingId = id;
    this.deps.onChange();
  }

  async remove() {
    const { api, find, take, notify, mintId } = this.deps;
    const id = this.askingId;
    const post = find(id);
    this.ask("");
    try {
      if (!post) return await this.deps.removeComment(id);
      await api.call("DELETE", `posts/${id}`, { key: mintId() });
      take({ ...post, deleted: true });
    } catch (fault) {
      notify(problemOf(fault));
    }
  }

  /**
   * Set or remove a reaction: shown at once, and taken back with the reason if it is refused.
   * @param {string} id
   * @param {string} emoji
   */
  async react(id, emoji) {
    const { api, find, take, notify, mintId, myId } = this.deps;
    const before = find(id);
    if (!before) return;
    const isOn = !before.reactions.some((reaction) => reaction.emoji === emoji && reaction.user_ids.includes(myId()));
    const change = (/** @type {boolean} */ on) => {
      const post = find(id);
      if (post) take({ ...post, reactions: reacted([...post.reactions], myId(), emoji, on) });
    };
    change(isOn);
    try {
      await api.call(isOn ? "PUT" : "DELETE", `posts/${id}/reactions/${encodeURIComponent(emoji)}`, { key: mintId() });
    } catch (fault) {
      change(!isOn);
      notify(problemOf(fault));
    }
  }
}
