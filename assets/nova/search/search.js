// Searches while a user types: the latest query wins, whatever order answers arrive in. Pure: what it needs is passed in.

import { chipsOf, toggled } from "./chips.js";
import { asApiError } from "../http/api.js";
import { HERE, dayLabel, fullLabel, listLabel, timeLabel } from "../base/dates.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { withoutMarks } from "../base/plain_text.js";
import { showsSomething } from "../base/visible_text.js";
import { inAddress } from "../base/well_formed.js";

/** @typedef {import("../generated/types.js").HitItem} HitItem */

const TYPING_MS = 200;
const AROUND = 3;

export class Search {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/search.js").DEFAULTS.search>, now(): number, origin: string,
   *   get(path: string, signal?: AbortSignal): Promise<any>, setTimer(work: () => void, ms: number): any,
   *   clearTimer(timer: any): void, onAsked(address: string): void
   * }} deps  `onAsked`: there is a new query, in the form it has in an address
   */
  constructor(deps) {
    this.deps = deps;
    this.timer = /** @type {any} */ (null);
    this.asked = new AbortController();
    this.query = "";
    this.address = "";
  }

  /**
   * Search for what the address names, unless this search put it there: the user may have typed on since.
   * @param {string} text
   */
  open(text) {
    if (!this.deps.store.get().chips.length) this.#show(this.deps.store.get().text);
    if (inAddress(text) === this.address) return;
    this.#show(text);
    this.submit();
  }

  /** @param {string} text */
  type(text) {
    this.#show(text);
    this.deps.clearTimer(this.timer);
    this.timer = this.deps.setTimer(() => void this.ask(whileTyping(text)), TYPING_MS);
  }

  /** @param {string} text  what stands in the field, with its chips */
  #show(text) {
    this.deps.store.set({ text, chips: chipsOf(text, this.deps.now()) });
  }

  /**
   * Set a filter, or remove it, and search.
   * @param {string} term
   */
  toggle(term) {
    this.#show(toggled(this.deps.store.get().text, term));
    this.submit();
  }

  /** Search for exactly the text in the field. */
  submit() {
    this.deps.clearTimer(this.timer);
    void this.ask(this.deps.store.get().text);
  }

  /** Write the times and days of the hits again. */
  renderTimes() {
    const { store, now } = this.deps;
    store.set({ items: withTimes(store.get().items, new Date(now())) });
  }

  /** @param {string} query */
  async ask(query) {
    const { store, onAsked } = this.deps;
    this.asked.abort();
    const { signal } = (this.asked = new AbortController());
    this.query = query;
    this.address = inAddress(store.get().text);
    onAsked(this.address);
    if (!showsSomething(query)) return store.set({ state: "idle", items: [], has_more: false, announcement: "" });
    store.set({ state: "loading", loading_more: false, problem_code: "" });
    await this.#take(signal, `search?q=${inAddress(query)}`, []);
  }

  async more() {
    const { store } = this.deps;
    const { items, loading_more, state } = store.get();
    const last = items.at(-1);
    if (!last || loading_more || state !== "ready") return;
    store.set({ loading_more: true, problem_code: "" });
    const path = `search?q=${inAddress(this.query)}&before=${last.id}`;
    await this.#take(this.asked.signal, path, items);
  }

  /**
   * Show what was said around a hit, or hide it again.
   * @param {string} id
   */
  async around(id) {
    const hit = this.deps.store.get().items.find((item) => item.id === id);
    if (!hit || hit.around === "loading") return;
    if (hit.around === "ready") return this.#change(id, { around: "", context: [] });
    this.#change(id, { around: "loading" });
    try {
      const place = `conversations/${hit.conversation_id}`;
      const from = Math.max(0, hit.seq - AROUND - 1);
      const page = await this.deps.get(`${place}/messages?after_seq=${from}&limit=${2 * AROUND + 1}`);
      this.#change(id, { around: "ready", context: page.items.map(toLine(page.former_authors, id)) });
    } catch (fault) {
      this.#change(id, { around: "error", ...words(fault) });
    }
  }

  /**
   * @param {AbortSignal} signal
   * @param {string} path
   * @param {HitItem[]} before  what the answer is added to
   */
  async #take(signal, path, before) {
    const { store, get, now, origin } = this.deps;
    try {
      const answer = await get(path, signal);
      if (signal.aborted) return;
      const posts = answer.posts.map((/** @type {any} */ hit) => toPostItem(hit, origin));
      const messages = answer.items.map((/** @type {any} */ hit) => toItem(hit, origin));
      const items = withTimes([...before, ...posts, ...messages], new Date(now()));
      const { has_more, index_type, rows_looked_at, took_ms } = answer;
      const announcement = items.length ? `${items.length}${has_more ? " or more" : ""} ${items.length === 1 ? "result" : "results"}` : "No results";
      store.set({ state: "ready", items, has_more, index_type, rows_looked_at, took_ms, announcement });
    } catch (fault) {
      if (signal.aborted) return;
      // What was found stays; only an empty page has to be one of trouble.
      store.set({ state: before.length ? "ready" : "error", ...words(fault) });
    }
    store.set({ loading_more: false });
  }

  /**
   * @param {string} id
   * @param {Partial<HitItem>} changes
   */
  #change(id, changes) {
    const items = this.deps.store.get().items.map((item) => (item.id === id ? { ...item, ...changes } : item));
    this.deps.store.set({ items });
  }
}

/** @param {unknown} fault */
function words(fault) {
  const { code, message } = asApiError(fault);
  return { problem_code: code, problem_text: message };
}

/**
 * The query before a word is finished: words with that prefix.
 * @param {string} text
 */
export function whileTyping(text) {
  const isInQuotes = (text.match(/"/g) ?? []).length % 2 === 1;
  return /(^|\s)[\p{L}\p{N}\p{M}]{2,}$/u.test(text) && !isInQuotes ? `${text}*` : text;
}

/**
 * @param {any} hit
 * @param {string} origin  the server's
 * @returns {HitItem}
 */
function toItem(hit, origin) {
  return {
    id: hit.message_id,
    is_post: false,
    href: `/c/${hit.conversation_id}?m=${hit.seq}`,
    conversation_id: hit.conversation_id,
    seq: hit.seq,
    conversation_name: hit.conversation_name,
    ...shownOf(hit, origin),
  };
}

/**
 * @param {any} hit  a post
 * @param {string} origin  the server's
 * @returns {HitItem}
 */
function toPostItem(hit, origin) {
  const place = { id: hit.id, is_post: true, href: `/posts?at=${hit.number}`, conversation_id: "", seq: hit.number, conversation_name: "" };
  return { ...place, ...shownOf(hit, origin) };
}

/**
 * @param {any} hit
 * @param {string} origin  the server's
 */
function shownOf(hit, origin) {
  return {
    author_name: hit.author_name,
    initials: initialsOf(hit.author_name),
    hue: hueOf(hit.author_id),
    avatar_url: imageOf({ avatar_url: hit.author_avatar_url }, origin),
    time_iso: hit.created_at,
    group_label: "",
    time_label: "",
    time_title: "",
    snippet: hit.snippet.length ? plainSnippet(hit.snippet) : namesOf(hit.files ?? []),
    around: "",
    problem_code: "",
    problem_text: "",
    context: [],
  };
}

/** No text of a message has this sign. */
const EDGE = "\u0000";

/**
 * The parts of a text without its marks: a mark may stand in one part, and end in another.
 * @param {{text: string, hit: boolean}[]} parts
 */
function plainSnippet(parts) {
  const plain = withoutMarks(parts.map(({ text }) => text).join(EDGE)).split(EDGE);
  return plain.length === parts.length ? parts.map(({ hit }, i) => ({ text: plain[i], hit })) : parts;
}

/**
 * Hits with their times; the first of the posts and of each day says so.
 * @param {HitItem[]} items  posts, then messages, the newest first
 * @param {Date} now
 */
function withTimes(items, now) {
  let last = "";
  return items.map((item) => {
    const at = new Date(item.time_iso);
    const group = item.is_post ? "Posts" : dayLabel(at, HERE, now);
    const group_label = group === last ? "" : group;
    last = group;
    // The day stands above the messages, and not above the posts.
    const time_label = item.is_post ? listLabel(at, HERE, now) : timeLabel(at);
    return { ...item, group_label, time_label, time_title: fullLabel(at, HERE) };
  });
}

/**
 * What is shown for a message without text.
 * @param {{name: string}[]} files
 */
function namesOf(files) {
  return [{ text: files.map((file) => file.name).join(", "), hit: false }];
}

/**
 * @param {{user_id: string}[]} former  those of the authors who left
 * @param {string} hitId
 */
function toLine(former, hitId) {
  const left = new Set(former.map(({ user_id }) => user_id));
  return (/** @type {any} */ message) => ({
    id: message.message_id,
    name: message.author_name,
    has_left: left.has(message.author_id),
    text: withoutMarks(message.text) || namesOf(message.files ?? [])[0].text,
    hit: message.message_id === hitId,
  });
}
