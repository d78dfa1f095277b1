// The module of the pages that lead in: registering, an invite's link, a link to set a password. A shell.

import { DEFAULTS } from "../generated/stores/registration.js";
import { suggestPassword } from "../account/suggested_password.js";
import { createUseStore } from "../base/react.js";
import { createStore } from "../base/store.js";
import { api } from "../runtime.js";
import { Registration, takeToken } from "./registration.js";

const stores = { registration: createStore(DEFAULTS.registration) };
const INVITE_KEY = "nova:invite";

/** @type {Registration | null} */
let registration = null;

function start() {
  if (registration) return;
  const { kind, token, address } = takeToken(location);
  // A token stays neither in the address bar nor in what is shared or bookmarked from it.
  if (token) history.replaceState(history.state, "", address);
  registration = new Registration({ store: stores.registration, api, token: kind === "reset" ? token : "" });
  if (kind === "reset") return;
  // An invite outlives a reload of this tab, and a visit to the page for signing in.
  if (token) sessionStorage.setItem(INVITE_KEY, token);
  void registration.load(token || sessionStorage.getItem(INVITE_KEY) || "");
}

export const useRegistrationStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{registration: import("../generated/types.js").RegistrationActions}} */
export const registrationActions = {
  registration: {
    suggest_password: () => void suggestPassword(),
    reset_password: (/** @type {{password: string, keep_tokens?: string}} */ form) => void registration?.resetPassword(form),
  },
};
