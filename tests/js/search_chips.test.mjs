import { expect, test } from "bun:test";
import { chipsOf, toggled } from "../../assets/nova/search/chips.js";

const NOW = Date.parse("2026-01-10T12:00:00Z");
const set = (text) => chipsOf(text, NOW).filter(({ is_set }) => is_set).map(({ kind, value, term }) => [kind, value, term]);
const offered = (text) => chipsOf(text, NOW).filter(({ is_set }) => !is_set).map(({ term }) => term);

test("the operators of a query are its chips, and all others are offered", () => {
  expect(set('plan FROM:ana in:"Release 2.0" has:file reacted:👍')).toEqual([
    ["from", "ana", "FROM:ana"], ["in", "Release 2.0", 'in:"Release 2.0"'], ["has", "file", "has:file"], ["reacted", "👍", "reacted:👍"],
  ]);
  expect(offered("has:file mentions:ME")).toEqual(["is:message", "is:post", "has:image", "has:link", "from:me", "replies:me", "reacted:me", "after:2026-01-03"]);
  expect(offered("before:2026-01-31")).not.toContain("after:2026-01-03");
  expect(set("is:POST is:fun")).toEqual([["is", "POST", "is:POST"]]);
  expect(offered("is:post").filter((term) => term.startsWith("is:"))).toEqual([]);
});

test("what is no operator is none: quoted, unknown, without a value", () => {
  for (const text of ['"a from:b"', "note:this", "from:", "has:fun", "after:soon", "http://x", ""]) expect(set(text)).toEqual([]);
});

test("a click sets an operator and another one removes it, wherever it stands", () => {
  expect(toggled("plan ", "has:file")).toBe("plan has:file");
  expect(toggled("", "has:file")).toBe("has:file");
  expect(toggled("a has:file b", "has:file")).toBe("a b");
  expect(toggled('in:"x y"', 'in:"x y"')).toBe("");
  for (const term of offered("plan")) expect(set(toggled("plan", term)).map(([, , typed]) => typed)).toEqual([term]);
});
