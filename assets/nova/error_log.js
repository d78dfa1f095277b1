// The last errors of this browser, without secrets, one key each. A shell over localStorage.

import { NOTICES } from "./codes.js";

const PREFIX = "nova:error:";
const DETAIL_MAX = 500;
const SECRETS = [
  [/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, "[e-mail]"],
  [/\b(bearer|token|password|secret|nova_session)\b(["':=\s]+)[^\s"',;}]+/gi, "$1$2[secret]"],
  [/[A-Za-z0-9_-]{24,}/g, "[long]"],
  [/\bhttps?:\/\/[^\s"')]+/g, "[address]"],
];

/**
 * Without e-mail addresses, tokens, passwords and addresses.
 * @param {string} text
 * @returns {string}
 */
export function redact(text) {
  return SECRETS.reduce((clean, [pattern, word]) => clean.replace(pattern, /** @type {string} */ (word)), text).slice(0, DETAIL_MAX);
}

/** @param {Storage} [storage] */
export function createErrorLog(storage = globalThis.localStorage) {
  const keys = () => Object.keys(storage).filter((key) => key.startsWith(PREFIX)).sort();
  const drop = (/** @type {number} */ count) => keys().slice(0, count).forEach((key) => storage.removeItem(key));
  return {
    /** @param {{at: number, id: string, kind: string, code: string, request_id: string, count: number, detail?: string}} entry */
    add(entry) {
      const key = `${PREFIX}${new Date(entry.at).toISOString()}:${entry.id}`;
      const text = JSON.stringify({ ...entry, detail: redact(entry.detail ?? "") });
      try {
        for (const old of keys()) if (old.endsWith(`:${entry.id}`)) storage.removeItem(old);
        drop(Math.max(0, keys().length - NOTICES.log + 1));
        storage.setItem(key, text);
      } catch {
        // Full or forbidden: the older half goes first; without storage the session's history remains.
        try {
          drop(Math.ceil(keys().length / 2));
          storage.setItem(key, text);
        } catch {
          return;
        }
      }
    },
    /** @returns {string} all entries as JSON, the oldest first */
    dump() {
      try {
        return `[${keys().map((key) => storage.getItem(key)).join(",\n")}]`;
      } catch {
        return "[]";
      }
    },
    clear() {
      try {
        drop(Infinity);
      } catch {
        // nothing was kept
      }
    },
  };
}
