// The emoji: their fully qualified form, the search, the keys of the grid, and which are used most.

import { expect, test } from "bun:test";
import data from "emojibase-data/en/compact.json";
import codes from "emojibase-data/en/shortcodes/github.json";
import { GROUPS, emojiOf, findEmoji, toCatalogue } from "../../assets/nova/emoji/catalogue.js";
import { moveInGrid } from "../../assets/nova/emoji/grid_keys.js";
import { countUse, mostUsed } from "../../assets/nova/emoji/most_used.js";

const CATALOGUE = toCatalogue(data, codes);
const found = (query) => findEmoji(CATALOGUE, query).map(({ emoji }) => emoji);

test("every emoji has a name, a code and a section that is named", () => {
  expect(CATALOGUE.length).toBeGreaterThan(1_800);
  for (const { emoji, label, codes: own, group } of CATALOGUE) {
    expect([emoji.length > 0, label.length > 0, own.length > 0, GROUPS[group].length > 0]).toEqual([true, true, true, true]);
  }
  expect(new Set(CATALOGUE.map(({ emoji }) => emoji)).size).toBe(CATALOGUE.length);
});

test("emoji are fully qualified: with a selector where one is needed, and only there", () => {
  expect(emojiOf(CATALOGUE, "+1")).toBe("\u{1f44d}");
  expect(emojiOf(CATALOGUE, "heart")).toBe("\u2764\ufe0f");
  expect(emojiOf(CATALOGUE, "white_check_mark")).toBe("\u2705");
  expect(emojiOf(CATALOGUE, "eye_speech_bubble")).toBe("\u{1f441}\ufe0f\u200d\u{1f5e8}\ufe0f");
});

test("a code finds its emoji in any case; an unknown one finds none", () => {
  expect([emojiOf(CATALOGUE, "TADA"), emojiOf(CATALOGUE, "no_such_thing")]).toEqual(["🎉", ""]);
});

test.each([
  ["tada", "🎉"],
  [":heart", "❤️"],
  ["thumbsu", "👍"],
  ["THUMBS UP", "👍"],
  ["party", "🥳"],
  ["🔥", "🔥"],
  ["germany", "🇩🇪"],
])("a search for %s finds %s among the first", (query, emoji) => {
  expect(found(query).slice(0, 8)).toContain(emoji);
});

test("a search for nothing and for nonsense finds nothing", () => {
  expect([found(""), found("  : "), found("qqqqqq")]).toEqual([[], [], []]);
});

test("keys lead through the rows of all sections, and up out of the first", () => {
  const move = (at, key) => moveInGrid([8, 3, 20], 8, at, key);
  expect([move(0, "ArrowRight"), move(0, "ArrowLeft"), move(30, "ArrowRight")]).toEqual([1, 0, 30]);
  expect([move(2, "ArrowDown"), move(7, "ArrowDown"), move(10, "ArrowDown")]).toEqual([10, 10, 13]);
  expect([move(13, "ArrowUp"), move(18, "ArrowUp"), move(3, "ArrowUp")]).toEqual([10, 10, -1]);
  expect([move(5, "Home"), move(5, "End"), move(28, "ArrowDown"), move(5, "a")]).toEqual([0, 30, 28, -1]);
});

test("what is used often comes first, what was used lately counts more, and the usual ones fill up", () => {
  let uses = /** @type {any} */ (null);
  expect(mostUsed(uses).slice(0, 3)).toEqual(["👍", "❤️", "😂"]);
  for (const emoji of ["🐙", "🐙", "🦊"]) uses = countUse(uses, emoji);
  expect(mostUsed(uses).slice(0, 3)).toEqual(["🐙", "🦊", "👍"]);
  for (let i = 0; i < 100; i += 1) uses = countUse(uses, "🦊");
  expect(mostUsed(uses)[0]).toBe("🦊");
  expect(uses.length).toBeLessThanOrEqual(40);
});

test.each([[{}], ["x"], [[1, null, ["🐙"], ["🐙", "many"]]]])("what the browser keeps may be anything: %p", (kept) => {
  expect(mostUsed(kept)[0]).toBe("👍");
  expect(countUse(kept, "🐙")).toEqual([["🐙", 1]]);
});
