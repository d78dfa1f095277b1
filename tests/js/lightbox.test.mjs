import { expect, test } from "bun:test";
import { swipeOf } from "../../assets/nova/lightbox/swipe.js";

test.each([
  [[100, 100], [20, 110], 1],
  [[100, 100], [180, 90], -1],
  [[100, 100], [100, 100], 0],
  [[100, 100], [60, 100], 0],
  [[100, 100], [20, 160], 0],
  [[100, 100], [100, 400], 0],
])("from %p to %p is a step by %i", ([x, y], [left, top], step) => {
  expect(swipeOf({ x, y }, { x: left, y: top })).toBe(step);
});
