// Keeps the scroll position of the message list while rows are added or removed around what is read. Uses only the
// document and the numbers of messages.
//
// The list is laid out from the bottom (column-reverse): 0 is its end, upwards is negative. A shell.

const BOTTOM_PX = 100;
/** In heights of the view: within NEAR of an end more is loaded, beyond FAR "Jump to newest" is offered. */
const NEAR = 1.5;
const FAR = 0.5;
const NEWEST = 0;
/** How far below the top of the view the first unread message begins, in heights of the view. */
const UNREAD_TOP = 0.2;

/**
 * @typedef {{frame: Element, bottom: number}} Place  of a row: where it ends
 * @typedef {{
 *   isAtBottom: boolean, isNearTop: boolean, isNearBottom: boolean, isFar: boolean, above: number, below: number, whole: number
 * }} Reach  `above`, `below`: how much there is beyond the view, of `whole`; in pixels
 */

export class ScrollAnchor {
  constructor() {
    /** @type {Place | null} the row in the middle of the view */
    this.held = null;
    /** @type {number | null} the number to scroll to when it is rendered */
    this.goal = null;
    /** @type {number | "unread" | null} how far below the top of the view the goal ends; null to center it */
    this.goalBottom = null;
  }

  /** Remember the row that is read, before rows change. */
  hold() {
    const view = findView();
    this.held = view && inTheMiddle(view);
  }

  /**
   * Restore the position after rows changed, or scroll to the goal.
   * @returns {Place | null}  what was held and is where it was; null for nothing
   */
  settle() {
    const view = findView();
    const { held } = this;
    this.held = null;
    if (!view) return null;
    if (this.goal !== null) this.#reach(view);
    else if (held?.frame.isConnected) {
      const moved = bottomOf(held.frame) - held.bottom;
      if (Math.abs(moved) >= 1) view.scrollTop += moved;
      return held;
    }
    return null;
  }

  /**
   * Scroll to a message when it is rendered.
   * @param {number} [seq]  the newest by default
   * @param {number | "unread" | null} [bottom]  its position, as `spot` returned it; `unread` to begin reading there
   */
  go(seq = NEWEST, bottom = null) {
    this.goal = seq;
    this.goalBottom = bottom;
  }

  /**
   * The message in the middle of the view, and how far below its top it ends.
   * @param {Place | null} [known]  where it is
   * @returns {{seq: number, bottom: number} | null}
   */
  spot(known) {
    const view = findView();
    if (!view?.clientHeight) return null;
    const middle = known ?? inTheMiddle(view);
    const seq = middle && seqOf(middle.frame);
    return seq ? { seq, bottom: middle.bottom - view.getBoundingClientRect().top } : null;
  }

  /** @returns {number[]}  the numbers of the messages whose end is visible */
  get visible() {
    const view = findView();
    if (!view?.clientHeight) return [];
    const { top, bottom } = view.getBoundingClientRect();
    const seqs = [];
    for (const frame of framesFrom(view, top)) {
      if (bottomOf(frame) > bottom + 1) break;
      seqs.push(seqOf(frame));
    }
    return seqs.filter((seq) => seq > 0);
  }

  /** @returns {Reach | null}  null where there is nothing to scroll */
  get reach() {
    const view = findView();
    if (!view?.clientHeight) return null;
    const below = -view.scrollTop;
    const whole = view.scrollHeight;
    const above = whole - view.clientHeight - below;
    return {
      above,
      below,
      whole,
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
      const row = /** @type {HTMLElement | null} */ (view.querySelector(`[data-seq="${this.goal}"]`));
      if (!row) return;
      this.goal = null;
      if (this.goalBottom === "unread") {
        const { top } = (row.closest(".row-frame") ?? row).getBoundingClientRect();
        view.scrollTop += top - view.getBoundingClientRect().top - UNREAD_TOP * view.clientHeight;
        return;
      }
      if (this.goalBottom !== null) {
        view.scrollTop += row.getBoundingClientRect().bottom - view.getBoundingClientRect().top - this.goalBottom;
        return;
      }
      row.scrollIntoView({ block: "center", behavior: "instant" });
      // Moves the position of screen readers as well.
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
    }
    this.goal = null;
  }
}

/** @type {HTMLElement | null} */
let knownView = null;

/** Asked for several times at each move: it is searched for only when there is another one. */
function findView() {
  if (!knownView?.isConnected) knownView = document.querySelector("[data-timeline-scroll]");
  return knownView;
}

/**
 * The rows, with what stands above each, from the first that ends at or below this height; the last one where none does.
 * Found by way of their blocks: a list of all rows would be made anew after each change of one.
 * @param {HTMLElement} view
 * @param {number} y
 */
function* framesFrom(view, y) {
  // What tells of loading, above and below the rows, is no block.
  const beside = find(view.firstElementChild?.children, y);
  let block = nearest(beside, "nextElementSibling") ?? nearest(beside, "previousElementSibling");
  let frame = find(block?.children, y);
  while (frame) {
    yield frame;
    frame = frame.nextElementSibling ?? (block = nearest(block?.nextElementSibling, "nextElementSibling"))?.firstElementChild;
  }
}

/**
 * @param {Element | null | undefined} element
 * @param {"nextElementSibling" | "previousElementSibling"} side
 */
function nearest(element, side) {
  while (element && element.className !== "row-block") element = element[side];
  return element;
}

/** @param {Element} frame */
const bottomOf = (frame) => frame.getBoundingClientRect().bottom;

/** @param {Element} frame */
const seqOf = (frame) => Number(frame.querySelector("[data-seq]")?.getAttribute("data-seq") ?? 0);

/** @type {Element | null} */
let lastMiddle = null;

/**
 * The row in the middle of the view, and where it ends. Asked for twice in a frame: mostly it is still the same one.
 * @param {HTMLElement} view
 * @returns {Place | null}
 */
function inTheMiddle(view) {
  const { top, height } = view.getBoundingClientRect();
  const middle = top + height / 2;
  const last = lastMiddle?.isConnected ? lastMiddle.getBoundingClientRect() : null;
  if (lastMiddle && last && last.top < middle && middle <= last.bottom) return { frame: lastMiddle, bottom: last.bottom };
  const { value: frame } = framesFrom(view, middle).next();
  lastMiddle = frame ?? null;
  return frame ? { frame, bottom: bottomOf(frame) } : null;
}

/**
 * The first element that ends at or below this height; the last one where none does.
 * @param {HTMLCollection | undefined} elements  one below the other
 * @param {number} y
 * @returns {Element | null | undefined}
 */
function find(elements, y) {
  if (!elements) return null;
  let low = 0;
  let high = elements.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bottomOf(elements[middle]) < y) low = middle + 1;
    else high = middle;
  }
  return elements[low];
}
