// Where a key leads in a grid that consists of sections, each with rows of its own. Pure.

/**
 * @param {number[]} lengths  how many cells each section has
 * @param {number} columns
 * @param {number} at  the cell, counted through all sections
 * @param {string} key
 * @returns {number}  the cell that the key leads to; -1 if it leads nowhere in the grid
 */
export function moveInGrid(lengths, columns, at, key) {
  const last = lengths.reduce((sum, length) => sum + length, 0) - 1;
  if (key === "ArrowRight") return Math.min(at + 1, last);
  if (key === "ArrowLeft") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key !== "ArrowDown" && key !== "ArrowUp") return -1;
  const rows = rowsOf(lengths, columns);
  const row = rows.findIndex(([start, end]) => at >= start && at < end);
  const [start, end] = rows[row + (key === "ArrowDown" ? 1 : -1)] ?? [];
  if (start === undefined) return key === "ArrowUp" ? -1 : at;
  return Math.min(start + at - rows[row][0], end - 1);
}

/**
 * @param {number[]} lengths
 * @param {number} columns
 * @returns {[start: number, end: number][]}
 */
function rowsOf(lengths, columns) {
  /** @type {[number, number][]} */
  const rows = [];
  let start = 0;
  for (const length of lengths) {
    for (let at = 0; at < length; at += columns) rows.push([start + at, start + Math.min(at + columns, length)]);
    start += length;
  }
  return rows;
}
