// The runtime's face to the pages: hooks and actions. Wires everything; the only file Python imports.

import { createAccountActions, keepsCookies, knownAccount, rememberAccount } from "./account/account.js";
import { serverOrigin, socketUrl } from "./base/origin.js";
import { createApi } from "./http/api.js";
import { METRICS_EVERY_SECONDS } from "./generated/codes.js";
import { DEFAULTS } from "./defaults/shared.js";
import { createDialogActions } from "./account/new_conversation.js";
import { DOORS, signInAddress as addressOf } from "./account/sign_in_pages.js";
import { Errors } from "./errors/error_center.js";
import { createUseStore } from "./base/react.js";
export { useBlocking, useModal, useVisit } from "./base/react.js";
import { watchLife } from "./connection/page_lifecycle.js";
import { Messenger } from "./messages/messenger.js";
import { PageAccount } from "./account/page_account.js";
import { loadNow, loadWhenPossible, retryModules, watchPages } from "./loading/page_loading.js";
import { Pages } from "./connection/reflex_socket.js";
import { hueOf, imageOf, initialsOf } from "./base/people.js";
import { Status } from "./connection/connection_view.js";
import { createStore } from "./base/store.js";

const stores = {
  connection: createStore(DEFAULTS.connection),
  conversations: createStore(DEFAULTS.conversations),
  errors: createStore(DEFAULTS.errors),
  account: createStore(DEFAULTS.account),
  dialog: createStore(DEFAULTS.dialog),
};

/** @type {PageAccount} whose page this is */
export const account = new PageAccount({
  store: stores.account,
  whoIsSignedIn: () => api.call("GET", "users/me", { forAnyone: true }),
  onStopped,
});

/** Reflex's own socket asks here before it dials, and tells how it fares (see nova_app/bundle.py). */
export const pages = new Pages({
  model: () => messenger?.connection.model ?? null,
  account,
  onChange: () => status.draw(),
  now: Date.now,
  random: Math.random,
  setTimer: (work, delayMs) => setTimeout(work, delayMs),
});
const status = new Status({
  store: stores.connection,
  pagesDownSince: () => pages.downSince,
  isForgotten: () => knownAccount() === null,
});

/** @type {Messenger | null} */
let messenger = null;
let isStarted = false;
/** @type {(messenger: Messenger) => void} what a page does with each account's messenger */
let useMessenger = () => {};

/** Made at the first call: pages are prerendered where there is no location. */
/** @type {ReturnType<typeof createApi> | null} */
let made = null;
const makeApi = () => (made ??= createApi(serverOrigin(), { onFault: heard, account: () => account.name() }));

/** The one client of this page: what one part learns of the server's health counts for all. */
export const api = {
  call: (/** @type {Parameters<ReturnType<typeof createApi>["call"]>} */ ...given) => makeApi().call(...given),
  get: (/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal = undefined) => makeApi().get(path, signal),
  post: (/** @type {string} */ path, /** @type {unknown} */ body = undefined, key = "") => makeApi().post(path, body, key),
  heal: () => makeApi().heal(),
  heard,
  account: () => account.name(),
};

/** @param {import("./http/api.js").ApiError} fault  of a call that failed */
function heard(fault) {
  if (fault.code === "account_changed") account.refused();
  errors.heard(fault);
}

/** From the sign-in page to where it leads. */
const goOn = () =>
  import("./account/next_path.js").then(
    ({ nextPath }) => location.replace(nextPath(new URLSearchParams(location.search).get("next"), location.origin)),
    () => location.replace("/"),
  );
const isAtDoor = () => DOORS.test(location.pathname);
export const errors = new Errors(stores.errors, loadWhenPossible, () => stores.account.get().signed_in && !isAtDoor());
const notify = (/** @type {import("./errors/error_center.js").Failed} */ failed) => errors.report(failed);

/** Begin, once per page: with the account that was here last, before the server has said a word. */
function start() {
  if (isStarted) return;
  isStarted = true;
  const known = account.id ? knownAccount() : null;
  if (known) void open(known);
  pages.begin();
  errors.watch();
  // What handlers of the server report (nova_app/state/problems.py).
  /** @type {any} */ (globalThis).novaReport = (/** @type {import("./errors/error_center.js").Failed} */ failed) => {
    if (failed.code === "account_changed") account.refused();
    notify(failed);
  };
  // Where the guards of pages send strangers (nova_app/state/identity.py).
  /** @type {any} */ (globalThis).novaSignIn = () => location.replace(signInAddress());
  let report = () => {};
  watchPages(errors, () => stores.connection.get().is_connected);
  void loadWhenPossible(() => import("./telemetry/telemetry.js")).then(({ startTelemetry }) => {
    report = startTelemetry(`${serverOrigin()}/api/v1/telemetry`, METRICS_EVERY_SECONDS, figures, () => account.id);
  });
  watchLife({
    wake(cause) {
      // A page that slept or was kept for Back heard nothing of other tabs.
      account.look();
      status.metrics.woken(cause);
      retryModules();
      messenger?.connection.apply({ type: "wake", cause });
    },
    offline: () => messenger?.connection.apply({ type: "offline" }),
    visibility: (hidden) => messenger?.connection.apply({ type: "visibility", hidden }),
    looked: () => messenger?.view?.look(),
    left() {
      messenger?.drafts.save();
      report();
      messenger?.connection.apply({ type: "left" });
    },
  });
  tellNews();
  // Switched, or signed out, in another tab.
  addEventListener("storage", () => {
    tellNews();
    account.look();
    status.draw();
  });
  if (!keepsCookies()) stores.account.set({ form_problem: "cookies_blocked" });
  void confirmAccount(known);
}

/**
 * This page acts for nobody any more: what was written stays where it belongs.
 * @param {import("./connection/account_guard.js").Guard["standing"]} standing
 */
function onStopped(standing) {
  if (standing === "ended") {
    // As in the tab that signed out: nothing of the account is kept here.
    errors.end();
    messenger?.drafts.clear();
    messenger?.files?.close();
  } else messenger?.drafts.save();
  messenger?.connection.apply({ type: "stop", reason: standing === "other" ? "account_changed" : "signed_out" });
  pages.moved();
}

function figures() {
  if (!messenger || !account.isOwn) return null;
  const { history } = errors.notices;
  return { connection: status.snapshot(), history, roundtrips_ms: status.metrics.fresh.splice(0) };
}

/**
 * Ask who is signed in; without an answer, what is known stays.
 * @param {import("./base/types.js").Person | null} known
 */
async function confirmAccount(known) {
  try {
    // Who knows nobody yet asks without being refused: a refusal would stand in the browser's console.
    const me = known ? await api.get("users/me") : (await api.get("auth/session")).user;
    if (!me) return;
    // Who is signed in already goes on to where the sign-in page would have led.
    if (isAtDoor()) return goOn();
    if (messenger && known?.user_id === me.user_id) introduce(me);
    else await open(me);
  } catch (fault) {
    // Signed out: the socket says so by itself where an account is known.
    void fault;
  }
}

/**
 * This is who is signed in, as they are called from now on.
 * @param {import("./base/types.js").Person} me
 */
function introduce(me) {
  account.drawn(me.user_id);
  // What another tab has remembered meanwhile is the newer truth.
  account.look();
  if (!account.isOwn || account.id !== me.user_id) return;
  rememberAccount(me);
  const { user_id, username, display_name } = me;
  const face = { initials: initialsOf(display_name), hue: hueOf(user_id), avatar_url: imageOf(me, serverOrigin()) };
  stores.account.set({ signed_in: true, user_id, username, display_name, ...face });
}

/**
 * For the module of a page: load again what could not be loaded.
 * @param {() => void} listener  called each time the connection is there again
 */
export function onConnected(listener) {
  let was = stores.connection.get().is_connected;
  stores.connection.subscribe(() => {
    const { is_connected } = stores.connection.get();
    // Afterwards: the API learns of it with the frame that follows.
    if (is_connected && !was) setTimeout(listener);
    was = is_connected;
  });
}

/** The sign-in page that leads back here; for a page that is prerendered, the plain one. */
export const signInAddress = () => (globalThis.location ? addressOf(location) : "/login");

/** @param {import("./base/types.js").Person} me */
async function open(me) {
  messenger?.stop();
  introduce(me);
  if (account.id !== me.user_id) return;
  messenger = new Messenger(me, {
    store: stores.conversations,
    status,
    api,
    notify,
    loadNow,
    onSignedOut: () => account.isOwn && errors.signedOut(),
    onOtherAccount: () => account.refused(),
    onMoved() {
      pages.moved();
      if (!stores.connection.get().is_connected) return;
      errors.passed("saved_offline");
      retryModules();
    },
    onMe: introduce,
    onNews,
    socket: {
      onFault: (fault) => reportError(fault),
      url: socketUrl(),
      open: (url) => new WebSocket(url),
      now: Date.now,
      random: Math.random,
      isOnline: () => navigator.onLine,
      isHidden: () => document.hidden,
      setTimer: (work, delayMs) => setTimeout(work, delayMs),
      clearTimer: (timer) => clearTimeout(timer),
    },
  });
  useMessenger(messenger);
  await messenger.start();
}

export const NEWS_KEY = "nova:notifications";

/** @type {Promise<import("./account/desktop_notifications.js").Teller> | null} made once, where this browser was asked to tell */
let telling = null;
let isTold = false;

/** Begin to tell of messages, or stop, as it is set in this browser now. */
export function tellNews() {
  try {
    isTold = localStorage.getItem(NEWS_KEY) !== null;
  } catch {
    // Without storage nobody can have asked for it.
  }
  if (isTold) telling ??= loadWhenPossible(() => import("./account/desktop_notifications.js")).then((module) => module.createTeller(cannotTell));
}

/** Whether the last notification could not be shown: settings say so until one can. */
export let hasFailedToTell = false;
export const cannotTell = (failed = true) => void (hasFailedToTell = failed);

/** @param {import("./base/types.js").MessageEvent} event */
function onNews(event) {
  const summary = isTold && messenger?.world.summaries.get(event.conversation_id);
  if (!summary) return;
  const author = messenger?.world.people(summary.id).get(event.author_id)?.display_name || event.author_name || "Somebody";
  const { conversation_id, seq, text } = event;
  const news = { conversation_id, seq, text, author, place: summary.kind === "group" ? summary.title : "" };
  void telling?.then((teller) => isTold && teller?.hear(news));
}

export const useStore = createUseStore(stores, DEFAULTS, start);

/**
 * For the module of a page: be handed the messenger that is here, and every later one.
 * @param {(messenger: Messenger) => void} use
 */
export function onMessenger(use) {
  useMessenger = use;
  if (messenger) use(messenger);
}

export const actions = {
  connection: { retry: () => messenger?.connection.apply({ type: "retry" }) },
  errors: {
    dismiss: (/** @type {string} */ id) => errors.dismiss(id),
    retry: (/** @type {string} */ id) => errors.retry(id),
    copy: (/** @type {string} */ id) => void errors.copy(id),
    edit: () => /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=composer]"))?.focus(),
    save_log: () => void errors.save(),
    clear_log: () => errors.clear(),
    page_failed: (/** @type {Error} */ fault) => errors.uncaught(fault),
  },
  account: createAccountActions({ store: stores.account, api, loadNow, messenger: () => messenger, errors, goOn }),
  dialog: createDialogActions(stores.dialog),
};
