import { expect, test } from "bun:test";
import { completionsOf } from "../../assets/nova/account/new_conversation.js";

const person = (username, display_name) => ({ user_id: username, username, display_name });
const people = [person("ana", "Ana Sá"), person("ben", "Ben Ito"), person("bo", "Robert Ana")];
const values = (members, kind) => completionsOf(members, kind, people).map(({ value }) => value);

test("before anything is typed, all are offered, with their names", () => {
  expect(completionsOf("", "direct", people)[0]).toEqual({ value: "ana", name: "Ana Sá" });
  expect(values("", "group")).toEqual(["ana", "ben", "bo"]);
});

test("who is meant is found by user name or name, in either case", () => {
  expect(values("B", "direct")).toEqual(["ben", "bo"]);
  expect(values("ana", "direct")).toEqual(["ana", "bo"]);
  expect(values("ito", "direct")).toEqual(["ben"]);
  expect(values("nobody", "direct")).toEqual([]);
});

test("in a group the last name is completed, and nobody is offered twice", () => {
  expect(values("ben, a", "group")).toEqual(["ben, ana", "ben, bo"]);
  expect(values("ben,ana,", "group")).toEqual(["ben,ana, bo"]);
});

test("one person is asked for in a direct chat: a comma begins no second one", () => {
  expect(values("ben, a", "direct")).toEqual([]);
});

test("a few are offered of however many", () => {
  const many = Array.from({ length: 3_000 }, (_, i) => person(`p${i}`, `P ${i}`));
  expect(completionsOf("p", "direct", many)).toHaveLength(20);
});
