// Sections that are folded stay folded on the next page.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFolded, toggleFolded } from "../../assets/nova/conversation_list/folded_sections.js";

const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
let kept;

beforeEach(() => {
  kept = new Map();
  const value = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
  Object.defineProperty(globalThis, "localStorage", { value, configurable: true });
});

afterEach(() => {
  if (before) Object.defineProperty(globalThis, "localStorage", before);
  else delete globalThis.localStorage;
});

test("a section is folded and unfolded, beside others", () => {
  toggleFolded(readFolded(), "group");
  toggleFolded(readFolded(), "direct");
  expect(readFolded()).toBe("group direct ");

  toggleFolded(readFolded(), "group");
  expect(readFolded()).toBe("direct ");

  toggleFolded(readFolded(), "direct");
  expect(readFolded()).toBe("");
  expect(kept.size).toBe(0);
});

test("without a storage a section is folded as long as the page lives", () => {
  Object.defineProperty(globalThis, "localStorage", { get: () => { throw new Error("forbidden"); }, configurable: true });
  expect(readFolded()).toBe("");
  expect(toggleFolded("", "group")).toBe("group ");
});
