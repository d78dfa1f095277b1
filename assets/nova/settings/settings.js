// What the page of settings knows and does on the server; what is shown as saved is what the server said.
// Pure: what it needs is passed in.

import { asApiError } from "../http/api.js";
import { DEFAULTS } from "../generated/stores/settings.js";
import { toNews } from "../account/account_news.js";
import { HERE, dateLabel, listLabel } from "../base/dates.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { NO_ERRORS, errorsOf, proof, toCount, toInvite, toSession } from "./setting_items.js";

/**
 * @typedef {{call(method: string, path: string, options?: {body?: unknown}): Promise<any>}} Api
 */

const STALE_MS = 5_000;
const DAY_SECONDS = 86_400;

export class Settings {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<typeof DEFAULTS.settings>, api: Api, origin: string, now(): number,
   *   uploads: import("../files/uploads.js").Uploads, timeZone(): string,
   *   keepGeneral(userId: string, general: import("../account/notification_rule.js").General): void
   * }} deps  `keepGeneral`: the notifications of this browser follow it
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {any} the profile as the server has it */
    this.saved = null;
    /** How often something was changed: an answer that was asked for before is old. */
    this.changes = 0;
    this.askedAt = 0;
    /** The session that is being ended. */
    this.ending = "";
  }

  /** Refresh when the page is visible again; every part of the page calls this when it appears. */
  onShown() {
    if (this.deps.now() - this.askedAt > STALE_MS) void this.load();
  }

  /** Ask for everything; what is being typed stays. */
  async load() {
    const { store, now } = this.deps;
    this.askedAt = Infinity;
    if (store.get().state === "error") store.set({ state: "loading" });
    try {
      // One first: after many failures only one call is let through to see whether the server is back.
      await this.#read();
      await Promise.all([this.readSessions(), this.readActivity(), this.readTokens(), this.readInvites()]);
      store.set({ state: "ready" });
    } catch (fault) {
      const { code, message } = asApiError(fault);
      this.askedAt = now();
      // What is on the screen stays true; only an empty one has to say why.
      if (store.get().state !== "ready") store.set({ state: "error", problem_code: code, problem_text: message });
    }
    this.askedAt = now();
  }

  async #read() {
    const { changes } = this;
    const me = await this.deps.api.call("GET", "users/me");
    if (changes === this.changes) this.#took(me);
  }

  async readSessions() {
    const { items } = await this.deps.api.call("GET", "auth/sessions");
    const now = new Date(this.deps.now());
    this.deps.store.set({ sessions: items.map((/** @type {any} */ item) => toSession(item, now)) });
  }

  async readActivity() {
    const { items } = await this.deps.api.call("GET", "auth/events");
    const now = new Date(this.deps.now());
    this.deps.store.set({ activity: items.map((/** @type {any} */ item) => toNews(item, now)) });
  }

  async readTokens() {
    const { items } = await this.deps.api.call("GET", "auth/tokens");
    const now = new Date(this.deps.now());
    this.deps.store.set({
      tokens: items.map((/** @type {any} */ { id, name, created_at, expires_at, used_at }) => ({
        id,
        name,
        created_label: listLabel(new Date(created_at), HERE, now),
        expires_label: dateLabel(new Date(expires_at), HERE, now),
        used_label: used_at ? listLabel(new Date(used_at), HERE, now) : "",
      })),
    });
  }

  async readInvites() {
    const { api, store } = this.deps;
    if (!this.saved?.is_admin) return;
    const { items } = await api.call("GET", "invites");
    store.set({ invites: items.map(toInvite) });
  }

  /** @param {{expires_in_seconds: string, max_uses: string, invite_password?: string}} form  the first one in days */
  createInvite({ expires_in_seconds, max_uses, invite_password }) {
    return this.#run("invites", async () => {
      const days = toCount(expires_in_seconds);
      const asked = { expires_in_seconds: days && days * DAY_SECONDS, max_uses: toCount(max_uses) };
      const body = { ...asked, ...proof(invite_password) };
      const { url } = await this.deps.api.call("POST", "invites", { body });
      this.deps.store.set({ new_invite: this.deps.origin + url, invite_needs_password: false });
      await this.readInvites();
    });
  }

  /** @param {string} id */
  endInvite(id) {
    return this.#run("invites", async () => {
      await this.#end(`invites/${id}`);
      this.deps.store.set({ new_invite: "" });
      await this.readInvites();
    });
  }

  /** @param {{display_name?: string, status?: string}} typed */
  edit(typed) {
    const { store } = this.deps;
    const now = { ...store.get(), ...typed };
    const is_changed = now.display_name !== this.saved?.display_name || now.status !== this.saved?.status;
    store.set({ ...typed, is_changed, done: "", initials: initialsOf(now.display_name) });
  }

  saveProfile() {
    const { display_name, status } = this.deps.store.get();
    return this.#change("profile", { display_name, status });
  }

  /** @param {File} file */
  chooseAvatar(file) {
    const { uploads, store } = this.deps;
    for (const item of uploads.items) uploads.remove(item.key);
    store.set({ busy: "avatar", avatar_percent: 0, done: "", failed: "", field_errors: NO_ERRORS });
    uploads.add([file]);
  }

  /** The picture moved on; once it is on the server it becomes the person's. */
  uploaded() {
    const { uploads, store } = this.deps;
    const [item] = uploads.items;
    if (!item) return;
    if (item.state === "failed") {
      const { code, message } = asApiError(item.fault);
      uploads.clear();
      store.set({ busy: "", failed: "avatar", fail_code: code, fail_text: message });
    } else if (item.state === "done") {
      uploads.clear();
      void this.#change("avatar", { avatar_id: item.stored.id });
    } else store.set({ avatar_percent: Math.floor((100 * item.sent) / item.size) });
  }

  removeAvatar() {
    return this.#change("avatar", { avatar_id: "" });
  }

  /** @param {"shares_read" | "shares_presence" | "only_acquaintances_add" | "link_previews"} what */
  toggle(what) {
    return this.#change("privacy", { [what]: !this.deps.store.get()[what] });
  }

  /** @param {"all" | "mentions" | "none"} level */
  chooseNotify(level) {
    return this.#change("notify", { notifications: { default: level } });
  }

  toggleQuiet() {
    return this.#saveQuiet(!this.deps.store.get().quiet_hours);
  }

  /** @param {{quiet_from?: string, quiet_until?: string}} times  such as "22:00"; saved when the field is left */
  editQuiet(times) {
    this.deps.store.set({ ...times, done: "" });
  }

  /** Save the times, if they are whole and others than the server has. */
  saveQuiet() {
    const { quiet_from, quiet_until } = this.deps.store.get();
    const { from, until } = this.saved?.notifications?.quiet_hours ?? {};
    if (!quiet_from || !quiet_until || (quiet_from === from && quiet_until === until)) return undefined;
    return this.#saveQuiet(true);
  }

  /** @param {boolean} isOn */
  #saveQuiet(isOn) {
    const { quiet_from, quiet_until } = this.deps.store.get();
    const hours = { from: quiet_from, until: quiet_until, time_zone: this.deps.timeZone() };
    return this.#change("notify", { notifications: { quiet_hours: isOn ? hours : null } });
  }

  /** @param {string} id  of another device */
  endSession(id) {
    this.ending = id;
    this.deps.store.set({ session_needs_password: "" });
    return this.confirmEndSession({});
  }

  /** @param {{session_password?: string}} form  with the password where the server has asked for it */
  async confirmEndSession({ session_password }) {
    const { store } = this.deps;
    const { ending } = this;
    const isEnded = await this.#run("sessions", async () => {
      await this.#end(`auth/sessions/${ending}`, proof(session_password));
      store.set({ session_needs_password: "" });
      await this.readSessions();
    });
    if (store.get().field_errors.session_password) {
      store.set({ session_needs_password: store.get().sessions.find(({ id }) => id === ending)?.device ?? "" });
    }
    return isEnded;
  }

  /**
   * @param {{current_password: string, new_password: string, end_tokens?: string}} form  a checked box has a value
   * @returns {Promise<boolean>}
   */
  changePassword({ current_password, new_password, end_tokens }) {
    return this.#run("password", async () => {
      const body = { current_password, new_password, end_tokens: Boolean(end_tokens) };
      await this.deps.api.call("POST", "auth/password", { body });
      await Promise.all([this.readSessions(), this.readActivity(), this.readTokens()]);
    });
  }

  /** @param {{name: string, token_password?: string}} form  with the password where the server has asked for it */
  createToken({ name, token_password }) {
    return this.#run("tokens", async () => {
      const body = { name, ...proof(token_password) };
      const { token } = await this.deps.api.call("POST", "auth/tokens", { body });
      this.deps.store.set({ new_token: token, token_needs_password: false });
      await Promise.all([this.readActivity(), this.readTokens()]);
    });
  }

  /** @param {string} id */
  endToken(id) {
    return this.#run("tokens", async () => {
      await this.#end(`auth/tokens/${id}`);
      this.deps.store.set({ new_token: "" });
      await this.readTokens();
    });
  }

  /**
   * End something; where it has ended already there is nothing left to do.
   * @param {string} path
   * @param {{current_password?: string}} [body]
   */
  async #end(path, body) {
    try {
      await this.deps.api.call("DELETE", path, body?.current_password ? { body } : {});
    } catch (fault) {
      if (asApiError(fault).kind !== "NOT_FOUND") throw fault;
    }
  }

  /**
   * @param {string} part
   * @param {Record<string, unknown>} body
   */
  #change(part, body) {
    return this.#run(part, async () => {
      this.changes += 1;
      this.#took(await this.deps.api.call("PATCH", "users/me", { body }));
      this.changes += 1;
    });
  }

  /**
   * The server sent the profile: show it, except in fields that are being edited.
   * @param {any} me
   */
  #took(me) {
    const { store, origin } = this.deps;
    const { shares_read, shares_presence, only_acquaintances_add = false, username, is_admin } = me;
    const { link_previews, link_previews_available } = me;
    const form = store.get();
    const isTyping = form.is_changed && (me.display_name !== form.display_name || me.status !== form.status);
    const shown = isTyping ? {} : { display_name: me.display_name, status: me.status, is_changed: false };
    this.saved = me;
    if (me.notifications) this.#tookNotifications(me);
    const initials = initialsOf(shown.display_name ?? form.display_name);
    const avatar_url = imageOf(me, origin);
    const switches = { shares_read, shares_presence, only_acquaintances_add, link_previews, link_previews_available };
    store.set({ ...shown, ...switches, username, is_admin, avatar_url, initials, hue: hueOf(me.user_id) });
  }

  /** @param {{user_id: string, notifications: import("../account/notification_rule.js").General}} me */
  #tookNotifications({ user_id, notifications }) {
    const { quiet_hours: hours } = notifications;
    const times = hours && { quiet_from: hours.from, quiet_until: hours.until, quiet_zone: hours.time_zone };
    this.deps.store.set({ notify_default: notifications.default, quiet_hours: hours !== null, ...times });
    this.deps.keepGeneral(user_id, notifications);
  }

  /**
   * Do something and say at its part of the page how it went.
   * @param {string} part
   * @param {() => Promise<void>} work
   * @returns {Promise<boolean>}  whether it went well
   */
  async #run(part, work) {
    const { store } = this.deps;
    store.set({ busy: part, done: "", failed: "", field_errors: NO_ERRORS });
    try {
      await work();
      store.set({ busy: "", done: part });
      return true;
    } catch (fault) {
      store.set({ busy: "", ...errorsOf(part, asApiError(fault)) });
      return false;
    }
  }
}
