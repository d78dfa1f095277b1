// Loads the emoji and their names, once and on demand: 100 kB that most visits do not need. A shell.

import { loadWhenPossible } from "../loading/page_loading.js";
import { toCatalogue } from "./catalogue.js";

/** @type {Promise<import("./catalogue.js").Emoji[]> | null} */
let loading = null;

/** @returns {Promise<import("./catalogue.js").Emoji[]>}  waits for the connection, if need be */
export function loadEmoji() {
  loading ??= loadWhenPossible(async () => {
    const [emoji, codes] = await Promise.all([
      // @ts-ignore - resolved by the build
      import("emojibase-data/en/compact.json"),
      // @ts-ignore - resolved by the build
      import("emojibase-data/en/shortcodes/github.json"),
    ]);
    return toCatalogue(emoji.default, codes.default);
  });
  return loading;
}
