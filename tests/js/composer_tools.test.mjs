// What helps with writing: marks around what is selected, codes of emoji, discarded texts.

import { beforeEach, expect, test } from "bun:test";
import { closedCodeAt, openCodeAt } from "../../assets/nova/conversation/emoji_codes.js";
import { withMark } from "../../assets/nova/conversation/formatting.js";
import { DiscardedTexts } from "../../assets/nova/messages/discarded_texts.js";

/** Apply a mark to a text in which `[` and `]` stand around what is selected. */
function marked(text, mark) {
  const start = text.indexOf("[");
  const end = text.indexOf("]") - 1;
  const plain = text.replace("[", "").replace("]", "");
  const change = withMark(plain, start, end, mark);
  const result = plain.slice(0, change.start) + change.insert + plain.slice(change.end);
  const [from, to] = change.select;
  return `${result.slice(0, from)}[${result.slice(from, to)}]${result.slice(to)}`;
}

test.each([
  ["a [word] b", "bold", "a **[word]** b"],
  ["a **[word]** b", "bold", "a [word] b"],
  ["a **[word]** b", "italic", "a ***[word]*** b"],
  ["a [] b", "italic", "a *[]* b"],
  ["a[ word ]b", "strike", "a ~~[word]~~ b"],
  ["[x]", "code", "`[x]`"],
  ["a\n[x\ny]\nb", "code", "a\n```\n[x\ny]\n```\nb"],
  ["a [x\ny] b", "code", "a \n```\n[x\ny]\n```\n b"],
  ["one\nt[w]o\nthree", "quote", "one\n[> two]\nthree"],
  ["[one\ntwo]", "list", "[- one\n- two]"],
  ["[- one\n- two]", "list", "[one\ntwo]"],
  ["[]", "quote", "> []"],
])("%j: %s gives %j", (text, mark, expected) => {
  expect(marked(text, mark)).toBe(expected);
});

test("a link takes what is selected as its text, or as its address", () => {
  expect(withMark("see docs", 4, 8, "link")).toEqual({ start: 4, end: 8, insert: "[docs](https://)", select: [11, 19] });
  expect(withMark("https://a.example", 0, 17, "link")).toEqual({ start: 0, end: 17, insert: "[](https://a.example)", select: [1, 1] });
  expect(withMark("", 0, 0, "link")).toEqual({ start: 0, end: 0, insert: "[](https://)", select: [1, 1] });
});

test("a code is typed after a space or at the start, and ends at the caret", () => {
  expect(openCodeAt("ok :tad", 7)).toEqual({ start: 3, code: "tad" });
  expect(openCodeAt(":TA", 3)).toEqual({ start: 0, code: "ta" });
  expect(closedCodeAt("ok :tada: x", 9)).toEqual({ start: 3, code: "tada" });
  for (const text of ["at 10:30", "https://a", "a:bc", ":t", ": )", "::", ":tada :"]) {
    expect([openCodeAt(text, text.length), closedCodeAt(text, text.length)]).toEqual([null, null]);
  }
});

const kept = new Map();
beforeEach(() => {
  kept.clear();
  globalThis.localStorage = /** @type {any} */ ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => {
      if (text.length > 100_000) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, text);
    },
    removeItem: (key) => kept.delete(key),
  });
});

test("the last 20 discarded texts are kept for 7 days, the newest first, each once", () => {
  let now = 1_000_000;
  const texts = new DiscardedTexts("me", () => now);
  for (let i = 0; i < 25; i += 1) texts.add(`text ${i}`);
  texts.add("text 10");
  texts.add("  x ");
  expect(texts.items.map(({ text }) => text).slice(0, 3)).toEqual(["text 10", "text 24", "text 23"]);
  expect(texts.items.length).toBe(20);
  now += 7 * 24 * 60 * 60 * 1000 - 1;
  expect(texts.items.length).toBe(20);
  now += 1;
  expect(texts.items).toEqual([]);
});

test("a text that is taken is not kept any more; those of others are never shown", () => {
  const texts = new DiscardedTexts("me");
  texts.add("once");
  expect(new DiscardedTexts("other").items).toEqual([]);
  const [{ id }] = texts.items;
  expect([texts.take(id), texts.take(id), texts.items]).toEqual(["once", "", []]);
});

test("without room the newest are kept; what is damaged is nothing", () => {
  const texts = new DiscardedTexts("me");
  for (let i = 0; i < 20; i += 1) texts.add(`${i} ${"x".repeat(9_000)}`);
  expect(texts.items.length).toBeGreaterThan(4);
  expect(texts.items[0].text.startsWith("19 ")).toBe(true);
  kept.set("nova:discarded:me", '{"a": 1}');
  expect(texts.items).toEqual([]);
});
