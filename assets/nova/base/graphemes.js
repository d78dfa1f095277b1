// Splits texts into visible characters: an emoji of several code points, a flag, a letter with its marks. Pure.

/** Browsers without a segmenter (Firefox before 125) get code points. */
const segmenter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/**
 * The characters of a text, one after another.
 * @param {string} text
 * @returns {Iterable<string>}
 */
function* graphemes(text) {
  if (!segmenter) yield* text;
  else for (const { segment } of segmenter.segment(text)) yield segment;
}

/**
 * The first character; empty for an empty text.
 * @param {string} text
 * @returns {string}
 */
export function firstGrapheme(text) {
  for (const first of graphemes(text)) return first;
  return "";
}

/**
 * A text of at most so many characters; one that was cut ends with "…".
 * @param {string} text
 * @param {number} max
 * @returns {string}
 */
export function cut(text, max) {
  if (text.length <= max) return text;
  let kept = "";
  let count = 0;
  for (const character of graphemes(text)) {
    if (count === max) return `${kept.trimEnd()}…`;
    kept += character;
    count += 1;
  }
  return text;
}
