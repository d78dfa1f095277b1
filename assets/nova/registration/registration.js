// What creating an account needs, and setting a password by a link. Pure: what it needs is passed in.

import { asApiError } from "../http/api.js";

/** @typedef {typeof import("../generated/stores/registration.js").DEFAULTS.registration} State */

const LINK = /^\/(invite|reset)\/([^/]+)\/?$/;

/**
 * The token of a link, and the address without it.
 * @param {{pathname: string, search: string}} here
 */
export function takeToken({ pathname, search }) {
  const [, kind = pathname.startsWith("/reset") ? "reset" : "", token = ""] = LINK.exec(pathname) ?? [];
  return { kind, token, address: (kind === "invite" ? "/register" : "/reset") + search };
}

export class Registration {
  /**
   * @param {{
   *   store: import("../base/store.js").Store<State>, token: string,
   *   api: {call(method: string, path: string, options?: {body?: unknown, forAnyone?: boolean}): Promise<any>}
   * }} deps  `token`: that of a link to set a password
   */
  constructor(deps) {
    this.deps = deps;
    if (!deps.token) deps.store.set({ reset: "missing" });
  }

  /**
   * Ask what registering needs; without an answer the form is there all the same, and its own answer says it.
   * @param {string} invite  the token of an invite; empty without one
   */
  async load(invite) {
    const { api, store } = this.deps;
    const [standing, shown] = await Promise.all([
      api.call("GET", "auth/registration", { forAnyone: true }).catch(() => null),
      invite ? api.call("GET", `invites/${encodeURIComponent(invite)}`, { forAnyone: true }).catch(() => null) : null,
    ]);
    if (!standing) return;
    const need = { open: "none", invite: shown ? "none" : "invite", closed: "closed" }[/** @type {"open"} */ (standing.mode)];
    const isUsed = standing.mode === "invite" && shown !== null;
    store.set({
      need,
      is_first: standing.is_first,
      invite: isUsed ? invite : "",
      invited_by: isUsed ? shown.invited_by : "",
      has_bad_invite: need === "invite" && invite !== "",
    });
  }

  /** @param {{password: string, keep_tokens?: string}} form  a checked box has a value */
  async resetPassword({ password, keep_tokens }) {
    const { api, store, token } = this.deps;
    if (store.get().busy) return;
    store.set({ busy: true, problem_code: "", problem_text: "", password_error: "" });
    try {
      await api.call("POST", "auth/reset", { body: { token, password, ...(keep_tokens ? { end_tokens: false } : {}) }, forAnyone: true });
      store.set({ busy: false, reset: "done" });
    } catch (fault) {
      const { code, message, fields } = asApiError(fault);
      const password_error = fields.password ?? "";
      store.set({ busy: false, password_error, ...(password_error ? {} : { problem_code: code, problem_text: message }) });
    }
  }
}
