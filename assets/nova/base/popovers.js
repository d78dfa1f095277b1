// Opens and closes popovers that are opened by no button of their own. A shell.

/**
 * Open a popover at a control that is not its button.
 * @param {string} id
 * @param {HTMLElement} anchor
 * @param {() => void} onClosed  by Escape, a click elsewhere or `closeOpenPopover`
 */
export function openPopover(id, anchor, onClosed) {
  const popover = /** @type {any} */ (document.getElementById(id));
  if (!popover) return;
  popover.showPopover({ source: anchor });
  const watch = (/** @type {any} */ event) => {
    if (event.newState !== "closed") return;
    popover.removeEventListener("toggle", watch);
    onClosed();
  };
  popover.addEventListener("toggle", watch);
}

/** @param {string} id */
export const closeOpenPopover = (id) => /** @type {any} */ (document.getElementById(id))?.hidePopover();
