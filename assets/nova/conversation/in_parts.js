// Adds the rows of a page over several frames: a whole page at once would hold up scrolling. A shell around `nextPart`.

/** So many rows are added in a frame at least: 120 a second, faster than one reads. */
export const PART = 2;
const PART_MAX = 12;
/** What they may take of a frame, of which 8 ms are for all scripts and layout: the rest is for the reader's own moves. */
const BUDGET_MS = 5;
/** In a page that is not visible there are no frames. */
const LONGEST_FRAME_MS = 100;

/**
 * How many rows to add in a frame, after so many took so long. Pure.
 * @param {number} size
 * @param {number} ms
 */
export function nextPart(size, ms) {
  if (ms > BUDGET_MS) return Math.max(PART, size - 1);
  return (ms / size) * (size + 1) < BUDGET_MS ? Math.min(PART_MAX, size + 1) : size;
}

/** @returns {Promise<number>}  resolves when more may be drawn, with how long the page was busy with what was (ms) */
export async function nextFrame() {
  const begun = performance.now();
  await nextTask();
  const took = performance.now() - begun;
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve(took));
    setTimeout(() => resolve(took), LONGEST_FRAME_MS);
  });
}

/** @type {MessageChannel | null} */
let channel = null;

/** A timer would come later than the work is over. */
function nextTask() {
  channel ??= new MessageChannel();
  const { port1, port2 } = channel;
  return new Promise((resolve) => {
    port1.addEventListener("message", resolve, { once: true });
    port1.start();
    port2.postMessage(0);
  });
}

/**
 * @param {number} count
 * @param {{
 *   show(from: number, size: number): boolean, onLast(): void, isOver(): boolean, nextFrame?(): Promise<number | void>
 * }} deps  `show`: add the part of this size that begins here, false if it no longer fits; `onLast`: called before the last one
 */
export async function inParts(count, { show, onLast, isOver, nextFrame: next }) {
  let size = PART;
  for (let from = 0; !isOver(); ) {
    const isLast = from + size >= count;
    if (isLast) onLast();
    if (!show(from, size)) return onLast();
    if (isLast) return;
    from += size;
    const ms = await next?.();
    if (ms) size = nextPart(size, ms);
  }
}
