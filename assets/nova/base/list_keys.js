// Moves the focus through the rows of a list. A shell.

/** @type {Record<string, number>} how many rows further; no further than the first and the last */
const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

/** @param {any} event  of React: a key, in a list whose rows are links */
export function moveInList(event) {
  const rows = [...event.currentTarget.querySelectorAll("a")];
  const at = rows.indexOf(event.target);
  const step = STEPS[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(at + step, rows.length - 1))].focus();
}
