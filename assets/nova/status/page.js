// The module of the status page. A shell.

import { DEFAULTS } from "../generated/stores/status.js";
import { createUseStore } from "../base/react.js";
import { api, byHand, onConnected } from "../runtime.js";
import { StatusPoller } from "./status_poller.js";
import { createStore } from "../base/store.js";

const stores = { status: createStore(DEFAULTS.status) };

/** @type {StatusPoller | null} */
let poller = null;

const isVisible = () => !document.hidden && location.pathname.replace(/\/$/, "") === "/status";

function start() {
  if (poller) return;
  poller = new StatusPoller({
    store: stores.status,
    get: api.get,
    isVisible,
    now: () => new Date(),
    setTimer: (work, ms) => setTimeout(work, ms),
  });
  void poller.ask();
  addEventListener("online", () => void poller?.ask());
  onConnected(() => isVisible() && void poller?.askAgain());
}

export const useStatusStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{status: import("../generated/types.js").StatusActions}} */
export const statusActions = { status: { retry: byHand(() => void poller?.askAgain()) } };
