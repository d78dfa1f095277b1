// Draws the name of somebody who is mentioned. A shell.

import { createElement } from "../base/react.js";

/** @typedef {{username: string, is_me: boolean}} Name  somebody who can be mentioned here */

/**
 * @param {import("./mentions.js").Mention} mention
 * @param {Map<string, Name>} names  by user name in lower case
 * @param {number} key
 */
export function mentionOf({ text, username }, names, key) {
  return createElement("span", { key, className: names.get(username)?.is_me ? "mention me" : "mention", "data-username": username }, text);
}
