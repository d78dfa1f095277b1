// Loads modules for the router and the runtime on demand, and shows a notice while one cannot be loaded. A shell.

import { watchNavigation } from "../base/react.js";
import { ModuleLoader } from "./module_loader.js";

/** A page that is on its way this long is spoken of; sooner where the connection is known to be away. */
const SLOW_MS = 5_000;
const SLOW_AWAY_MS = 500;

const loader = new ModuleLoader({
  probe: async (url) => (await fetch(url, { method: "HEAD", cache: "no-store" })).status,
  onChange: () => announce(),
  random: Math.random,
  setTimer: (work, delayMs) => setTimeout(work, delayMs),
});

/** The module that a navigation waits for; empty for none. */
let wanted = "";
let isSlow = false;
let announced = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** @type {Pick<import("../errors/error_center.js").ErrorCenter, "report" | "resolve"> | null} */
let errors = null;

// The router asks here where it would load the address again (nova_app/bundle.py).
/** @type {any} */ (globalThis).novaLoadPage = (/** @type {string} */ url) => loader.load(() => import(/* @vite-ignore */ url), url);

/**
 * Show a notice for pages that cannot be loaded, from now on.
 * @param {import("../errors/error_center.js").ErrorCenter} center
 * @param {() => boolean} isConnected
 */
export function watchPageLoading(center, isConnected) {
  errors = center;
  watchNavigation((url) => {
    wanted = url;
    isSlow = false;
    clearTimeout(timer);
    if (url) timer = setTimeout(slow, isConnected() ? SLOW_MS : SLOW_AWAY_MS);
    announce();
  });
}

/** The connection is back. */
export const retryModules = () => loader.retry();

/**
 * Load a module as soon as that is possible.
 * @template T
 * @param {() => Promise<T>} load
 */
export const loadWhenPossible = (load) => loader.load(load, buildUrl());

/**
 * Load a module that a user is waiting for.
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}  rejects with an error that has a code
 */
export const loadNow = (load) => loader.attempt(load, buildUrl());

/** A file that every build has under another name: where it is gone, so is the rest of this build. */
const buildUrl = () => /** @type {any} */ (globalThis).__reactRouterManifest?.url ?? "/";

function slow() {
  isSlow = true;
  announce();
}

function announce() {
  const code = (wanted && loader.faultOf(wanted)) || (wanted && isSlow ? "page_unreachable" : "");
  if (code === announced) return;
  if (announced) errors?.resolve(announced);
  announced = code;
  if (code === "page_unreachable") errors?.report({ code, retry: () => loader.retry() });
  else if (code) errors?.report({ code });
}
