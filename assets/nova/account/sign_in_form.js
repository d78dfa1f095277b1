// Sends the forms for signing in and registering; loaded with the first, as they need the server anyway. A shell.

import { rememberAccount } from "./known_account.js";
import { ApiError, asApiError } from "../http/api.js";
import { DEFAULTS } from "../generated/stores/shared.js";
import { waitLabel } from "../errors/notices.js";

const NO_ERRORS = DEFAULTS.account.field_errors;

/** @typedef {import("../base/store.js").Store<typeof DEFAULTS.account>} AccountStore */

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * @param {{store: AccountStore, api: import("./account.js").AccountApi, leaveSignInPage(): Promise<void>}} deps  `leaveSignInPage`: to where the page leads
 * @param {Record<string, string>} form  the form's fields
 * @param {string} path
 */
export async function submitForm({ store, api, leaveSignInPage }, form, path) {
  if (store.get().busy) return;
  store.set({ busy: true, form_problem: "", field_errors: NO_ERRORS });
  try {
    const me = await api.call("POST", path, { body: form, forAnyone: true });
    await expectSession(api);
    rememberAccount(me);
    // A full navigation: Reflex's socket reads the new cookie in its handshake only.
    await leaveSignInPage();
  } catch (cause) {
    const fault = asApiError(cause);
    store.set({ busy: false, ...errorsOf(fault) });
    countDown(store, Date.now() + (fault.retryAfterMs ?? 0));
  }
}

/**
 * Detect a browser that blocks cookies: it signs in and has no session.
 * @param {import("./account.js").AccountApi} api
 */
async function expectSession(api) {
  try {
    await api.call("GET", "users/me", { forAnyone: true });
  } catch (fault) {
    if (asApiError(fault).code === "not_signed_in") throw new ApiError("cookies_blocked", { cause: fault });
  }
}

/**
 * @param {AccountStore} store
 * @param {number} readyAt  epoch ms
 */
function countDown(store, readyAt) {
  clearTimeout(timer);
  const form_wait = waitLabel(readyAt, Date.now());
  store.set({ form_wait });
  if (form_wait) timer = setTimeout(() => countDown(store, readyAt), 1000);
}

/** @param {import("../http/api.js").ApiError} fault */
function errorsOf(fault) {
  const fields = Object.entries(fault.fields).filter(([name]) => name in NO_ERRORS);
  return {
    form_problem: fields.length ? "" : fault.code,
    form_error: fault.message,
    field_errors: { ...NO_ERRORS, ...Object.fromEntries(fields) },
  };
}
