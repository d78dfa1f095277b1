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
const FIND_AFTER_MS = 200;
const TITLE_MAX = 99;

export class FirstRun {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<FirstRunView>, origin: string, mintId(): string,
   *   get(path: string): Promise<any>, post(path: string, body: unknown, key: string): Promise<any>,
   *   setTimer(work: () => void, ms: number): any, clearTimer(timer: any): void, send(conversationId: string, text: string): Promise<unknown>, go(path: string): void
   * }} deps  `send`: keep the message until it is delivered
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Person[]} who was found */
    this.people = [];
    /** @type {Map<string, Person>} by user name, in the order of the choice */
    this.chosen = new Map();
    /** Which question counts: an answer to an earlier one is dropped. */
    this.asked = 0;
    /** @type {any} */
    this.timer = undefined;
    /** However often it is sent, one conversation is made. */
    this.key = deps.mintId();
  }

  /** Load who is here, or who has the name that is looked for. */
  async load() {
    const { store, get } = this.deps;
    const request = (this.asked += 1);
    const { wanted } = store.get();
    try {
      const { items, has_more } = await get(`users?limit=${PEOPLE_MAX}&q=${encodeURIComponent(wanted)}`);
      if (request !== this.asked) return;
      this.people = items;
      this.render({ state: "ready", has_more: wanted ? store.get().has_more : has_more, problem_code: "", problem_text: "" });
    } catch (fault) {
      if (!(fault instanceof ApiError)) throw fault;
      if (request !== this.asked) return;
      const state = store.get().state === "ready" ? "ready" : "error";
      store.set({ state, problem_code: fault.code, problem_text: fault.message });
    }
  }

  /** @param {string} wanted  a part of a name */
  find(wanted) {
    this.deps.store.set({ wanted });
    this.deps.clearTimer(this.timer);
    this.timer = this.deps.setTimer(() => void this.load(), FIND_AFTER_MS);
  }

  /** @param {string} username  chosen, or not any more */
  choose(username) {
    const person = this.people.find((one) => one.username === username);
    if (!this.chosen.delete(username) && person) this.chosen.set(username, person);
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
    const names = [...this.chosen.values()].map(({ display_name }) => display_name);
    // Who was chosen stays in sight, whatever is looked for.
    const shown = new Map([...this.people, ...this.chosen.values()].map((person) => [person.username, person]));
    this.deps.store.set({
      ...changed,
      people: [...shown.values()].map((person) => this.#item(person)),
      chosen: names.length,
      chosen_names: listNames(names),
      can_start: names.length > 0 && showsSomething(text),
    });
  }

  #conversation() {
    const members = [...this.chosen.keys()];
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
