// Reports the connection's figures, bounded, now and then and when the page is left. A shell.

import { METRICS_EVERY_SECONDS } from "./codes.js";

/**
 * @param {string} url
 * @param {() => object | null} snapshot  null while there is nothing to tell
 * @returns {() => void}  to be called when the page is left
 */
export function startTelemetry(url, snapshot) {
  const report = () => {
    const connection = snapshot();
    if (!connection || !navigator.onLine) return;
    // Kept alive by the browser when the page goes; a report that is lost is no loss.
    const body = JSON.stringify({ connection });
    void fetch(url, {
      method: "POST",
      credentials: "include",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body,
    }).catch(() => undefined);
  };
  setInterval(() => !document.hidden && report(), METRICS_EVERY_SECONDS * 1000);
  return report;
}
