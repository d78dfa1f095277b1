// Moves the focus through the rows of a list. A shell.

/** @type {Record<string, (at: number, last: number) => number>} */
const STEPS = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/** @param {any} event  of React: a key, in a list whose rows are links */
export function moveInList(event) {
  const rows = [...event.currentTarget.querySelectorAll("a")];
  const at = rows.indexOf(event.target);
  if (at < 0 || !STEPS[event.key]) return;
  event.preventDefault();
  rows[STEPS[event.key](at, rows.length - 1)].focus();
}
