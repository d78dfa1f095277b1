// Figures of a page besides its connection, since its last report. Pure.

const SAMPLES = 40;
const ROUTES = ["messages", "search", "uploads", "posts", "conversations", "auth"];

export class PageReport {
  constructor() {
    /** @type {Record<string, number>} by kind */
    this.errors = {};
    /** @type {{route: string, status: string, ms: number}[]} */
    this.calls = [];
    /** @type {Record<string, number>} ms by name */
    this.vitals = {};
    /** @type {Record<string, number>} what is only known when the page is left */
    this.atEnd = {};
    this.shift = 0;
    this.hasShift = false;
    /** @type {Map<string, number>} how often each notice was already reported */
    this.reported = new Map();
    this.reconnects = 0;
  }

  /**
   * A call to the API ended.
   * @param {string} url
   * @param {number} ms
   * @param {number} status  0 for no answer
   */
  called(url, ms, status) {
    const path = url.split("/api/v1/")[1]?.split("?")[0];
    if (path === undefined || path.startsWith("telemetry") || this.calls.length >= SAMPLES) return;
    this.calls.push({ route: routeOf(path), status: status ? `${Math.floor(status / 100)}xx` : "network", ms });
  }

  /**
   * How long something took that happens once.
   * @param {string} name  ttfb or fcp
   * @param {number} ms
   */
  once(name, ms) {
    this.vitals[name] = ms;
  }

  /**
   * How long something took of which the worst counts.
   * @param {string} name  lcp or inp
   * @param {number} ms
   */
  worst(name, ms) {
    this.atEnd[name] = Math.max(this.atEnd[name] ?? 0, ms);
  }

  /** @param {number} score */
  shifted(score) {
    this.hasShift = true;
    this.shift += score;
  }

  /**
   * Everything since the last time; nothing is reported twice.
   * @param {{
   *   history: {id: string, kind: string, count: number}[], reconnects: number, roundtrips_ms: number[], isLeaving: boolean
   * }} facts
   */
  take({ history, reconnects, roundtrips_ms, isLeaving }) {
    for (const { id, kind, count } of history) {
      const fresh = count - (this.reported.get(id) ?? 0);
      if (fresh > 0) this.errors[kind] = (this.errors[kind] ?? 0) + fresh;
    }
    this.reported = new Map(history.map(({ id, count }) => [id, count]));
    const report = {
      errors: this.errors,
      calls: this.calls,
      vitals: isLeaving ? { ...this.vitals, ...this.atEnd } : this.vitals,
      layout_shift: isLeaving && this.hasShift ? this.shift : null,
      reconnects: Math.max(0, reconnects - this.reconnects),
      roundtrips_ms: roundtrips_ms.slice(0, SAMPLES),
    };
    this.reconnects = reconnects;
    this.errors = {};
    this.calls = [];
    this.vitals = {};
    if (isLeaving) {
      this.atEnd = {};
      this.shift = 0;
      this.hasShift = false;
    }
    return report;
  }
}

/** @param {string} path  below /api/v1/ */
function routeOf(path) {
  const found = path.endsWith("/messages") ? "messages" : path.split("/")[0];
  return found === "messages" ? "history" : ROUTES.includes(found) ? found : "other";
}
