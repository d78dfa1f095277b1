import { expect, test } from "bun:test";
import { WORDS } from "../../assets/nova/account/password_words.js";
import { compose } from "../../assets/nova/account/suggested_password.js";

const below = (number) => Math.floor(Math.random() * number);

test("a suggestion is five words of the list, the first and the last among them", () => {
  expect(compose(WORDS, () => 0)).toBe(Array(5).fill(WORDS[0]).join("-"));
  expect(compose(WORDS, (number) => number - 1)).toBe(Array(5).fill(WORDS.at(-1)).join("-"));
  expect(compose(WORDS, below).split("-").every((word) => WORDS.includes(word))).toBe(true);
});

test("the list has no word twice and enough of them that five cannot be guessed", () => {
  expect(new Set(WORDS).size).toBe(WORDS.length);
  expect(5 * Math.log2(WORDS.length)).toBeGreaterThan(54);
  for (const word of WORDS) expect(word).toMatch(/^[a-z]{3,8}$/);
});

test("without the list it is as hard to guess, of letters that cannot be confused", () => {
  const made = compose([], below);
  expect(made).toMatch(/^([a-km-z]{4}-){4}[a-km-z]{4}$/);
  expect(20 * Math.log2(25)).toBeGreaterThan(90);
});

test("every suggestion is long enough for a new password", () => {
  const shortest = Math.min(...WORDS.map((word) => word.length));
  expect(5 * shortest + 4).toBeGreaterThanOrEqual(15);
});
