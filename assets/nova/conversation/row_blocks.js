// The rows of the timeline in blocks: what changes in one is rendered, laid out and painted there, not among all rows. Pure.

import { isSameList } from "./keep_same.js";

/**
 * @typedef {import("../generated/types.js").Row} Row
 * @typedef {import("../generated/types.js").RowBlock} RowBlock
 */

/** Another block begins after so many rows, except where rows come between those of one. */
export const BLOCK_ROWS = 16;

/**
 * Put rows into blocks. A row stays in its block for as long as it is shown, whatever comes or goes around it: in another
 * one it would be rendered anew, lose the focus, and be announced again.
 * @param {Row[]} rows  in order, each key once
 * @param {RowBlock[]} previous  the blocks that were rendered last; those that did not change are kept
 * @returns {RowBlock[]}  with all rows, in order
 */
export function toBlocks(rows, previous) {
  const homes = homesOf(rows, previous);
  settle(homes, Math.max(0, ...previous.map(({ key }) => key)));
  const old = new Map(previous.map((block) => [block.key, block]));
  /** @type {RowBlock[]} */
  const blocks = [];
  for (let begin = 0, end = 0; begin < rows.length; begin = end) {
    while (homes[end] === homes[begin]) end += 1;
    blocks.push(keep(old.get(homes[begin]), { key: homes[begin], rows: rows.slice(begin, end) }));
  }
  return isSameList(blocks, previous) ? previous : blocks;
}

/**
 * @param {Row[]} rows
 * @param {RowBlock[]} previous
 * @returns {number[]}  the key of the block in which each row is; 0 for none, also where another one has come between
 */
function homesOf(rows, previous) {
  const homes = new Map();
  for (const block of previous) for (const row of block.rows) homes.set(row.key, block.key);
  const left = new Set();
  let last = 0;
  return rows.map(({ key }) => {
    const home = homes.get(key) ?? 0;
    if (left.has(home)) return 0;
    if (home && home !== last) {
      left.add(last);
      last = home;
    }
    return home;
  });
}

/**
 * Give the rows without a block one: that around them, one beside them with room, or another.
 * @param {number[]} homes  changed in place
 * @param {number} last  the greatest key so far
 */
function settle(homes, last) {
  const sizes = new Map();
  for (const home of homes) sizes.set(home, (sizes.get(home) ?? 0) + 1);
  const put = (/** @type {number} */ i, /** @type {number} */ home) => {
    homes[i] = home;
    sizes.set(home, (sizes.get(home) ?? 0) + 1);
  };
  const hasRoom = (/** @type {number} */ home) => home > 0 && (sizes.get(home) ?? 0) < BLOCK_ROWS;
  for (let begin = homes.indexOf(0); begin >= 0; begin = homes.indexOf(0, begin)) {
    let end = begin;
    while (homes[end] === 0) end += 1;
    const before = homes[begin - 1] ?? 0;
    const after = homes[end] ?? 0;
    if (before && before === after) while (begin < end) put(begin++, before);
    while (begin < end && hasRoom(after)) put(--end, after);
    while (begin < end && hasRoom(before)) put(begin++, before);
    // Above the others a block is filled from its end: what is still older follows there.
    for (last += 1; begin < end; put(after ? --end : begin++, last)) if (!hasRoom(last)) last += 1;
  }
}

/**
 * The block that was rendered last, if it has the same rows.
 * @param {RowBlock | undefined} old
 * @param {RowBlock} block
 * @returns {RowBlock}
 */
function keep(old, block) {
  return old && isSameList(old.rows, block.rows) ? old : block;
}
