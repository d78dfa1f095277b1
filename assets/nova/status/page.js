// What only the page of status loads. A shell.

import { DEFAULTS } from "../defaults/status.js";
import { createUseStore } from "../base/react.js";
import { api, onConnected } from "../runtime.js";
import { Operations } from "./status_poller.js";
import { createStore } from "../base/store.js";

const stores = { status: createStore(DEFAULTS.status) };

/** @type {Operations | null} */
let operations = null;

const isLooking = () => !document.hidden && location.pathname.replace(/\/$/, "") === "/status";

function start() {
  if (operations) return;
  operations = new Operations({
    store: stores.status,
    get: api.get,
    isLooking,
    now: () => new Date(),
    setTimer: (work, ms) => setTimeout(work, ms),
  });
  void operations.ask();
  addEventListener("online", () => void operations?.ask());
  onConnected(() => isLooking() && void operations?.askAgain());
}

export const useStatusStore = createUseStore(stores, DEFAULTS, start);

export const statusActions = { status: { retry: () => void operations?.askAgain() } };
