// What went wrong with posts, in words, for the place on the page where it is shown. Pure.

import { asApiError, plainWords } from "../http/api.js";

/**
 * @template {string} W
 * @param {W} where
 * @param {unknown} fault
 * @returns {Record<`${W}_problem` | `${W}_text`, string>}
 */
export function words(where, fault) {
  const { code, message, fields } = asApiError(fault);
  // Of a refused form the fields say what is wrong.
  const reasons = Object.values(fields).map(plainWords).filter(Boolean).join(" ");
  return /** @type {any} */ ({ [`${where}_problem`]: code, [`${where}_text`]: reasons || message });
}
