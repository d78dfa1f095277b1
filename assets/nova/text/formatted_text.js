// Draws the tree of a message as React elements; no text becomes HTML. Loaded on demand. A shell.

import { createElement, navigate, useEffect, useMemo, useState } from "../base/react.js";
import { loadNow, loadWhenPossible } from "../loading/page_loading.js";
import { isAllowedAddress } from "./chat_rules.js";
import { parseText } from "./markdown.js";
import { withMentions } from "./mentions.js";
import { mentionOf } from "./mention.js";

const COPIED_MS = 2_000;
/** Longer code is shown as it is. */
const HIGHLIGHTED_MAX = 10_000;

/** @param {{text: string, names: Map<string, import("./mention.js").Name>}} props */
export function FormattedText({ text, names }) {
  const blocks = useMemo(() => withMentions(parseText(text), (name) => names.has(name)), [text, names]);
  return blocks.map(blockOf(names));
}

/** @param {Map<string, import("./mention.js").Name>} names */
const blockOf = (names) => (/** @type {any} */ block, /** @type {number} */ key) => {
  const within = blockOf(names);
  switch (block.type) {
    case "fence":
      return createElement(CodeBlock, { key, language: block.language, text: block.text });
    case "quote":
      return createElement("blockquote", { key }, block.children.map(within));
    case "list":
      return createElement(
        block.start ? "ol" : "ul",
        { key, start: block.start || undefined },
        block.items.map((/** @type {any[]} */ item, /** @type {number} */ i) => createElement("li", { key: i, dir: "auto" }, item.map(within))),
      );
    default:
      return createElement("p", { key, dir: "auto" }, block.children.map(inlineOf(names)));
  }
};

/** @param {Map<string, import("./mention.js").Name>} names */
const inlineOf = (names) => (/** @type {any} */ node, /** @type {number} */ key) => {
  const within = () => node.children.map(inlineOf(names));
  switch (node.type) {
    case "text":
      return node.text;
    case "code":
      return createElement("code", { key, dir: "ltr" }, node.text);
    case "mention":
      return mentionOf(node, names, key);
    case "link":
      return linkOf(node, key, within());
    default:
      return createElement(node.type, { key }, within());
  }
};

/**
 * @param {{href: string}} node
 * @param {number} key
 * @param {any[]} children
 */
function linkOf({ href }, key, children) {
  // The parser has refused all others already.
  if (!isAllowedAddress(href)) return createElement("span", { key }, children);
  const isHere = href.startsWith(`${location.origin}/`);
  return createElement(
    "a",
    {
      key,
      href,
      title: children.join("") === href ? undefined : href,
      rel: "noopener noreferrer nofollow",
      target: isHere ? undefined : "_blank",
      onClick: isHere ? openHere : undefined,
      "data-testid": "message-link",
    },
    children,
  );
}

/** @param {any} event  a link to a page of Nova changes the page without loading it again */
function openHere(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const { pathname, search, hash } = event.currentTarget;
  navigate(pathname + search + hash);
}

/** Long lines are scrolled with the keyboard, too. */
const SCROLLED = { dir: "ltr", tabIndex: 0, role: "group", "aria-label": "Code" };

/** @param {{language: string, text: string}} props */
function CodeBlock({ language, text }) {
  const nodes = useHighlighted(language, text);
  const code = createElement("code", null, nodes ? nodes.map(spanOf) : text);
  return createElement("div", { className: "code" }, createElement("pre", SCROLLED, code), createElement(CopyButton, { text }));
}

/** @param {{text: string}} props */
function CopyButton({ text }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () =>
    loadNow(() => import("../base/clipboard.js"))
      .then(({ copyText }) => copyText(text))
      .then(setCopied, () => setCopied(false));
  return createElement(
    "button",
    { type: "button", className: "code-copy", "data-testid": "code-copy", "aria-label": isCopied ? "Copied" : "Copy code", onClick: copy },
    isCopied ? "Copied" : "Copy",
  );
}

/**
 * @param {string} language
 * @param {string} text
 * @returns {any[] | null}
 */
function useHighlighted(language, text) {
  const [nodes, setNodes] = useState(null);
  useEffect(() => {
    if (!language || text.length > HIGHLIGHTED_MAX) return undefined;
    let isShown = true;
    loadWhenPossible(() => import("./highlighter.js"))
      .then(({ highlight }) => highlight(language, text))
      .then((found) => isShown && setNodes(found));
    return () => {
      isShown = false;
    };
  }, [language, text]);
  return nodes;
}

/**
 * @param {any} node  of hast
 * @param {number} key
 * @returns {any}
 */
function spanOf(node, key) {
  if (node.type === "text") return node.value;
  return createElement("span", { key, className: node.properties?.className?.join(" ") }, node.children.map(spanOf));
}
