// One tab at a time uploads a file. A shell over the browser's locks.

import { withDeadline } from "../base/deadline.js";

const POLL_MS = 10_000;
const QUERY_MS = 3_000;

/**
 * Where there are no locks (plain http on a network address), or where they do not answer, every tab
 * goes on: the server lets the later one.
 * @param {Pick<LockManager, "request" | "query"> | undefined} locks
 * @returns {(key: string, work: () => Promise<void>) => Promise<void>}  kept when the work has ended
 */
export function createFileLock(locks) {
  return (key, work) => (locks ? runLocked(locks, `nova:file:${key}`, work) : work());
}

/**
 * @param {Pick<LockManager, "request" | "query">} locks
 * @param {string} name
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
function runLocked(locks, name, work) {
  return new Promise((resolve, reject) => {
    /** @type {ReturnType<typeof setInterval> | undefined} */
    let timer;
    let hasBegun = false;
    const begin = () => {
      if (hasBegun) return undefined;
      hasBegun = true;
      clearInterval(timer);
      const end = work();
      end.then(resolve, reject);
      // The lock is held for as long as the work takes, however it ends.
      return end.catch(() => undefined);
    };
    timer = setInterval(async () => {
      if (!(await isHeld(locks, name))) void begin();
    }, POLL_MS);
    try {
      locks.request(name, begin).catch(() => void begin());
    } catch {
      void begin();
    }
  });
}

/**
 * Whether another tab carries the file; no answer is a no.
 * @param {Pick<LockManager, "query">} locks
 * @param {string} name
 */
async function isHeld(locks, name) {
  try {
    const { held } = await withDeadline(locks.query(), QUERY_MS);
    return Boolean(held?.some((lock) => lock.name === name));
  } catch {
    return false;
  }
}
