// Which rows have been seen: visible for a second in a window that is looked at. Pure.

export const SEEN_AFTER_MS = 1_000;

export class SeenRows {
  constructor() {
    /** @type {Map<number, number>} since when each row has been visible (epoch ms), by its number */
    this.since = new Map();
  }

  /**
   * Record which rows are visible now; none while nobody looks.
   * @param {number[]} seqs
   * @param {number} now  epoch ms
   */
  look(seqs, now) {
    this.since = new Map(seqs.map((seq) => [seq, this.since.get(seq) ?? now]));
  }

  /**
   * The highest number that has been seen; 0 for none.
   * @param {number} now
   */
  lastSeen(now) {
    return Math.max(0, ...[...this.since].flatMap(([seq, since]) => (now - since >= SEEN_AFTER_MS ? seq : [])));
  }

  /**
   * In how many ms the next row will have been seen; null if none is waited for.
   * @param {number} now
   * @returns {number | null}
   */
  dueIn(now) {
    const waits = [...this.since.values()].map((since) => since + SEEN_AFTER_MS - now).filter((wait) => wait > 0);
    return waits.length ? Math.min(...waits) : null;
  }
}
