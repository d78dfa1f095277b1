// The emoji with their names, from the data of emojibase. Pure.

/**
 * @typedef {{emoji: string, label: string, codes: string[], words: string[], group: number}} Emoji
 *   `codes`: its `:codes:`, as GitHub and Slack have them; `words`: what else it is found by
 * @typedef {{hexcode: string, label: string, unicode: string, group?: number, tags?: string[]}} Source
 */

/** Skin tones and hair: no emoji of their own. */
const COMPONENTS = 2;
/** Drawn in colour by itself: a selector after it is not part of the fully qualified form. */
const NEEDLESS = /(\p{Emoji_Presentation})\ufe0f/gu;

/** The sections, by the number of their group. */
export const GROUPS = [
  "Smileys and feelings",
  "People",
  "",
  "Animals and nature",
  "Food and drink",
  "Travel and places",
  "Activities",
  "Objects",
  "Symbols",
  "Flags",
];

/**
 * @param {Source[]} sources
 * @param {Record<string, string | string[]>} codes  by hexcode
 * @returns {Emoji[]}  in the order of Unicode
 */
export function toCatalogue(sources, codes) {
  return sources
    .filter(({ group }) => group !== undefined && group !== COMPONENTS)
    .map(({ hexcode, label, unicode, group, tags }) => ({
      emoji: unicode.replace(NEEDLESS, "$1"),
      label,
      codes: [codes[hexcode] ?? label.toLowerCase().replace(/[^a-z0-9]+/g, "_")].flat(),
      words: [...label.toLowerCase().split(/[^\p{L}\p{N}+-]+/u), ...(tags ?? [])],
      group: group ?? 0,
    }));
}

/** How well an emoji fits one word of a search, best first; what fits none of it has no place. */
const FITS = [
  (/** @type {Emoji} */ { codes }, /** @type {string} */ word) => codes.includes(word),
  (/** @type {Emoji} */ { codes }, /** @type {string} */ word) => codes.some((code) => code.startsWith(word)),
  (/** @type {Emoji} */ { words }, /** @type {string} */ word) => words.some((one) => one.startsWith(word)),
  (/** @type {Emoji} */ { codes }, /** @type {string} */ word) => codes.some((code) => code.includes(word)),
];

/**
 * Of codes that begin with the same letters the shortest is meant most often: a part of a rank.
 * @param {Emoji} emoji
 * @param {string} word
 */
function shortness({ codes }, word) {
  const lengths = codes.filter((code) => code.startsWith(word)).map((code) => code.length);
  return lengths.length ? Math.min(...lengths) / 100 : 0;
}

/**
 * @param {Emoji[]} catalogue
 * @param {string} query  words, or the beginning of a code
 * @returns {Emoji[]}  the best first
 */
export function findEmoji(catalogue, query) {
  const wanted = query.toLowerCase().replaceAll(":", " ").split(/\s+/).filter(Boolean);
  if (!wanted.length) return [];
  const ranked = catalogue.flatMap((emoji) => {
    if (emoji.emoji === query.trim()) return [{ emoji, rank: 0 }];
    const ranks = wanted.map((word) => FITS.findIndex((fits) => fits(emoji, word)));
    return ranks.includes(-1) ? [] : [{ emoji, rank: Math.max(...ranks) + shortness(emoji, wanted[0]) }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ emoji }) => emoji);
}

/**
 * @param {Emoji[]} catalogue
 * @param {string} code  without colons
 * @returns {string}  empty where no emoji has it
 */
export function emojiOf(catalogue, code) {
  return catalogue.find(({ codes }) => codes.includes(code.toLowerCase()))?.emoji ?? "";
}
