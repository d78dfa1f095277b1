import { expect, test } from "bun:test";
import { PART, inParts, nextPart } from "../../assets/nova/conversation/in_parts.js";

/** The parts in which so many rows are added, where each frame takes what `took` says. */
async function partsOf(count, took) {
  const parts = [];
  const nextFrame = async () => took(parts.at(-1)[1]);
  const show = (from, size) => Boolean(parts.push([from, size]));
  await inParts(count, { show, onLast() {}, isOver: () => false, nextFrame });
  return parts;
}

test("a fast page adds more and more rows in a frame, up to twelve; a slow one fewer again", async () => {
  const fast = await partsOf(200, () => 1);
  const slower = await partsOf(200, (size) => (size > 8 ? 40 : 1));
  expect([fast[0][1], fast.at(-1)[1]]).toEqual([PART, 12]);
  expect(Math.max(...slower.map(([, size]) => size))).toBe(9);
});

test("the parts of a page follow each other without a gap, whatever they take", async () => {
  for (const took of [() => 40, () => 1, (size) => size * 4, () => undefined]) {
    const parts = await partsOf(50, took);
    expect(parts.slice(1).map(([from]) => from)).toEqual(parts.slice(0, -1).map(([from, size]) => from + size));
    expect(parts.at(-1)[0] + parts.at(-1)[1]).toBeGreaterThanOrEqual(50);
  }
});

test("what fits well stays as it is", () => {
  expect([nextPart(4, 4), nextPart(PART, 100), nextPart(12, 1)]).toEqual([4, PART, 12]);
});
