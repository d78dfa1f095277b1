// The conversation list in sections.

import { expect, test } from "bun:test";
import { inSections } from "../../assets/nova/conversation_list/list_items.js";

/** @param {string} id @param {string} kind @param {object} [more] */
const row = (id, kind, more) => /** @type {any} */ ({ id, kind, unread: 0, active: false, heading: "", ...more });
const shown = (/** @type {any[]} */ items) => inSections(items).map(({ id, heading }) => (heading ? `${heading}: ${id}` : id));

test("unread ones stand first, then direct chats, then groups, each in the order given", () => {
  const items = [row("a", "group"), row("b", "direct"), row("c", "group", { unread: 2 }), row("d", "direct", { unread: 1 }), row("e", "direct"), row("f", "group")];
  expect(shown(items)).toEqual(["unread: c", "d", "direct: b", "e", "group: a", "f"]);
});

test("the conversation that is open stays in its place while messages arrive in it", () => {
  const items = [row("a", "direct"), row("b", "direct", { unread: 1, active: true })];
  expect(shown(items)).toEqual(["direct: a", "b"]);
});

test("a section without rows has no heading, and no row gets lost", () => {
  expect(shown([])).toEqual([]);
  expect(shown([row("a", "group", { unread: 1 })])).toEqual(["unread: a"]);
});
