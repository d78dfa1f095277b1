// The module of the page without a conversation. A shell.

import { mintId } from "../base/ids.js";
import { serverOrigin } from "../base/origin.js";
import { createUseStore, navigate } from "../base/react.js";
import { createStore } from "../base/store.js";
import { DEFAULTS } from "../generated/stores/first_run.js";
import { api, byHand, messenger, onConnected } from "../runtime.js";
import { FirstRun } from "./first_run.js";

const stores = { first_run: createStore(DEFAULTS.first_run) };

/** @type {FirstRun | null} */
let firstRun = null;

function start() {
  if (firstRun) return;
  firstRun = new FirstRun({
    store: stores.first_run,
    origin: serverOrigin(),
    mintId,
    get: api.get,
    post: api.post,
    setTimer: (work, ms) => setTimeout(work, ms),
    clearTimer: (timer) => clearTimeout(timer),
    send,
    go: navigate,
  });
  void firstRun.load();
  onConnected(() => stores.first_run.get().state !== "ready" && void firstRun?.load());
}

/**
 * Send the message, or keep it as a draft where this browser cannot store what is waiting.
 * @param {string} id
 * @param {string} text
 */
async function send(id, text) {
  try {
    await messenger?.outboxWorker.submit(id, text);
  } catch {
    messenger?.drafts.set(id, text);
  }
}

export const useFirstRunStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{first_run: import("../generated/types.js").FirstRunActions}} */
export const firstRunActions = {
  first_run: {
    reload: byHand(() => void firstRun?.load()),
    find: (/** @type {string} */ text) => firstRun?.find(text),
    choose: (/** @type {string} */ username) => firstRun?.choose(username),
    edit_title: (/** @type {string} */ title) => firstRun?.edit({ title }),
    edit_text: (/** @type {string} */ text) => firstRun?.edit({ text }),
    key: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void firstRun?.start();
    },
    start: () => void firstRun?.start(),
  },
};
