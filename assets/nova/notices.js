// Errors that people are shown, apart from rows and banner. Pure.

import { ERRORS } from "./codes.js";

/**
 * @typedef {{id: string, kind: string, code: string, text: string, count: number, can_retry: boolean, at: number}} Notice
 */

const SAME_MS = 10_000;
const MOST = 5;

/**
 * Add a failure; the same one within 10 s is counted instead of shown again.
 * @param {Notice[]} notices
 * @param {{code: string, text?: string}} failure
 * @param {{id: string, now: number}} given
 * @returns {Notice[]}
 */
export function addNotice(notices, failure, given) {
  const facts = ERRORS[failure.code] ?? ERRORS.unexpected_answer;
  const same = notices.find((notice) => notice.code === failure.code && given.now - notice.at < SAME_MS);
  if (same) {
    return notices.map((notice) => (notice === same ? { ...notice, count: notice.count + 1, at: given.now } : notice));
  }
  const notice = {
    id: given.id,
    kind: facts.kind,
    code: failure.code,
    text: failure.text ?? facts.text,
    count: 1,
    can_retry: false,
    at: given.now,
  };
  return [...notices, notice].slice(-MOST);
}
