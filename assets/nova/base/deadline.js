// Gives a deadline to promises of the browser that may never settle. A shell over timers.

/** Nothing came in time; what was asked for may still happen later. */
export class DeadlineError extends Error {}

/**
 * @template T
 * @param {PromiseLike<T> | T} work
 * @param {number} ms
 * @returns {Promise<T>}  rejects with a DeadlineError when the time is up
 */
export function withDeadline(work, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlineError(`no answer within ${ms} ms`)), ms);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
