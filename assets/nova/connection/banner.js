// Which banner about the connection is shown, and when. Pure: the time comes with each call.
//
// Short trouble is nobody's business: a banner comes after a while, or at once where the person
// just sent something, the browser says that it is offline, or only a person can help. Losses
// that follow each other closely are one "unstable" banner instead of many.

import { BANNER } from "../generated/codes.js";

/**
 * @typedef {import("./state_machine.js").Model} Model
 * @typedef {{now: number, waiting: number, reflexDownSince: number | null, isForgotten?: boolean, hint?: string}} Facts
 *   `isForgotten`: another tab signed out, and nothing is kept of the account; `hint`: "newer", the server has newer pages,
 *   or "no_upgrade", a proxy passes calls but no sockets
 * @typedef {{
 *   banner: string, banner_seconds: number, sent: number, announcement: string, until: number
 * }} View  `banner` and `announcement`: a name of nova_app/components/banners.py or empty;
 *   `banner_seconds`: until the next attempt where that is worth counting, else 0; `sent`: messages
 *   that arrived since the loss; `until`: when to update again, epoch ms
 */

export class Banner {
  constructor() {
    /** @type {number | null} when the present trouble began */
    this.since = null;
    this.isUrged = false;
    /** @type {number[]} when the connection was lost */
    this.drops = [];
    this.about = "";
    this.shownAt = -Infinity;
    /** A banner about trouble was shown, and its end was not shown yet. */
    this.isOwed = false;
    this.sent = 0;
    /** @type {number | null} when "Back online" began to show */
    this.backAt = null;
    this.announcement = "";
    this.announcedAt = -Infinity;
    /** @type {number | null} the attempt whose wait is counted down */
    this.counted = null;
    /** @type {number | null} */
    this.seenRetryAt = null;
  }

  /**
   * The machine moved on.
   * @param {Model} before
   * @param {Model} after
   * @param {number} now
   */
  connectionChanged(before, after, now) {
    if (after.state === "CONNECTED") {
      this.since = null;
      this.isUrged = false;
      return;
    }
    this.since ??= now;
    if (before.state !== "CONNECTED") return;
    this.drops = [...this.drops.filter((at) => now - at < BANNER.flap_ms), now];
    this.sent = 0;
    this.backAt = null;
  }

  /** The person sent something: they want to know now. */
  sendAttempted() {
    this.isUrged = true;
  }

  /** A message arrived at the server. */
  acked() {
    this.sent += 1;
  }

  /**
   * What to show now.
   * @param {Model} model
   * @param {Facts} facts
   * @returns {View}
   */
  update(model, facts) {
    const { now } = facts;
    const [wanted, next] = model.state === "CONNECTED" ? this.#calm(model, facts) : this.#trouble(model, facts);
    const stays = this.about !== "" && wanted !== this.about && now - this.shownAt < BANNER.min_ms;
    if (!stays) this.#show(wanted, now);
    const seconds = this.#countdown(model, now);
    const moments = [stays ? this.shownAt + BANNER.min_ms : Infinity, seconds ? now + 1000 : Infinity];
    const { about, sent } = this;
    const until = Math.min(next, ...moments, this.#announce(now));
    return { banner: about, banner_seconds: about ? seconds : 0, sent, announcement: this.announcement, until };
  }

  /**
   * @param {Model} model
   * @param {Facts} facts
   * @returns {[string, number]}
   */
  #trouble(model, { now, waiting, isForgotten, hint }) {
    const isBlocked = hint === "no_upgrade";
    if (model.state === "FAILED") return [isBlocked && model.reason === "exhausted" ? hint : model.reason, Infinity];
    if (model.state === "CLOSED") {
      if (model.reason !== "signed_out") return [model.reason, Infinity];
      return [isForgotten ? "signed_out_elsewhere" : waiting ? "signed_out_waiting" : "signed_out", Infinity];
    }
    const due = (this.since ?? now) + BANNER.after_ms;
    const isOffline = model.reason === "offline";
    if (now < due && !this.isUrged && !isOffline && this.about === "") return ["", due];
    if (isOffline || model.reason === "restarting") return [model.reason, Infinity];
    return [this.#isUnstable(now) ? "unstable" : isBlocked ? hint : "network", this.#calmAt()];
  }

  /**
   * @param {Model} model
   * @param {Facts} facts
   * @returns {[string, number]}
   */
  #calm(model, { now, waiting, reflexDownSince, hint }) {
    if (this.#isUnstable(now)) return ["unstable", this.#calmAt()];
    if (this.isOwed) {
      // While it catches up, the status says so: a green "Back online" would be early.
      if (!model.synced || waiting > 0) return ["", Infinity];
      this.backAt = now;
      this.isOwed = false;
    }
    if (this.backAt !== null && now - this.backAt < BANNER.back_ms) {
      return [this.sent ? "back_sent" : "back", this.backAt + BANNER.back_ms];
    }
    if (reflexDownSince === null) return [hint === "newer" ? hint : "", Infinity];
    const due = reflexDownSince + BANNER.after_ms;
    return now < due ? ["", due] : ["pages", Infinity];
  }

  /**
   * @param {string} about
   * @param {number} now
   */
  #show(about, now) {
    if (about === this.about) return;
    this.about = about;
    this.shownAt = now;
    if (about !== "" && !/^(back|pages|newer)/.test(about)) this.isOwed = true;
  }

  /** @param {number} now */
  #isUnstable(now) {
    const recent = this.drops.filter((at) => now - at < BANNER.flap_ms);
    return recent.length >= BANNER.flaps && now < this.#calmAt();
  }

  #calmAt() {
    return this.drops.length >= BANNER.flaps ? this.drops[this.drops.length - 1] + BANNER.calm_ms : Infinity;
  }

  /**
   * @param {Model} model
   * @param {number} now
   */
  #countdown(model, now) {
    const at = model.state === "DISCONNECTED" ? model.next_retry_at : null;
    if (at !== this.seenRetryAt) {
      this.seenRetryAt = at;
      this.counted = at !== null && at - now >= BANNER.countdown_ms ? at : null;
    }
    return this.counted === null ? 0 : Math.max(0, Math.ceil((this.counted - now) / 1000));
  }

  /**
   * Screen readers announce the beginning and the end, never every change.
   * @param {number} now
   * @returns {number} when to update again because of it
   */
  #announce(now) {
    if (this.about === "" || this.about === this.announcement) return Infinity;
    const due = this.announcedAt + BANNER.announce_ms;
    if (now < due && this.backAt === null) return due;
    this.announcement = this.about;
    this.announcedAt = now;
    return Infinity;
  }
}
