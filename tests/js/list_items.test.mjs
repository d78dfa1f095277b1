// The conversation list in sections.

import { expect, test } from "bun:test";
import { inSections, isMuted } from "../../assets/nova/conversation_list/list_items.js";

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

test("what is pinned comes before everything else, unread or not, and keeps its place", () => {
  const items = [row("a", "group", { unread: 1 }), row("b", "direct", { pinned: true }), row("c", "group", { pinned: true, unread: 2 }), row("d", "direct")];
  expect(shown(items)).toEqual(["pinned: b", "c", "unread: a", "direct: d"]);
});

test("what is muted stays in its section however much is unread", () => {
  const items = [row("a", "group", { unread: 3, muted: true }), row("b", "group"), row("c", "direct", { unread: 1 })];
  expect(shown(items)).toEqual(["unread: c", "group: a", "b"]);
});

test("muting ends at its moment, or never", () => {
  const now = new Date("2026-03-12T10:00:00Z");
  const muted = (/** @type {any} */ muted_until) => isMuted({ muted_until }, now);
  expect([muted(undefined), muted("forever")]).toEqual([false, true]);
  expect([muted("2026-03-12T10:00:01Z"), muted("2026-03-12T10:00:00Z"), muted("2026-03-12T11:00:00+02:00")]).toEqual([true, false, false]);
});
