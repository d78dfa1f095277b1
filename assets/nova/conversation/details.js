// The panel with the details of the open conversation: what is being done in it, and with what result. These are online
// actions: what fails says why and offers to try again. Pure: what it needs is passed in.

import { asApiError } from "../http/api.js";
import { DEFAULTS } from "../generated/stores/conversation.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { mutedUntil, toDetails } from "./details_view.js";
import { keepSame } from "./keep_same.js";

/**
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../base/types.js").Summary} Summary
 */

const PEOPLE_MAX = 20;
const SHOWN_MAX = 8;
const FIND_AFTER_MS = 200;
const CLOSED = DEFAULTS.details;
/** What belongs to one conversation only: another one begins without. */
const AT_REST = {
  mode: CLOSED.mode, title_draft: "", wanted: "", people: CLOSED.people, found: "", question: "", subject_name: "", busy: "",
  problem_code: "", problem_text: "",
};

export class ConversationDetails {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof CLOSED>, call(method: string, path: string, options?: {body?: unknown}): Promise<any>,
   *   take(summary: Summary): void, refresh(): void, go(path: string): void, now(): Date,
   *   setTimer(work: () => void, ms: number): any, clearTimer(timer: any): void
   * }} deps  `take`: the server's answer about a conversation; `refresh`: have `render` called
   */
  constructor(deps) {
    this.deps = deps;
    this.activeId = "";
    /** Whether the panel is wanted: it is shown for each conversation that the user is a member of. */
    this.isWanted = false;
    /** @type {import("./details_view.js").DetailsInput | null} what was rendered last */
    this.input = null;
    /** @type {Person[]} who was found */
    this.people = [];
    /** Which question counts: an answer to an earlier one is dropped. */
    this.asked = 0;
    /** @type {any} */
    this.timer = undefined;
    /** The member whom a question is about. */
    this.subjectId = "";
    /** Does what failed last again. */
    this.again = () => {};
  }

  /** @param {import("./details_view.js").DetailsInput} input */
  render(input) {
    const { store } = this.deps;
    this.input = input;
    if (input.state.activeId !== this.activeId) {
      this.activeId = input.state.activeId;
      this.#reset();
    }
    const isOpen = this.isWanted && input.summary !== undefined && !input.isFormer;
    store.set(isOpen ? { ...toDetails(input, store.get()), ...this.#options(input), is_open: true } : { is_open: false });
  }

  toggle() {
    if (this.isWanted) return this.close();
    this.isWanted = true;
    this.deps.refresh();
  }

  close() {
    this.isWanted = false;
    this.deps.store.set({ is_open: false });
    this.#reset();
  }

  /** @param {boolean} isModal  whether the panel covers the page */
  setModal(isModal) {
    this.deps.store.set({ is_modal: isModal });
  }

  /**
   * Show a form of the panel, or hide it again.
   * @param {"rename" | "add" | "mute"} mode
   */
  show(mode) {
    const { store, refresh } = this.deps;
    const { mode: shown, title } = store.get();
    this.#reset();
    if (shown === mode) return;
    store.set({ mode, title_draft: title });
    refresh();
    if (mode === "add") void this.find("");
  }

  cancel() {
    this.#reset();
  }

  /** @param {string} title_draft */
  editTitle(title_draft) {
    this.deps.store.set({ title_draft, problem_code: "" });
  }

  rename() {
    return this.#run("rename", async () => {
      const body = { title: this.deps.store.get().title_draft };
      this.deps.take(await this.#call("PATCH", "", body));
      this.#reset();
    });
  }

  /**
   * Look for people after a moment without typing.
   * @param {string} wanted  a part of a name
   */
  findSoon(wanted) {
    this.deps.store.set({ wanted });
    this.deps.clearTimer(this.timer);
    this.timer = this.deps.setTimer(() => void this.find(wanted), FIND_AFTER_MS);
  }

  /**
   * @param {string} wanted
   * @returns {Promise<Person[]>}  those who can be added
   */
  async find(wanted) {
    const { store, call } = this.deps;
    const request = (this.asked += 1);
    this.deps.clearTimer(this.timer);
    store.set({ problem_code: "", problem_text: "" });
    try {
      const { items } = await call("GET", `users?limit=${PEOPLE_MAX}&q=${encodeURIComponent(wanted)}`);
      if (request !== this.asked) return [];
      this.people = items;
      store.set({ found: "ready", ...this.#options(this.input) });
      return this.#candidates(this.input);
    } catch (fault) {
      if (request === this.asked) this.#fail(fault, () => this.find(wanted));
      return [];
    }
  }

  /** Add the first one who is found. */
  async addFirst() {
    const [first] = await this.find(this.deps.store.get().wanted);
    if (first) await this.add(first.username);
  }

  /** @param {string} username */
  add(username) {
    return this.#run("add", async () => {
      await this.#call("POST", "/members", { usernames: [username] });
      this.deps.store.set({ wanted: "" });
      void this.find("");
    });
  }

  /**
   * @param {string} userId
   * @param {string} role
   */
  changeRole(userId, role) {
    return this.#run("role", () => this.#call("PATCH", `/members/${userId}`, { role }));
  }

  /**
   * Ask before a member is removed.
   * @param {string} userId
   */
  askRemove(userId) {
    const member = this.input?.summary?.members.find(({ user_id }) => user_id === userId);
    if (!member) return;
    this.subjectId = userId;
    this.deps.store.set({ question: "remove", subject_name: member.display_name });
  }

  askLeave() {
    this.deps.store.set({ question: "leave" });
  }

  /** The question was answered with no. */
  dismiss() {
    this.deps.store.set({ question: "" });
  }

  /** Do what was asked about. */
  confirm() {
    const { question } = this.deps.store.get();
    this.dismiss();
    return question === "leave" ? this.#leave() : this.#remove(this.subjectId);
  }

  #leave() {
    return this.#run("leave", async () => {
      await this.#call("DELETE", "/members/me");
      this.deps.go("/");
    });
  }

  /** @param {string} userId */
  #remove(userId) {
    return this.#run("remove", () => this.#call("DELETE", `/members/${userId}`));
  }

  pin() {
    return this.#set({ pinned: !this.deps.store.get().is_pinned });
  }

  /** @param {string} choice */
  mute(choice) {
    return this.#set({ muted_until: mutedUntil(choice, this.deps.now()) });
  }

  /** @param {string} notify */
  notify(notify) {
    return this.#set({ notify: notify === "default" ? null : notify });
  }

  /** @param {object} settings  of the user, for this conversation */
  #set(settings) {
    return this.#run("settings", async () => {
      this.deps.take(await this.#call("PATCH", "/me", settings));
      this.#reset();
    });
  }

  /**
   * @param {string} method
   * @param {string} path  below the conversation
   * @param {object} [body]
   */
  #call(method, path, body) {
    return this.deps.call(method, `conversations/${this.activeId}${path}`, { body });
  }

  /**
   * Do one thing at a time; what fails is offered again.
   * @param {string} what
   * @param {() => Promise<unknown>} work
   */
  async #run(what, work) {
    const { store } = this.deps;
    const id = this.activeId;
    if (store.get().busy) return;
    store.set({ busy: what, problem_code: "", problem_text: "" });
    try {
      await work();
    } catch (fault) {
      if (id === this.activeId) this.#fail(fault, () => this.#run(what, work));
    } finally {
      if (id === this.activeId) store.set({ busy: "" });
    }
  }

  /**
   * @param {unknown} fault
   * @param {() => unknown} again
   */
  #fail(fault, again) {
    const { code, fields, message } = asApiError(fault);
    this.again = again;
    this.deps.store.set({ problem_code: code, problem_text: Object.values(fields)[0] ?? message });
  }

  #reset() {
    this.asked += 1;
    this.people = [];
    this.deps.clearTimer(this.timer);
    this.deps.store.set(AT_REST);
  }

  /** @param {import("./details_view.js").DetailsInput | null} input */
  #candidates(input) {
    const members = new Set(input?.summary?.members.map(({ user_id }) => user_id));
    return this.people.filter(({ user_id }) => !members.has(user_id)).slice(0, SHOWN_MAX);
  }

  /** @param {import("./details_view.js").DetailsInput | null} input */
  #options(input) {
    const people = this.#candidates(input).map((person) => ({
      username: person.username,
      name: person.display_name,
      about: person.status || `@${person.username}`,
      initials: initialsOf(person.display_name),
      hue: hueOf(person.user_id),
      avatar_url: imageOf(person, input?.origin ?? ""),
    }));
    return { people: keepSame(people, this.deps.store.get().people) };
  }
}
