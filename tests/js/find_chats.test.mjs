import { expect, test } from "bun:test";
import { findChats, stepInOptions } from "../../assets/nova/switcher/find_chats.js";

const items = (...titles) => titles.map((title) => ({ title }));
const titles = (found) => found.map(({ title }) => title);

test("without a text, the chats are in the order of the list", () => {
  expect(titles(findChats(items("Zoo", "Attic"), " "))).toEqual(["Zoo", "Attic"]);
});

test("a name that begins with the text comes before one that only has it", () => {
  expect(titles(findChats(items("Ines Moreau", "Design review", "Release", "Zoo"), "re"))).toEqual(["Design review", "Release", "Ines Moreau"]);
});

test("every word of the text is in the name, in any order and case, with or without accents", () => {
  expect(titles(findChats(items("Café am Markt", "Markt", "Café"), "MARKT cafe"))).toEqual(["Café am Markt"]);
});

test("a few are enough", () => {
  expect(findChats(items(..."abcdefghijklmnop"), "")).toHaveLength(8);
});

test("arrows go round the ends; other keys and an empty list lead nowhere", () => {
  expect(stepInOptions("ArrowDown", 2, 3)).toBe(0);
  expect(stepInOptions("ArrowUp", 0, 3)).toBe(2);
  expect(stepInOptions("Enter", 0, 3)).toBe(-1);
  expect(stepInOptions("ArrowDown", 0, 0)).toBe(-1);
});
