// Limits how often an uncaught error is shown: one that its own display causes would never end. Pure.

const SAME_MAX = 5;
const ALL_MAX = 20;
const WINDOW_MS = 1_000;
/** What was too much is quiet for so long before it is shown again. */
const REST_MS = 10_000;
const KEPT_MAX = 50;

export class Flood {
  constructor() {
    /** @type {Map<string, {count: number, since: number, last: number}>} by failure; "" for all together */
    this.seen = new Map();
  }

  /**
   * @param {string} failure  what makes it the same
   * @param {number} now  epoch ms
   * @returns {boolean}
   */
  allows(failure, now) {
    const isFew = this.#count(`=${failure}`, now) <= SAME_MAX;
    return this.#count("", now) <= ALL_MAX && isFew;
  }

  /**
   * @param {string} key
   * @param {number} now
   * @returns {number}  how often lately; it goes on growing until there is a rest
   */
  #count(key, now) {
    const most = key ? SAME_MAX : ALL_MAX;
    const { count, since, last } = this.seen.get(key) ?? { count: 0, since: now, last: now };
    const isOver = count > most ? now - last >= REST_MS : now - since >= WINDOW_MS;
    const entry = isOver || now < last ? { count: 1, since: now, last: now } : { count: count + 1, since, last: now };
    this.seen.delete(key);
    this.seen.set(key, entry);
    if (this.seen.size > KEPT_MAX) this.seen.delete(/** @type {string} */ (this.seen.keys().next().value));
    return entry.count;
  }
}
