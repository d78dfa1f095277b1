// Suggests a new password in its field. A shell, but for the choice of words.

const WORDS_NUMBER = 5;
const LETTERS = [..."abcdefghijkmnopqrstuvwxyz"];
const GROUP_CHARS = 4;

/**
 * Five words; groups of letters where the list of words could not be loaded.
 * @param {readonly string[]} words  none: not loaded
 * @param {(number: number) => number} choose  a whole number below this one, each as likely as any other
 * @returns {string}
 */
export function compose(words, choose) {
  const one = (/** @type {readonly string[]} */ list) => list[choose(list.length)];
  const part = () => (words.length ? one(words) : Array.from({ length: GROUP_CHARS }, () => one(LETTERS)).join(""));
  return Array.from({ length: WORDS_NUMBER }, part).join("-");
}

/**
 * @param {number} number
 * @returns {number}
 */
function chooseBelow(number) {
  const range = 2 ** 32;
  // What is left over beyond a multiple would be likelier for small numbers.
  const limit = range - (range % number);
  for (;;) {
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    if (random < limit) return random % number;
  }
}

/** Fill in the page's field for a new password; no page has two. */
export async function suggestPassword() {
  const { WORDS } = await import("./password_words.js").catch(() => ({ WORDS: [] }));
  /** @type {HTMLInputElement | null} */
  const field = document.querySelector("input[autocomplete=new-password]");
  if (field) field.value = compose(WORDS, chooseBelow);
}
