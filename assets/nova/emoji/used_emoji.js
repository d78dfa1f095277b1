// Which emoji are used most in this browser. A shell over localStorage.

import { readJson, writeJson } from "../base/local_storage.js";
import { countUse, mostUsed } from "./most_used.js";

const KEY = "nova:emoji";

/** @returns {string[]}  the most used first */
export const usedEmoji = () => mostUsed(readJson(KEY));

/** @param {string} emoji  was chosen */
export const noteEmoji = (emoji) => void writeJson(KEY, countUse(readJson(KEY), emoji));
