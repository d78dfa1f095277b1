// What a movement of the pointer means in the viewer of pictures. Pure.

const SWIPE_PX = 48;

/**
 * The step that a movement asks for: a picture follows the finger, so a swipe to the left leads to the next one.
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {-1 | 0 | 1}
 */
export function swipeOf(from, to) {
  const [across, down] = [to.x - from.x, to.y - from.y];
  if (Math.abs(across) < SWIPE_PX || Math.abs(across) < 2 * Math.abs(down)) return 0;
  return across < 0 ? 1 : -1;
}
