// Tracks whether a user reads the notices, and moves the focus there and back by keyboard. A shell.

const REGION = ".notices";
const NOTICE = "[data-testid=notice]";

export class NoticeFocus {
  /** @param {() => void} onChange  a user started or stopped reading */
  constructor(onChange) {
    this.onChange = onChange;
    /** @type {HTMLElement | null} where the keyboard was before */
    this.before = null;
  }

  /** @param {(id: string) => void} dismiss */
  watch(dismiss) {
    const isOurs = (/** @type {Event} */ event) => /** @type {Element} */ (event.target).closest?.(REGION);
    // Afterwards: only then the page knows what is pointed at and focused.
    const onEvent = (/** @type {Event} */ event) => isOurs(event) && setTimeout(this.onChange);
    for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) document.addEventListener(type, onEvent);
    addEventListener("keydown", (event) => {
      if (event.key === "F6" || (event.altKey && event.code === "KeyT")) this.#enter(event);
      const notice = isOurs(event)?.querySelector(`${NOTICE}:focus-within`);
      if (event.key !== "Escape" || !notice) return;
      // The dialog around it stays open.
      event.preventDefault();
      dismiss(notice.getAttribute("data-id") ?? "");
    });
  }

  /** Whether a notice is hovered or has focus. */
  get isRead() {
    return document.querySelector(`${NOTICE}:is(:hover, :focus-within)`) !== null;
  }

  /** A notice left: a focus that is gone with it goes back to where it was. */
  left() {
    setTimeout(() => {
      if (document.activeElement === document.body && this.before?.isConnected) this.before.focus();
      this.onChange();
    });
  }

  /** @param {KeyboardEvent} event */
  #enter(event) {
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`${NOTICE} :is(button, a)`));
    if (!button) return;
    event.preventDefault();
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    if (!active?.closest(REGION)) this.before = active;
    button.focus();
  }
}
