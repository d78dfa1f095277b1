// The three steps to the first conversation: who, its name, the first message. Pure: what it needs is passed in.

import { ApiError } from "../http/api.js";
import { cut } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf, listNames } from "../base/people.js";
import { showsSomething } from "../base/visible_text.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {typeof import("../generated/stores/first_run.js").DEFAULTS.first_run} FirstRunView
 */

const PEOPLE_MAX = 8;
const TITLE_MAX = 99;

export class FirstRun {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<FirstRunView>, origin: string, mintId(): string,
   *   get(path: string): Promise<any>, post(path: string, body: unknown, key: string): Promise<any>,
   *   send(conversationId: string, text: string): Promise<unknown>, go(path: string): void
   * }} deps  `send`: keep the message until it is delivered
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Person[]} */
    this.people = [];
    /** @type {Set<string>} user names, in the order of the choice */
    this.chosen = new Set();
    /** However often it is sent, one conversation is made. */
    this.key = deps.mintId();
  }

  /** Load who is here. */
  async load() {
    try {
      const { items, has_more } = await this.deps.get(`users?limit=${PEOPLE_MAX}`);
      this.people = items;
      this.deps.store.set({ state: "ready", has_more });
      this.render({ problem_code: "", problem_text: "" });
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (!this.people.length) this.deps.store.set({ state: "error", problem_code: fault.code, problem_text: fault.message });
    }
  }

  /** @param {string} username  chosen, or not any more */
  choose(username) {
    if (!this.chosen.delete(username)) this.chosen.add(username);
    this.key = this.deps.mintId();
    this.render();
  }

  /** @param {Partial<FirstRunView>} typed */
  edit(typed) {
    if ("title" in typed) this.key = this.deps.mintId();
    this.render(typed);
  }

  /** Make the conversation, hand over the message, and go there. */
  async start() {
    const { store, post, send, go } = this.deps;
    const { can_start, busy, text } = store.get();
    if (!can_start || busy) return;
    store.set({ busy: true, problem_code: "", problem_text: "" });
    try {
      const { id } = await post("conversations", this.#conversation(), this.key);
      await send(id, text);
      this.chosen.clear();
      this.render({ title: "", text: "" });
      go(`/c/${id}`);
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      store.set({ problem_code: fault.code, problem_text: Object.values(fault.fields)[0] ?? fault.message });
    } finally {
      store.set({ busy: false });
    }
  }

  /** @param {Partial<FirstRunView>} [changed] */
  render(changed = {}) {
    const { text } = { ...this.deps.store.get(), ...changed };
    const names = this.#chosenPeople().map(({ display_name }) => display_name);
    this.deps.store.set({
      ...changed,
      people: this.people.map((person) => this.#item(person)),
      chosen: names.length,
      chosen_names: listNames(names),
      can_start: names.length > 0 && showsSomething(text),
    });
  }

  #chosenPeople() {
    return this.people.filter(({ username }) => this.chosen.has(username));
  }

  #conversation() {
    const members = [...this.chosen];
    if (members.length === 1) return { kind: "direct", title: "", members };
    const { title, chosen_names } = this.deps.store.get();
    return { kind: "group", title: title.trim() || cut(chosen_names, TITLE_MAX), members };
  }

  /** @param {Person} person */
  #item({ user_id, username, display_name, status, avatar_url }) {
    return {
      username,
      name: display_name,
      about: status || `@${username}`,
      initials: initialsOf(display_name),
      hue: hueOf(user_id),
      avatar_url: imageOf({ avatar_url }, this.deps.origin),
      is_chosen: this.chosen.has(username),
    };
  }
}
