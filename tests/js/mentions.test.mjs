import { expect, test } from "bun:test";
import { findMentions } from "../../assets/nova/conversation/mentions.js";
import table from "../wire/mentions.json";

const members = Object.entries(table.members).map(([username, user_id]) => ({ username, user_id }));

test.each(table.cases)("$text mentions the same as on the server, at these places", ({ text, mentions, user_ids, everybody }) => {
  const found = findMentions(text, members, true);

  expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(mentions);
  expect([...new Set(found.map(({ user_id }) => user_id).filter(Boolean))]).toEqual(user_ids);
  expect(found.some(({ user_id }) => user_id === "")).toBe(everybody);
});

test("whoever may not mention everybody mentions nobody by @all, unless that is a name", () => {
  expect(findMentions("@all", members, false)).toEqual([]);
  expect(findMentions("@all", [{ username: "all", user_id: "X" }], false)).toEqual([{ start: 0, end: 4, user_id: "X" }]);
});

test.each(["`", "@", "[", "<a:", "> ", "@a.", "``` ", "www."])("an endless text of %s is read in time that grows with its length", (unit) => {
  const began = performance.now();

  findMentions(unit.repeat(10_000 / unit.length), members, true);

  expect(performance.now() - began).toBeLessThan(1_000);
});
