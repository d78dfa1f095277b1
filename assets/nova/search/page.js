// The module of the search page. A shell.

import { serverOrigin } from "../base/origin.js";
import { DEFAULTS } from "../generated/stores/search.js";
import { createUseStore } from "../base/react.js";
import { api, byHand, onConnected } from "../runtime.js";
import { Search } from "./search.js";
import { createStore } from "../base/store.js";

const stores = { search: createStore(DEFAULTS.search) };

/** @type {Search | null} */
let search = null;

/** Begin with the question that the address names. */
function start() {
  if (!search) {
    search = new Search({
      store: stores.search,
      get: api.get,
      origin: serverOrigin(),
      now: Date.now,
      setTimer: (work, ms) => setTimeout(work, ms),
      clearTimer: (timer) => clearTimeout(timer),
      onAsked: show,
    });
    onConnected(() => ["loading", "error"].includes(stores.search.get().state) && search?.submit());
    addEventListener("online", () => stores.search.get().state === "error" && search?.submit());
  }
  // The clock may have been changed in the settings.
  search.renderTimes();
  if (location.pathname.replace(/\/$/, "") !== "/search") return;
  search.open(new URLSearchParams(location.search).get("q") ?? "");
}

/**
 * Keep the query in the URL, so that it can be bookmarked and shared.
 * @param {string} query  as it is in a URL
 */
function show(query) {
  history.replaceState(history.state, "", query ? `?q=${query}` : location.pathname);
}

const submit = byHand(() => search?.submit());

export const useSearchStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{search: import("../generated/types.js").SearchActions}} */
export const searchActions = {
  search: {
    type: (/** @type {string} */ text) => search?.type(text),
    key: (/** @type {KeyboardEvent} */ event) => event.key === "Enter" && submit(),
    toggle: (/** @type {string} */ term) => search?.toggle(term),
    submit,
    more: byHand(() => void search?.more()),
    around: byHand((/** @type {string} */ id) => void search?.around(id)),
  },
};
