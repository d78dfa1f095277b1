// The files that an event brings. A shell around `isFilesMeant`, which is pure.

/** @typedef {{text: string, html: string, files: {name: string}[]}} Transfer  what a paste or a drop carries */

/** What some file managers write above the addresses. */
const MANAGER_LINES = /^(x-special\/\S+|copy|cut)$/;
const PATH = /^(file:|\/|~\/|[A-Za-z]:[\\/]|\\\\)/;

/**
 * The files of a form field, a paste or a drop; an event that brings none, or rather a text, is left alone.
 * @param {any} event
 * @returns {File[]}
 */
export function pickedFiles(event) {
  const transfer = event.dataTransfer ?? event.clipboardData;
  const chosen = [...((transfer ?? event.target)?.files ?? [])];
  if (!chosen.length || (transfer && !isFilesMeant(read(transfer, chosen)) && takesText(event))) return [];
  event.preventDefault();
  // The same file may be chosen again.
  if (event.type === "change") event.target.value = "";
  return chosen;
}

/**
 * Whether files are what a person means by this paste or drop. Spreadsheets and word processors
 * put a picture beside the text that was copied; file managers put the path beside the file.
 * @param {Transfer} transfer
 */
function isFilesMeant({ text, html, files }) {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
  const isPicture = /<img\b/i.test(html) && !visibleText(html);
  if (!lines.length || isPicture) return true;
  // Copied from a document: its words may look like a path.
  if (visibleText(html)) return false;
  const places = lines.filter((line) => !MANAGER_LINES.test(line));
  return places.length > 0 && places.every((place) => namesFile(place, files, places.length));
}

/**
 * @param {string} place
 * @param {{name: string}[]} files
 * @param {number} count  of the places
 */
function namesFile(place, files, count) {
  const isPath = PATH.test(place);
  // A screenshot has another name in the clipboard than on disk.
  if (isPath && count === files.length) return true;
  const name = isPath ? place.split(/[\\/]/).at(-1) : place;
  return files.some((file) => file.name === name || file.name === decoded(name ?? ""));
}

/** @param {string} name */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * The words of a fragment of HTML, without what is never shown.
 * @param {string} html
 */
function visibleText(html) {
  return html
    .replace(/<!--[\s\S]*?-->|<(style|script|title|head)\b[\s\S]*?<\/\1\s*>|<[^>]*>/gi, " ")
    .replace(/&(nbsp|#160|#xa0|ZeroWidthSpace);/gi, " ")
    .trim();
}

/**
 * @param {any} transfer
 * @param {File[]} files
 * @returns {Transfer}
 */
function read(transfer, files) {
  return { text: transfer.getData("text/plain"), html: transfer.getData("text/html"), files };
}

/**
 * Whether the browser itself can put a text here: what is dropped beside a field would be lost.
 * @param {any} event
 */
function takesText({ type, target }) {
  return type !== "drop" || Boolean(target.closest?.("textarea, input, [contenteditable]"));
}
