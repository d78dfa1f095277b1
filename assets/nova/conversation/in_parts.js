// Adds the rows of a page over several frames: a whole page at once would hold up scrolling. A shell.

/** So many rows are added in one frame. */
export const PART = 6;
/** In a page that is not visible there are no frames. */
const LONGEST_FRAME_MS = 100;

/** @returns {Promise<unknown>}  resolves when more may be drawn */
export function nextFrame() {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(resolve, LONGEST_FRAME_MS);
  });
}

/**
 * @param {number} count
 * @param {{
 *   show(from: number): boolean, onLast(): void, isOver(): boolean, nextFrame?(): Promise<unknown>
 * }} deps  `show`: add the part that begins here, false if it no longer fits; `onLast`: called before the last one
 */
export async function inParts(count, { show, onLast, isOver, nextFrame: next }) {
  for (let from = 0; !isOver(); from += PART) {
    const isLast = from + PART >= count;
    if (isLast) onLast();
    if (!show(from)) return onLast();
    if (isLast) return;
    await next?.();
  }
}
