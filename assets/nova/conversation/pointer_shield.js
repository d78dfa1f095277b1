// While the wheel moves the rows, none of them is under the pointer. A shell.
//
// Browsers look at each move for what the pointer is on, through hundreds of rows, and draw the one that it is on anew. The
// shield lies over the rows, inside of what scrolls, and is found at once.

/** After the last move of the rows they are at rest. */
export const REST_MS = 120;
/** It ends before the bottom: beyond it there would be more to scroll. */
const MARGIN_PX = 20;

export class PointerShield {
  constructor() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.restTimer = undefined;
    /** Whether a button of the mouse was pressed on it: what it is released on must still be the same. */
    this.isPressed = false;
  }

  /** The wheel is turned: cover the rows until they rest. */
  raise() {
    const shield = find();
    const view = shield?.parentElement;
    if (!shield || !view) return;
    if (shield.hidden) {
      if (view.scrollHeight <= view.clientHeight) return;
      shield.style.setProperty("--shield-height", `${view.clientHeight - MARGIN_PX}px`);
      shield.hidden = false;
    }
    this.#lowerSoon();
  }

  /** The rows were moved, by whatever. */
  moved() {
    if (this.restTimer !== undefined) this.#lowerSoon();
  }

  /** @param {PointerEvent} event  a button was pressed in the timeline; of one that opens a menu no release may follow */
  press(event) {
    if (event.button !== 0 || event.target !== find()) return;
    this.isPressed = true;
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => this.#release(), { once: true });
  }

  /** Its click follows at once. */
  #release() {
    this.isPressed = false;
    this.#lowerSoon();
  }

  /**
   * Give a click to what is under the shield.
   * @param {MouseEvent} event  in the timeline
   */
  click(event) {
    if (event.target !== find()) return;
    this.#lower();
    document.elementFromPoint(event.clientX, event.clientY)?.dispatchEvent(new MouseEvent("click", event));
  }

  #lowerSoon() {
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.isPressed || this.#lower(), REST_MS);
  }

  #lower() {
    clearTimeout(this.restTimer);
    this.restTimer = undefined;
    const shield = find();
    if (shield) shield.hidden = true;
  }
}

/** @type {HTMLElement | null} */
let knownShield = null;

/** Asked for at each turn of the wheel: it is searched for, behind all rows, only when there is another one. */
function find() {
  if (!knownShield?.isConnected) knownShield = document.querySelector(".row-shield");
  return knownShield;
}
