// Completes mentions in the composer, and asks before everybody is notified. A shell.

import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { serverOrigin } from "../base/origin.js";
import { typeText } from "../base/typing.js";
import { begunAt, choicesFor, complete } from "./mention_completion.js";
import { findMentions } from "../text/mention_rules.js";

/** With more people, `@all` is asked back. */
const ASK_ABOVE = 20;
const CLOSED = { options: [], chosen_id: "" };

/**
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.mentions>} MentionStore
 * @typedef {{people: import("../base/types.js").Person[], myId: string, mayMentionAll: boolean}} Room
 */

export class MentionInput {
  /**
   * @param {MentionStore} store
   * @param {() => Room} room  the open conversation
   */
  constructor(store, room) {
    this.store = store;
    this.room = room;
    /** @type {import("./mention_completion.js").Begun | null} */
    this.begun = null;
    /** @type {import("./mention_completion.js").Choice[]} */
    this.choices = [];
    /** Where a mention begins whose list was closed by Escape; -1 for none. */
    this.dismissedAt = -1;
  }

  /** Look at what stands before the caret of the text field. */
  look() {
    const field = findComposer();
    if (!field) return this.close();
    const isPoint = field.selectionStart === field.selectionEnd;
    const begun = isPoint ? begunAt(field.value, field.selectionStart) : null;
    if (begun?.start !== this.dismissedAt) this.dismissedAt = -1;
    const isSame = begun?.start === this.begun?.start && begun?.wanted === this.begun?.wanted;
    if (isSame && this.choices.length) return;
    this.begun = begun;
    this.choices = begun && this.dismissedAt < 0 ? choicesFor(begun.wanted, this.room()) : [];
    this.#mark(0);
  }

  close() {
    this.begun = null;
    this.choices = [];
    this.store.set(CLOSED);
  }

  /**
   * Handle a key of the text field while there are options.
   * @param {KeyboardEvent} event
   * @returns {boolean}  whether the key is used up
   */
  key(event) {
    const { length } = this.choices;
    if (!length || event.isComposing || event.keyCode === 229) return false;
    const at = this.store.get().options.findIndex((option) => option.is_chosen);
    if (event.key === "ArrowDown") this.#mark((at + 1) % length);
    else if (event.key === "ArrowUp") this.#mark((at + length - 1) % length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) this.choose(this.choices[at].username);
    else if (event.key === "Escape") {
      this.dismissedAt = this.begun?.start ?? -1;
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /**
   * Put a name in place of what was typed, at once: the next letter may follow before anything is drawn.
   * @param {string} username
   */
  choose(username) {
    const field = findComposer();
    const { begun } = this;
    if (!field || !begun) return;
    const { start, end, insert, caret } = complete(field.value, begun, username);
    this.close();
    // A name without a space behind it would open the list once more.
    this.dismissedAt = start;
    field.setSelectionRange(start, end);
    typeText(field, insert);
    field.setSelectionRange(caret, caret);
    this.dismissedAt = -1;
  }

  /**
   * Ask before a message notifies many people.
   * @param {string} text
   * @returns {boolean}  whether it has to be asked
   */
  asks(text) {
    const { people, mayMentionAll } = this.room();
    if (people.length <= ASK_ABOVE || !findMentions(text, people, mayMentionAll).some(({ user_id }) => !user_id)) return false;
    this.store.set({ asks_all: people.length });
    return true;
  }

  /** @param {number} chosen */
  #mark(chosen) {
    const options = this.choices.map(({ username, name, person }, i) => ({
      id: `mention-option-${i}`,
      username,
      name,
      initials: person ? initialsOf(name) : "",
      hue: person ? hueOf(person.user_id) : 0,
      avatar_url: imageOf(person ?? undefined, serverOrigin()),
      is_chosen: i === chosen,
    }));
    this.store.set({ options, chosen_id: options[chosen]?.id ?? "" });
  }
}

/** @param {() => import("./open_conversation.js").OpenConversation | null} open */
export function createMentionActions(open) {
  return {
    look: () => open()?.mentionInput.look(),
    choose: (/** @type {string} */ username) => open()?.mentionInput.choose(username),
    close: () => open()?.mentionInput.close(),
    notify_all: () => {
      open()?.stores.mentions.set({ asks_all: 0 });
      void open()?.composer.submit(true);
    },
    keep_writing: () => {
      open()?.stores.mentions.set({ asks_all: 0 });
      findComposer()?.focus();
    },
  };
}

const findComposer = () => /** @type {HTMLTextAreaElement | null} */ (document.querySelector("[data-testid=composer]"));

/**
 * Who is in a conversation, for mentions.
 * @param {import("../base/types.js").Summary | undefined} summary
 * @param {string} myId
 * @returns {Room}
 */
export function roomOf(summary, myId) {
  const people = summary?.members ?? [];
  const role = people.find(({ user_id }) => user_id === myId)?.role;
  return { people, myId, mayMentionAll: role === "owner" || role === "admin" };
}
