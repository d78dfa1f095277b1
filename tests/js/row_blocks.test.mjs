import { expect, test } from "bun:test";
import { BLOCK_ROWS, toBlocks } from "../../assets/nova/conversation/row_blocks.js";
import { deepFreeze } from "./deep_freeze.mjs";
import { seeded } from "./random.mjs";

const row = (key) => ({ key: String(key) });
const range = (from, to) => Array.from({ length: to - from }, (_, i) => row(from + i));
const keysOf = (blocks) => blocks.map((block) => block.rows.map(({ key }) => key));
const sizes = (blocks) => blocks.map((block) => block.rows.length);

test("rows are put into full blocks, the last one takes those that follow", () => {
  const rows = range(0, 2 * BLOCK_ROWS + 3);
  const blocks = toBlocks(rows, []);
  expect(sizes(blocks)).toEqual([BLOCK_ROWS, BLOCK_ROWS, 3]);
  const more = toBlocks([...rows, row("new")], blocks);
  expect(sizes(more)).toEqual([BLOCK_ROWS, BLOCK_ROWS, 4]);
  expect(more.slice(0, 2)).toEqual(blocks.slice(0, 2));
  expect(more[0]).toBe(blocks[0]);
  expect(more[2].key).toBe(blocks[2].key);
});

test("older rows fill a block from its end, and no other one changes", () => {
  let rows = range(100, 100 + BLOCK_ROWS);
  let blocks = toBlocks(rows, []);
  const [first] = blocks;
  for (let at = 97; at > 97 - 3 * BLOCK_ROWS; at -= 3) {
    rows = [...range(at, at + 3), ...rows];
    const before = blocks;
    blocks = toBlocks(rows, before);
    expect(blocks.filter((block) => !before.includes(block)).length).toBeLessThan(3);
  }
  expect(blocks.at(-1)).toBe(first);
  expect(sizes(blocks)).toEqual([BLOCK_ROWS, BLOCK_ROWS, BLOCK_ROWS, BLOCK_ROWS]);
});

test("a row between those of a block joins them, also where it is full", () => {
  const rows = range(0, BLOCK_ROWS);
  const blocks = toBlocks(rows, []);
  const more = toBlocks([...rows.slice(0, -1), row("between"), rows.at(-1)], blocks);
  expect(sizes(more)).toEqual([BLOCK_ROWS + 1]);
  expect(more[0].key).toBe(blocks[0].key);
});

test("equal rows give the same blocks, and none give none", () => {
  const blocks = toBlocks(range(0, 40), []);
  const rows = blocks.flatMap((block) => block.rows);
  expect(toBlocks([...rows], blocks)).toBe(blocks);
  expect(toBlocks([], blocks)).toEqual([]);
  const none = [];
  expect(toBlocks([], none)).toBe(none);
});

/** One step of a timeline: rows come or go at either end, change, come between, change their places, or are all others. */
function step(rows, chance, fresh) {
  const some = 1 + chance.below(20);
  const at = chance.below(rows.length + 1);
  const added = Array.from({ length: some }, fresh);
  return [
    () => [...added, ...rows],
    () => [...rows, ...added],
    () => rows.slice(some),
    () => rows.slice(0, -some),
    () => [...rows.slice(0, at), ...added.slice(0, 2), ...rows.slice(at)],
    () => rows.map((one, i) => (i === at ? { ...one } : one)),
    () => rows.filter((_, i) => i !== at),
    () => [...rows.slice(at), ...rows.slice(0, at)],
    () => added,
  ][chance.below(9)]();
}

test("whatever happens: all rows in order, each block once, and who is in a block stays there", () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const chance = seeded(seed);
    let number = 0;
    const fresh = () => row((number += 1));
    let rows = Array.from({ length: chance.below(60) }, fresh);
    let blocks = toBlocks(rows, []);
    for (let i = 0; i < 30; i += 1) {
      const before = blocks;
      const last = rows;
      rows = step(rows, chance, fresh);
      blocks = toBlocks(deepFreeze(rows), deepFreeze(before));
      expect(blocks.flatMap((block) => block.rows)).toEqual(rows);
      expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length);
      expect(blocks.every((block) => block.key > 0 && block.rows.length > 0)).toBe(true);
      if (isSubsequence(rows, last)) expect(moved(before, blocks)).toEqual([]);
    }
  }
});

/** Whether the rows that are in both lists are in the same order. */
function isSubsequence(rows, last) {
  const shared = new Set(last.map(({ key }) => key));
  const kept = new Set(rows.map(({ key }) => key));
  const order = (list, other) => list.map(({ key }) => key).filter((key) => other.has(key)).join();
  return order(rows, shared) === order(last, kept);
}

/** The rows that are in another block than before. */
function moved(before, after) {
  const homes = new Map(before.flatMap((block) => block.rows.map(({ key }) => [key, block.key])));
  return after.flatMap((block) => block.rows.filter(({ key }) => homes.has(key) && homes.get(key) !== block.key));
}
