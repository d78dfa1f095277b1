// Ctrl+K: leads to a chat by a few letters of its name. Loaded on demand. A shell.

import { navigate } from "../base/react.js";
import { FACE_COLOURS } from "../generated/codes.js";
import { findChats, stepInOptions } from "./find_chats.js";

/** @typedef {import("../generated/types.js").ConversationItem} ConversationItem */
/** @typedef {{href: string, face: Node, title: string, aside: string, hook: Record<string, string>}} Option */

const LIST_ID = "switcher-options";
const SVG = "http://www.w3.org/2000/svg";
const LENS = "M11 3a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM21 21l-4.3-4.3";

/** @param {() => ConversationItem[]} readItems  the chats as they are now */
export function openSwitcher(readItems) {
  const open = document.querySelector("dialog.switcher");
  // Once more closes it; over another dialog it would take what is asked there.
  if (open) return /** @type {HTMLDialogElement} */ (open).close();
  if (document.querySelector("dialog:modal")) return undefined;
  new Switcher(readItems).show();
}

class Switcher {
  /** @param {() => ConversationItem[]} readItems */
  constructor(readItems) {
    this.readItems = readItems;
    this.at = 0;
    this.field = element("input", {
      type: "text",
      role: "combobox",
      placeholder: "Jump to a chat",
      autocomplete: "off",
      dir: "auto",
      "aria-label": "Jump to a chat",
      "aria-expanded": "true",
      "aria-controls": LIST_ID,
      "data-testid": "switcher-input",
    });
    this.list = element("ul", { id: LIST_ID, role: "listbox", "aria-label": "Chats" });
    this.dialog = /** @type {HTMLDialogElement} */ (
      element("dialog", { class: "dialog switcher", closedby: "any", "aria-label": "Jump to" })
    );
    // Not as an attribute above: there, those that a user operates are counted.
    this.dialog.dataset.testid = "switcher";
    const keys = element("p", { class: "switcher-keys", "aria-hidden": "true" });
    keys.append(...["↑", "↓", "choose", "Enter", "open", "Esc", "close"].map(keyOrWord));
    this.dialog.append(this.field, this.list, keys);
  }

  show() {
    this.field.addEventListener("input", () => this.#render(0));
    this.field.addEventListener("keydown", (event) => this.#press(event));
    this.list.addEventListener("click", ({ target }) => this.#take(/** @type {Element} */ (target).closest("[role=option]")));
    this.dialog.addEventListener("close", () => this.dialog.remove());
    document.body.append(this.dialog);
    this.#render(0);
    this.dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.isComposing) return;
    const to = stepInOptions(event.key, this.at, this.list.children.length);
    if (to >= 0) this.#mark(to);
    else if (event.key === "Enter") this.#take(this.list.children[this.at]);
    else return;
    event.preventDefault();
  }

  /** @param {Element | null | undefined} option */
  #take(option) {
    const href = option?.getAttribute("data-href");
    if (!href) return;
    this.dialog.close();
    navigate(href);
  }

  /** @param {number} at */
  #render(at) {
    const text = this.field.value.trim();
    const options = findChats(this.readItems(), text).map(chatOption);
    if (text) options.push(searchOption(text));
    this.list.replaceChildren(...options.map(optionElement));
    this.#mark(at);
  }

  /** @param {number} at */
  #mark(at) {
    this.at = at;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
    const marked = this.list.children[at];
    this.field.setAttribute("aria-activedescendant", marked?.id ?? "");
    marked?.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {ConversationItem} item
 * @returns {Option}
 */
function chatOption({ id, href, title, kind, initials, hue, avatar_url, unread, mentions }) {
  const face = element("span", { class: kind === "group" ? "avatar tile" : "avatar", "aria-hidden": "true", "data-person": String((hue % FACE_COLOURS) + 1) });
  face.append(avatar_url ? element("img", { src: avatar_url, alt: "" }) : initials);
  const aside = mentions ? counted(mentions, "mention") : unread ? `${unread} unread` : "";
  return { href, face, title, aside, hook: { "data-conversation-id": id } };
}

/**
 * @param {string} text
 * @returns {Option}
 */
function searchOption(text) {
  const face = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" })) face.setAttribute(name, value);
  const lens = document.createElementNS(SVG, "path");
  lens.setAttribute("d", LENS);
  face.append(lens);
  return { href: `/search?q=${encodeURIComponent(text)}`, face, title: `Search messages for “${text}”`, aside: "", hook: {} };
}

/**
 * @param {Option} option
 * @param {number} place
 */
function optionElement({ href, face, title, aside, hook }, place) {
  const option = element("li", {
    id: `switcher-option-${place}`,
    role: "option",
    class: "completion",
    "data-href": href,
    "data-testid": "switcher-option",
    ...hook,
  });
  const name = element("bdi", {});
  name.append(title);
  const note = element("span", { class: "faint" });
  note.append(aside);
  option.append(face, name, note);
  return option;
}

/** @param {string} text */
function keyOrWord(text) {
  const part = element(/^[a-z]/.test(text) ? "span" : "kbd", {});
  part.append(text);
  return part;
}

/**
 * @param {number} count
 * @param {string} what
 */
const counted = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Record<string, string>} attributes
 */
function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
