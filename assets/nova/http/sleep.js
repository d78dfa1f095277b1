// Waits, but no longer than until the browser is online again. A shell.

/**
 * @param {number} ms
 * @returns {Promise<void>}  resolves early when the connection is back
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
