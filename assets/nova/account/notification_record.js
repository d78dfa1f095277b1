// What was decided about the latest messages, once for all tabs of this browser. A shell over localStorage.

import { readJson, writeJson } from "../base/local_storage.js";

/**
 * @typedef {{id: string, reason: string, shows: boolean, isMention: boolean, at: string}} Recorded  about the message `id`
 * @typedef {import("./notification_rule.js").General} General
 */

const KEPT_MAX = 200;
const recordKey = (/** @type {string} */ userId) => `nova:notified:${userId}`;
const generalKey = (/** @type {string} */ userId) => `nova:notify:${userId}`;

/**
 * Record a decision, unless another tab was first. A message that mentions the user only since an edit is decided again.
 * @param {string} userId
 * @param {Recorded} entry
 * @returns {Promise<boolean>}  whether this tab was the first
 */
export async function claim(userId, entry) {
  const write = async () => {
    const all = readAll(userId);
    const known = all.find(({ id }) => id === entry.id);
    if (known && (known.shows || known.isMention || !entry.isMention)) return false;
    writeJson(recordKey(userId), [...all.filter((one) => one !== known), entry].slice(-KEPT_MAX));
    return true;
  };
  // Without locks (plain http on a network address) there are no notifications either.
  return navigator.locks ? navigator.locks.request(recordKey(userId), write) : write();
}

/**
 * @param {string} userId
 * @param {string} messageId
 * @returns {Recorded | undefined}
 */
export const findRecord = (userId, messageId) => readAll(userId).find(({ id }) => id === messageId);

/**
 * @param {string} userId
 * @returns {Recorded[]}
 */
function readAll(userId) {
  const all = readJson(recordKey(userId));
  return Array.isArray(all) ? all : [];
}

/**
 * What the user chose for all conversations, as this browser knows it.
 * @param {string} userId
 * @returns {General | null}
 */
export const readGeneral = (userId) => readJson(generalKey(userId));

/**
 * @param {string} userId
 * @param {General} general
 */
export const keepGeneral = (userId, general) => void writeJson(generalKey(userId), general);

/** @param {string} userId  who signs out here */
export function forgetNotifications(userId) {
  writeJson(recordKey(userId), null);
  writeJson(generalKey(userId), null);
}
