// The emoji picker of the page: one popover, opened at any control. A shell.
//
// A page renders it once (`emoji_picker()` in components/emoji.py), and whoever needs an emoji calls `openEmojiPicker`.

import { closeOpenPopover, openPopover } from "../base/popovers.js";
import { createElement, useStoreValue } from "../base/react.js";
import { createStore } from "../base/store.js";
import { loadWhenPossible } from "../loading/page_loading.js";
import { loadEmoji } from "./emoji_data.js";
import { noteEmoji } from "./used_emoji.js";

const ID = "emoji-picker";

/**
 * @typedef {{Panel: any, catalogue: import("./catalogue.js").Emoji[]}} Loaded
 * @type {import("../base/store.js").Store<{visit: number, loaded: Loaded | null}>}
 *   `visit`: another one each time it opens, 0 while it is closed
 */
const store = createStore({ visit: 0, loaded: /** @type {Loaded | null} */ (null) });
let visits = 0;
/** @type {((emoji: string) => void) | null} */
let onChosen = null;

/**
 * Open the picker at a control. It closes when an emoji is chosen, by Escape and by a click elsewhere; the focus
 * returns to where it was. Not from inside a modal dialog, which makes the rest of the page inert: close that first.
 *
 * @example
 * message_react: (event) => openEmojiPicker(event.currentTarget, (emoji) => react(messageId, emoji));
 *
 * @param {HTMLElement} anchor
 * @param {(emoji: string) => void} chosen  called once, with the fully qualified emoji; not if none is chosen
 */
export function openEmojiPicker(anchor, chosen) {
  void preloadEmojiPicker();
  onChosen = chosen;
  store.set({ visit: (visits += 1) });
  openPopover(ID, anchor, () => {
    onChosen = null;
    store.set({ visit: 0 });
  });
}

/** Load what the picker needs, so that it opens at once, also without a connection. */
export async function preloadEmojiPicker() {
  if (store.get().loaded) return;
  const [{ EmojiPanel }, catalogue] = await Promise.all([loadWhenPossible(() => import("./emoji_panel.js")), loadEmoji()]);
  store.set({ loaded: { Panel: EmojiPanel, catalogue } });
}

/** @param {string} emoji */
function choose(emoji) {
  const then = onChosen;
  onChosen = null;
  noteEmoji(emoji);
  closeOpenPopover(ID);
  then?.(emoji);
}

/** What stands in the popover; rendered by components/emoji.py. */
export function EmojiPicker() {
  const { visit, loaded } = useStoreValue(store);
  if (!visit) return null;
  if (!loaded) return createElement("p", { className: "emoji-wait", role: "status" }, "Emoji are loading…");
  return createElement(loaded.Panel, { key: visit, catalogue: loaded.catalogue, onChosen: choose });
}
