// The last errors of this browser, without secrets, one key each. A shell over localStorage.

import { NOTICES } from "../generated/codes.js";
import { cut } from "../base/graphemes.js";
import { keysWith, readText, writeText } from "../base/local_storage.js";

const PREFIX = "nova:error:";
const TEXT_MAX = 500;
const SECRETS = [
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "[e-mail]"],
  [/\b(bearer|basic|token|password|secret|nova_session)\b(["':=\s]+)[^\s"',;}]+/gi, "$1$2[secret]"],
  [/\b(https?|wss?):\/\/[^\s"')]+/g, "[address]"],
  [/[A-Za-z0-9_-]{24,}/g, "[long]"],
];

/** @typedef {{at: number, id: string, request_id: string, text?: string, detail?: string} & Record<string, any>} Entry */

/**
 * Without e-mail addresses, tokens, passwords and addresses.
 * @param {string} text
 * @returns {string}
 */
export function redact(text) {
  return cut(SECRETS.reduce((clean, [pattern, word]) => clean.replace(pattern, /** @type {string} */ (word)), text), TEXT_MAX);
}

/** @param {Storage} [area]  this browser's localStorage by default */
export function createErrorLog(area) {
  /** @type {Map<string, string>} the same by key, for where nothing can be stored */
  const memory = new Map();
  const keys = () => keysWith(PREFIX, area).sort();
  const drop = (/** @type {number} */ count) => keys().slice(0, count).forEach((key) => writeText(key, null, area));

  /**
   * @param {string} key
   * @param {string} text
   * @param {string} id
   */
  function store(key, text, id) {
    for (const old of keys()) if (old.endsWith(`:${id}`)) writeText(old, null, area);
    drop(Math.max(0, keys().length - NOTICES.log + 1));
    if (writeText(key, text, area)) return;
    // Full: the older half goes first.
    drop(Math.ceil(keys().length / 2));
    writeText(key, text, area);
  }

  return {
    /** @param {Entry} entry */
    add(entry) {
      const key = `${PREFIX}${new Date(entry.at).toISOString()}:${entry.id}`;
      const { text = "", detail = "", request_id } = entry;
      const line = JSON.stringify({ ...entry, text: redact(text), detail: redact(detail), request_id: request_id.slice(0, 64) });
      for (const old of memory.keys()) if (old.endsWith(`:${entry.id}`)) memory.delete(old);
      memory.set(key, line);
      if (memory.size > NOTICES.log) memory.delete(/** @type {string} */ (memory.keys().next().value));
      store(key, line, entry.id);
    },
    /** @returns {string} all entries as JSON, the oldest first */
    dump() {
      const kept = new Map(memory);
      for (const key of keys()) kept.set(key, readText(key, area) ?? "null");
      return `[${[...kept].sort().slice(-NOTICES.log).map(([, line]) => line).join(",\n")}]`;
    },
    clear() {
      memory.clear();
      drop(Infinity);
    },
  };
}
