import { expect, test } from "bun:test";
import { begunAt, choicesFor, complete } from "../../assets/nova/conversation/mention_completion.js";

const person = (username, display_name) => ({ user_id: username, username, display_name });
const people = [person("me", "Me"), person("ana", "Ana María López"), person("ben.o", "Ben Okafor"), person("zoe", "Zoë Banner")];
const room = { people, myId: "me", mayMentionAll: false };
const found = (wanted, changes = {}) => choicesFor(wanted, { ...room, ...changes }).map(({ username }) => username);

test.each([
  ["@", { start: 0, wanted: "" }],
  ["hi @an", { start: 3, wanted: "an" }],
  ["(@an", { start: 1, wanted: "an" }],
  ["a\n@b", { start: 2, wanted: "b" }],
  ["@ana maria", { start: 0, wanted: "ana maria" }],
  ["@ana maria l", null],
  ["mail@an", null],
  ["@ana ", null],
  ["`@an", null],
  ["```\n@an", null],
  ["> @an", null],
  ["https://x/(@an", null],
  ["", null],
])("%j has a mention begun: %j", (text, expected) => {
  expect(begunAt(text, text.length)).toEqual(expected);
});

test("only what stands before the caret counts", () => {
  expect(begunAt("@ana and @ben", 3)).toEqual({ start: 0, wanted: "an" });
  expect(begunAt("`@an`", 4)).toBeNull();
});

test("members are found by user name, any word of their name, a part, and letters in order", () => {
  expect(found("")).toEqual(["ana", "ben.o", "zoe", "me"]);
  expect(found("b")).toEqual(["ben.o", "zoe"]);
  expect(found("lop")).toEqual(["ana"]);
  expect(found("maria")).toEqual(["ana"]);
  expect(found("ZOE")).toEqual(["zoe"]);
  expect(found("kaf")).toEqual(["ben.o"]);
  expect(found("bnk")).toEqual(["ben.o"]);
  expect(found("ben ok")).toEqual(["ben.o"]);
  expect(found("qq")).toEqual([]);
});

test("what follows a complete user name is no longer a part of it", () => {
  expect(found("ana m")).toEqual([]);
  expect(found("zoe ban")).toEqual([]);
});

test("@all is offered to those who may mention everybody", () => {
  expect(found("al", { mayMentionAll: true })[0]).toBe("all");
  expect(found("al")).not.toContain("all");
});

test("a name takes the place of what was typed, with one space after it", () => {
  expect(complete("hi @an", { start: 3, wanted: "an" }, "ana")).toEqual({ start: 3, end: 6, insert: "@ana ", caret: 8 });
  expect(complete("@an, ok", { start: 0, wanted: "an" }, "ana")).toEqual({ start: 0, end: 3, insert: "@ana ", caret: 5 });
  expect(complete("@an ok", { start: 0, wanted: "an" }, "ana")).toEqual({ start: 0, end: 3, insert: "@ana", caret: 5 });
});
