// The files that an event brings. A shell.

/**
 * The files of a form field, a paste or a drop; an event that brings none is left alone.
 * @param {any} event
 * @returns {File[]}
 */
export function takeFiles(event) {
  const source = event.dataTransfer ?? event.clipboardData ?? event.target;
  const chosen = [...(source?.files ?? [])];
  if (!chosen.length) return [];
  event.preventDefault();
  // The same file may be chosen again.
  if (event.type === "change") event.target.value = "";
  return chosen;
}
