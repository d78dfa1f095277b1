import { expect, test } from "bun:test";
import { SeenRows } from "../../assets/nova/conversation/seen_rows.js";

test("a row is seen after a second in view, and not before", () => {
  const rows = new SeenRows();
  rows.look([1, 2], 0);
  expect([rows.lastSeen(999), rows.dueIn(400)]).toEqual([0, 600]);
  expect([rows.lastSeen(1_000), rows.dueIn(1_000)]).toEqual([2, null]);
});

test("scrolling keeps what stays in view, and begins again for what comes back", () => {
  const rows = new SeenRows();
  rows.look([1, 2], 0);
  rows.look([2, 3], 600);
  expect(rows.lastSeen(1_000)).toBe(2);
  expect(rows.lastSeen(1_600)).toBe(3);
  rows.look([], 1_700);
  rows.look([3], 1_800);
  expect([rows.lastSeen(2_700), rows.dueIn(2_700)]).toEqual([0, 100]);
});
