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
  // The segmenter is slow, and most names begin so.
  if (/^[!-~]([ -~]|$)/.test(text)) return text[0];
  for (const first of graphemes(text)) return first;
  return "";
}

const FEW = 3;
const EMOJI = /^(?=.*(\p{Emoji_Presentation}|\ufe0f|\p{Regional_Indicator}{2}))[\p{Extended_Pictographic}\p{Emoji_Component}\s]+$/u;

/**
 * Whether a text is one to three emoji and nothing else; digits are no emoji.
 * @param {string} text
 * @returns {boolean}
 */
export function isFewEmoji(text) {
  if (text.length > 64 || !EMOJI.test(text) || /^[\d#*\s]+$/.test(text)) return false;
  return [...graphemes(text)].filter((character) => character.trim()).length <= FEW;
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
