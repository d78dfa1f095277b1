// The text of one message. What parses markup is loaded with the first text that has some; until then, and for all
// others, the text is shown as it was written. A shell.

import { createElement, memo, useEffect, useMemo, useStoreValue } from "../base/react.js";
import { createStore } from "../base/store.js";
import { loadWhenPossible } from "../loading/page_loading.js";
import { Foldable, mayBeLong } from "./foldable.js";
import { hasMarkup } from "./markup.js";
import { mentionOf } from "./mention.js";
import { inText } from "./mentions.js";

/** @type {import("../base/store.js").Store<{Formatted: any}>} */
const store = createStore({ Formatted: /** @type {any} */ (null) });
/** @type {Promise<void> | null} */
let loading = null;
/** @type {never[]} */
const NONE = [];

/** Load what draws markup; waits for the connection, if need be. */
function preloadFormatting() {
  loading ??= loadWhenPossible(() => import("./formatted_text.js")).then(({ FormattedText }) => store.set({ Formatted: FormattedText }));
}

/**
 * @param {{text: string, isBig?: boolean, mentionable?: import("../generated/types.js").Mentioned[]}} props
 *   `mentionable`: whose names are drawn as mentions
 */
export const MessageText = memo(function MessageText(/** @type {any} */ { text, isBig = false, mentionable = NONE }) {
  const { Formatted } = useStoreValue(store);
  const needsFormat = useMemo(() => !isBig && hasMarkup(text), [text, isBig]);
  const names = useMemo(() => byName(mentionable), [mentionable]);
  useEffect(() => {
    if (needsFormat) preloadFormatting();
  }, [needsFormat]);
  const content =
    needsFormat && Formatted
      ? createElement("div", { className: "row-text formatted" }, createElement(Formatted, { text, names }))
      : createElement("p", { className: isBig ? "row-text big" : "row-text", dir: "auto" }, plain(text, names));
  return mayBeLong(text) ? createElement(Foldable, null, content) : content;
});

/** @param {import("../generated/types.js").Mentioned[]} mentionable */
const byName = (mentionable) => new Map(mentionable.map((name) => [name.username.toLowerCase(), name]));

/**
 * @param {string} text
 * @param {Map<string, import("./mention.js").Name>} names
 */
function plain(text, names) {
  if (!names.size || !text.includes("@")) return text;
  return inText(text, (name) => names.has(name)).map((/** @type {any} */ node, key) => (node.type === "text" ? node.text : mentionOf(node, names, key)));
}
