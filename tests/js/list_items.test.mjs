// The conversation list in sections.

import { expect, test } from "bun:test";
import { isMuted } from "../../assets/nova/base/mute.js";
import { inSections, toItem } from "../../assets/nova/conversation_list/list_items.js";

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

test("every row knows its section, also where it does not name it", () => {
  const items = inSections([row("a", "group"), row("b", "group"), row("c", "direct", { unread: 1 })]);
  expect(items.map(({ section }) => section)).toEqual(["unread", "group", "group"]);
});

test("who is writing stands in the row: by name in a group, and how many when there are several", () => {
  const members = [{ user_id: "me", display_name: "Me" }, { user_id: "a", display_name: "Ana" }];
  const typing = (/** @type {string} */ kind, /** @type {string[]} */ names) =>
    toItem(/** @type {any} */ ({ id: "c", kind, title: "Plans", members, created_at: "2026-01-01T00:00:00Z" }), {
      myId: "me", activeId: "", origin: "", failed: new Set(), drafts: new Map(), online: new Set(), typists: () => names,
      now: new Date("2026-01-01T00:00:00Z"), place: { locale: "en", timeZone: "UTC" },
    }).typing;
  expect(typing("group", [])).toBe("");
  expect(typing("group", ["Ana"]).replace(/[\u2066-\u2069]/g, "")).toBe("Ana is typing…");
  expect(typing("group", ["Ana", "Ben"])).toBe("2 people are typing…");
  expect(typing("direct", ["Ana"])).toBe("Typing…");
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
  const muted = (/** @type {any} */ muted_until) => isMuted(muted_until, now);
  expect([muted(undefined), muted("forever")]).toEqual([false, true]);
  expect([muted("2026-03-12T10:00:01Z"), muted("2026-03-12T10:00:00Z"), muted("2026-03-12T11:00:00+02:00")]).toEqual([true, false, false]);
});
