// Shows where files may be dropped. A shell.

/**
 * Show that files may be dropped here. An attribute of the element: it concerns the eye alone, and no store.
 * @param {any} event
 * @param {boolean} isDropping
 */
export function setDropping({ currentTarget }, isDropping) {
  if (currentTarget) currentTarget.dataset.dropping = String(isDropping);
}
