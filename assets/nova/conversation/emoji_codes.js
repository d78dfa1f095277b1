// The `:code:` of an emoji that is being typed. Pure.

const OPEN = /(?:^|[\s([{"'])(:([a-z0-9_+-]{2,32}))$/i;
const CLOSED = /(?:^|[\s([{"'])(:([a-z0-9_+-]{2,32}):)$/i;

/** @typedef {{start: number, code: string}} Typed  where it begins, and its letters */

/**
 * @param {string} text
 * @param {number} caret
 * @returns {Typed | null}  the code that the caret stands at the end of
 */
export const openCodeAt = (text, caret) => codeAt(OPEN, text, caret);

/**
 * @param {string} text
 * @param {number} caret
 * @returns {Typed | null}  the code that was just completed with its second colon
 */
export const closedCodeAt = (text, caret) => codeAt(CLOSED, text, caret);

/**
 * @param {RegExp} form
 * @param {string} text
 * @param {number} caret
 * @returns {Typed | null}
 */
function codeAt(form, text, caret) {
  const found = form.exec(text.slice(Math.max(0, caret - 40), caret));
  return found && { start: caret - found[1].length, code: found[2].toLowerCase() };
}
