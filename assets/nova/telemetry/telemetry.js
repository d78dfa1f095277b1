// Reports the page's figures, bounded, now and then and when the page is left. A shell; loaded when
// the page has come to rest.

import { accountHeader } from "../http/api.js";
import { bounded } from "./bounded_report.js";
import { PageReport } from "./page_report.js";
import { toJson } from "../base/well_formed.js";

/**
 * @typedef {{
 *   connection: {reconnects: number}, history: {id: string, kind: string, count: number}[], roundtrips_ms: number[]
 * }} Figures
 */

/**
 * @param {string} url
 * @param {number} everySeconds
 * @param {() => Figures | null} figures  null while there is nothing to report; takes the round trips out
 * @param {() => string} account  whose page this is
 * @returns {() => void}  to be called when the page is left
 */
export function startTelemetry(url, everySeconds, figures, account) {
  const page = new PageReport();
  watch(page);
  const report = (isLeaving = false) => {
    if (!navigator.onLine) return;
    const now = figures();
    if (!now) return;
    const { connection, history, roundtrips_ms } = now;
    const taken = page.take({ history, roundtrips_ms, reconnects: connection.reconnects, isLeaving });
    // A time is no figure, and nobody reads it there.
    const figured = bounded({ connection: { ...connection, confirmed_at: undefined }, page: taken });
    // Kept alive by the browser when the page goes; a report that is lost is no loss.
    void fetch(url, {
      method: "POST",
      credentials: "include",
      keepalive: true,
      headers: { "Content-Type": "application/json", ...accountHeader(account()) },
      body: toJson({ ...figured, user_id: account() || undefined }),
    }).catch(() => undefined);
  };
  setInterval(() => !document.hidden && report(), everySeconds * 1000);
  return () => report(true);
}

/** @param {PageReport} page */
function watch(page) {
  const each = (/** @type {string} */ type, /** @type {(entry: any) => void} */ take, options = {}) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  };
  each("navigation", (entry) => page.once("ttfb", entry.responseStart));
  each("paint", (entry) => entry.name === "first-contentful-paint" && page.once("fcp", entry.startTime));
  each("largest-contentful-paint", (entry) => page.worst("lcp", entry.startTime));
  each("event", (entry) => entry.interactionId && page.worst("inp", entry.duration), { durationThreshold: 40 });
  each("layout-shift", (entry) => !entry.hadRecentInput && page.shifted(entry.value));
  each("resource", (entry) => page.called(entry.name, entry.duration, entry.responseStatus ?? 200));
}
