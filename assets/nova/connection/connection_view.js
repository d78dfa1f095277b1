// Renders the connection's store: state, banner and figures. A shell around banner.js.

import { Banner } from "./banner.js";
import { timeLabel } from "../base/dates.js";
import { ConnectionStats } from "./connection_stats.js";

/** @typedef {import("./state_machine.js").Model} Model */

export class ConnectionView {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.connection>,
   *   reflexDownSince(): number | null, isForgotten(): boolean, diagnose(): void
   * }} deps
   */
  constructor(deps) {
    this.deps = deps;
    this.banner = new Banner();
    this.stats = new ConnectionStats();
    /** @type {Model | null} */
    this.model = null;
    this.queued = 0;
    this.hint = "";
    this.isOutdated = false;
    /** @type {number | null} */
    this.oldestAt = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {Model} model */
  connectionChanged(model) {
    if (this.model?.state !== model.state) this.banner.connectionChanged(this.model ?? model, model, Date.now());
    this.model = model;
    this.render();
    // Tries that all ended before a socket was open: find out why, now and then.
    if (!this.stats.was_connected && model.state === "DISCONNECTED" && this.stats.closes[1006] % 3 === 0) this.deps.diagnose();
  }

  /** @param {string} [build]  of the pages that the server has now */
  serverHas(build) {
    this.hint = this.isOutdated || (build && build !== /** @type {any} */ (globalThis).__reactRouterManifest?.version) ? "newer" : "";
  }

  /** A newer version runs in another tab and has taken over what this browser stores. */
  outdated() {
    this.isOutdated = true;
    this.serverHas();
    this.render();
  }

  /**
   * How many messages wait, and since when.
   * @param {number} queued
   * @param {number | null} oldestAt  epoch ms
   */
  setQueued(queued, oldestAt) {
    if (queued === this.queued && oldestAt === this.oldestAt) return;
    this.queued = queued;
    this.oldestAt = oldestAt;
    this.render();
  }

  /** The person sent something. */
  sendAttempted() {
    this.banner.sendAttempted();
    this.render();
  }

  render() {
    const { model, queued, deps, hint } = this;
    if (!model) return;
    const now = Date.now();
    const reflexDownSince = deps.reflexDownSince();
    const { until, ...banner } = this.banner.update(model, { now, waiting: queued, reflexDownSince, isForgotten: deps.isForgotten(), hint });
    deps.store.set({
      state: model.state,
      status: model.state,
      reason: model.reason,
      synced: model.synced,
      is_connected: model.state === "CONNECTED",
      is_reconnecting: model.state === "RECONNECTING" || model.state === "DISCONNECTED",
      are_pages_connected: reflexDownSince === null,
      attempt: model.attempt,
      next_retry_at: model.next_retry_at,
      queued,
      metrics: this.#figures(now),
      ...banner,
    });
    clearTimeout(this.timer);
    if (until !== Infinity) this.timer = setTimeout(() => this.render(), Math.max(50, until - now));
  }

  snapshot() {
    return this.stats.snapshot({ now: Date.now(), queued: this.queued, oldest_at: this.oldestAt });
  }

  /**
   * The figures as people read them; the same object while nothing changed.
   * @param {number} now
   */
  #figures(now) {
    const figures = this.stats.snapshot({ now, queued: this.queued, oldest_at: this.oldestAt });
    const { confirmed_at } = figures;
    const shown = {
      reconnects: figures.reconnects,
      downtime: duration(figures.downtime_ms),
      round_trip: confirmed_at === null ? "-" : `${Math.max(1, Math.round(figures.round_trip_ms))} ms`,
      queued: figures.queued,
      last_contact: confirmed_at === null ? "-" : timeLabel(new Date(confirmed_at)),
    };
    const old = this.deps.store.get().metrics;
    return JSON.stringify(old) === JSON.stringify(shown) ? old : shown;
  }
}

/** @param {number} ms */
function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
