// Keeps the scroll position of the message list: what is read stays where it is, whatever is added or
// dropped around it. Knows the document, and nothing of messages but their numbers.
//
// The list is laid out from the bottom (column-reverse): 0 is its end, upwards is negative. A shell.

const BOTTOM_PX = 100;
/** In heights of the view: so near an end its neighbours are loaded, so far from the newest there is a way back. */
const NEAR = 1.5;
const FAR = 0.5;
const NEWEST = 0;

/** @typedef {{isAtBottom: boolean, isNearTop: boolean, isNearBottom: boolean, isFar: boolean}} Reach */

export class ScrollAnchor {
  constructor() {
    /** @type {{row: Element, bottom: number} | null} a row that is read, and its position */
    this.held = null;
    /** @type {number | null} what is to be shown as soon as it is rendered */
    this.goal = null;
    /** @type {number | null} where the goal's end belongs, below the top of the view; null for its middle */
    this.goalBottom = null;
  }

  /** The rows are about to change: remember what is read. */
  hold() {
    const view = find("[data-timeline-scroll]");
    if (!view) return;
    const { top, height } = view.getBoundingClientRect();
    const row = rowAt(view.querySelectorAll("[data-seq]"), top + height / 2);
    this.held = row && { row, bottom: row.getBoundingClientRect().bottom };
  }

  /** The rows have changed: restore the position of what is read, or go to the target of a jump. */
  settle() {
    const view = find("[data-timeline-scroll]");
    const { held } = this;
    this.held = null;
    if (!view) return;
    if (this.goal !== null) this.#reach(view);
    else if (held?.row.isConnected) {
      const moved = held.row.getBoundingClientRect().bottom - held.bottom;
      if (Math.abs(moved) >= 1) view.scrollTop += moved;
    }
  }

  /**
   * @param {number} [seq]  the newest unless given
   * @param {number | null} [bottom]  where it was, as `spot` returned
   */
  go(seq = NEWEST, bottom = null) {
    this.goal = seq;
    this.goalBottom = bottom;
  }

  /**
   * The message in the middle of the view, and where it ends there.
   * @returns {{seq: number, bottom: number} | null}
   */
  get spot() {
    const view = find("[data-timeline-scroll]");
    if (!view?.clientHeight) return null;
    const { top, height } = view.getBoundingClientRect();
    const row = rowAt(view.querySelectorAll("[data-seq]"), top + height / 2);
    const seq = Number(row?.getAttribute("data-seq") ?? 0);
    return row && seq ? { seq, bottom: row.getBoundingClientRect().bottom - top } : null;
  }

  /** @returns {Reach | null}  null where there is nothing to scroll */
  get reach() {
    const view = find("[data-timeline-scroll]");
    if (!view?.clientHeight) return null;
    const below = -view.scrollTop;
    const above = view.scrollHeight - view.clientHeight - below;
    return {
      isAtBottom: below < BOTTOM_PX,
      isNearTop: above < NEAR * view.clientHeight,
      isNearBottom: below < NEAR * view.clientHeight,
      isFar: below > FAR * view.clientHeight,
    };
  }

  /** @param {HTMLElement} view */
  #reach(view) {
    if (this.goal === NEWEST) view.scrollTop = 0;
    else {
      const row = find(`[data-timeline-scroll] [data-seq="${this.goal}"]`);
      if (!row) return;
      this.goal = null;
      if (this.goalBottom !== null) {
        view.scrollTop += row.getBoundingClientRect().bottom - view.getBoundingClientRect().top - this.goalBottom;
        return;
      }
      row.scrollIntoView({ block: "center", behavior: "instant" });
      // Screen readers follow, too.
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
    }
    this.goal = null;
  }
}

/** @param {string} selector */
function find(selector) {
  return /** @type {HTMLElement | null} */ (document.querySelector(selector));
}

/**
 * The first row that ends at or below this height; the last one where none does.
 * @param {NodeListOf<Element>} rows  one below the other
 * @param {number} y
 * @returns {Element | null}
 */
function rowAt(rows, y) {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].getBoundingClientRect().bottom < y) low = middle + 1;
    else high = middle;
  }
  return rows[low] ?? null;
}
