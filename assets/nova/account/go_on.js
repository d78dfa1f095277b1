// Continues as the account that is signed in now, with a page load. Loaded when it is needed. A shell.

import { rememberAccount } from "./known_account.js";
import { asApiError } from "../http/api.js";
import { inAddress } from "../base/well_formed.js";

/**
 * @typedef {{call(method: string, path: string, options: {forAnyone: boolean}): Promise<any>}} Api
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/shared.js").DEFAULTS.account>} AccountStore
 */

/** @param {{api: Api, store: AccountStore}} deps */
export async function continueAsCurrent({ api, store }) {
  store.set({ busy: true, form_problem: "" });
  try {
    rememberAccount(await api.call("GET", "users/me", { forAnyone: true }));
    location.replace(await placeFor(api));
  } catch (cause) {
    const fault = asApiError(cause);
    if (fault.kind === "UNAUTHORIZED") location.replace(`/login?next=${inAddress(location.pathname)}`);
    // Without an answer the page stays: an address that cannot be loaded would take it away.
    else store.set({ busy: false, form_problem: fault.code, form_error: fault.message });
  }
}

/**
 * Where the account that is signed in may go on: here, unless this is a conversation of others.
 * What was searched for belongs to who searched.
 * @param {Api} api
 */
async function placeFor(api) {
  const { pathname } = location;
  const id = /^\/c\/([^/]+)/.exec(pathname)?.[1];
  const mayStay = !id || (await api.call("GET", `conversations/${id}`, { forAnyone: true }).then(() => true, () => false));
  return mayStay ? pathname : "/";
}
