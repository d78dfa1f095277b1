// Counts which emoji are used most; what was used lately counts more. Pure.

/** What is offered before anything was used. */
const USUAL = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏", "🔥"];
const SHOWN = 16;
const KEPT = 40;
/** Each use makes all earlier ones count a little less. */
const FADING = 0.95;

/** @typedef {[emoji: string, weight: number][]} Uses */

/**
 * @param {unknown} kept  what the browser keeps; anything may be in it
 * @returns {Uses}
 */
function usesOf(kept) {
  if (!Array.isArray(kept)) return [];
  return kept.filter((use) => Array.isArray(use) && typeof use[0] === "string" && Number.isFinite(use[1]));
}

/**
 * @param {unknown} kept
 * @returns {string[]}  the most used first, filled up with the usual ones
 */
export function mostUsed(kept) {
  const used = usesOf(kept).map(([emoji]) => emoji);
  return [...new Set([...used.slice(0, SHOWN), ...USUAL])].slice(0, SHOWN);
}

/**
 * @param {unknown} kept
 * @param {string} emoji
 * @returns {Uses}
 */
export function countUse(kept, emoji) {
  const uses = usesOf(kept).map(([other, weight]) => /** @type {[string, number]} */ ([other, weight * FADING]));
  const known = uses.find(([other]) => other === emoji);
  if (known) known[1] += 1;
  else uses.push([emoji, 1]);
  return uses.sort(([, a], [, b]) => b - a).slice(0, KEPT);
}
