// The content of the emoji picker: a search and a grid, operated by pointer or keys. Loaded on demand. A shell.

import { createElement, useEffect, useMemo, useRef, useState } from "../base/react.js";
import { GROUPS, findEmoji } from "./catalogue.js";
import { moveInGrid } from "./grid_keys.js";
import { usedEmoji } from "./used_emoji.js";

/** @typedef {import("./catalogue.js").Emoji} Emoji */
/** @typedef {{name: string, items: Emoji[]}} Section */

const COLUMNS = 8;
/** What is drawn first; the rest follows once it is on the screen. */
const FIRST_SECTIONS = 2;
const FOUND_MAX = 200;

/** @param {{catalogue: Emoji[], onChosen(emoji: string): void}} props */
export function EmojiPanel({ catalogue, onChosen }) {
  const [query, setQuery] = useState("");
  const [isWhole, setWhole] = useState(false);
  const grid = useRef(null);
  const all = useMemo(() => inSections(catalogue, usedEmoji()), [catalogue]);
  useEffect(() => {
    const timer = setTimeout(() => setWhole(true));
    return () => clearTimeout(timer);
  }, []);
  const found = useMemo(() => findEmoji(catalogue, query).slice(0, FOUND_MAX), [catalogue, query]);
  const sections = query.trim() ? [{ name: "", items: found }] : isWhole ? all : all.slice(0, FIRST_SECTIONS);
  return [
    searchField({ key: "search", query, setQuery, first: sections[0]?.items[0], grid, onChosen }),
    createElement("p", { key: "status", role: "status", className: "visually-hidden" }, query.trim() && `${found.length} found`),
    createElement(
      "div",
      { key: "grid", ref: grid, className: "emoji-grid", onClick: clicked(onChosen), onKeyDown: keyed(sections) },
      query.trim() && !found.length && createElement("p", { className: "emoji-none" }, "No emoji found."),
      sections.map((/** @type {Section} */ section, /** @type {number} */ i) => sectionOf(section, i === 0)),
    ),
  ];
}

/**
 * @param {{
 *   key: string, query: string, setQuery(query: string): void, first: Emoji | undefined, grid: any, onChosen(emoji: string): void
 * }} props
 */
function searchField({ key, query, setQuery, first, grid, onChosen }) {
  const onKeyDown = (/** @type {any} */ event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && first) onChosen(first.emoji);
    else if (event.key === "ArrowDown") optionsIn(grid.current)[0]?.focus();
    else return;
    event.preventDefault();
  };
  return createElement("input", {
    key,
    type: "search",
    value: query,
    className: "emoji-search",
    placeholder: "Find an emoji",
    autoComplete: "off",
    ref: focusOnce,
    "aria-label": "Find an emoji",
    "data-testid": "emoji-search",
    onKeyDown,
    onChange: (/** @type {any} */ event) => setQuery(event.target.value),
  });
}

/** @param {HTMLElement | null} field  the panel appears after its popover was opened, which focuses what is there */
function focusOnce(field) {
  field?.focus({ preventScroll: true });
}

/**
 * @param {Section} section
 * @param {boolean} isFirst  its first emoji is where Tab leads
 */
function sectionOf({ name, items }, isFirst) {
  return createElement(
    "section",
    { key: name, className: "emoji-section", "aria-label": name || "Found" },
    name && createElement("h3", null, name),
    createElement("div", { className: "emoji-cells" }, items.map((item, i) => optionOf(item, isFirst && i === 0))),
  );
}

/**
 * @param {Emoji} item
 * @param {boolean} isTabStop
 */
function optionOf({ emoji, label, codes }, isTabStop) {
  return createElement(
    "button",
    {
      key: emoji,
      type: "button",
      className: "emoji-option",
      tabIndex: isTabStop ? 0 : -1,
      title: `${label} :${codes[0]}:`,
      "aria-label": label,
      "data-testid": "emoji-option",
      "data-emoji": emoji,
    },
    emoji,
  );
}

/**
 * @param {Emoji[]} catalogue
 * @param {string[]} used
 * @returns {Section[]}
 */
function inSections(catalogue, used) {
  const byEmoji = new Map(catalogue.map((item) => [item.emoji, item]));
  const items = used.flatMap((emoji) => byEmoji.get(emoji) ?? []);
  const groups = GROUPS.map((name, group) => ({ name, items: catalogue.filter((item) => item.group === group) }));
  return [{ name: "Used by you", items }, ...groups].filter((section) => section.items.length);
}

/** @param {(emoji: string) => void} onChosen */
const clicked = (onChosen) => (/** @type {any} */ event) => {
  const emoji = event.target.closest("[data-emoji]")?.dataset.emoji;
  if (emoji) onChosen(emoji);
};

/** @param {Section[]} sections */
const keyed = (sections) => (/** @type {any} */ event) => {
  const options = optionsIn(event.currentTarget);
  const at = options.indexOf(event.target);
  if (at < 0) return;
  const to = moveInGrid(sections.map(({ items }) => items.length), COLUMNS, at, event.key);
  if (to >= 0) options[to].focus();
  else if (event.key === "ArrowUp") event.currentTarget.parentElement.querySelector("input").focus();
  else return;
  event.preventDefault();
};

/** @param {HTMLElement | null} grid */
const optionsIn = (grid) => /** @type {HTMLElement[]} */ ([...(grid?.querySelectorAll("[data-emoji]") ?? [])]);
