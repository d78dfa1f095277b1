// Waits, but not longer than the line is away. A shell.

/**
 * @param {number} ms
 * @returns {Promise<void>}  ends early when the line comes back
 */
export function sleep(ms) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
  });
}
