// The objects that the whole page shares: stores, account, API, errors, connection, messenger. A shell.

import { notifyOfEvent } from "./account/message_notifications.js";
import { knownAccount, rememberAccount } from "./account/known_account.js";
import { PageAccount } from "./account/page_account.js";
import { UnreadPosts } from "./account/unread_posts.js";
import { SIGN_IN_PAGES, signInAddress } from "./account/sign_in_pages.js";
import { serverOrigin, socketUrl } from "./base/origin.js";
import { hueOf, imageOf, initialsOf } from "./base/people.js";
import { createStore } from "./base/store.js";
import { ConnectionView } from "./connection/connection_view.js";
import { ReflexSocket } from "./connection/reflex_socket.js";
import { DEFAULTS } from "./generated/stores/shared.js";
import { ErrorCenter } from "./errors/error_center.js";
import { createApi } from "./http/api.js";
import { loadNow, loadWhenPossible, retryModules } from "./loading/page_loading.js";
import { Messenger } from "./messages/messenger.js";

export const stores = {
  connection: createStore(DEFAULTS.connection),
  conversations: createStore(DEFAULTS.conversations),
  errors: createStore(DEFAULTS.errors),
  // Pages are prerendered where there is no location.
  account: createStore({ ...DEFAULTS.account, server_name: globalThis.location?.host ?? "" }),
  dialog: createStore(DEFAULTS.dialog),
};

/** @type {PageAccount} whose page this is */
export const account = new PageAccount({
  store: stores.account,
  whoIsSignedIn: () => api.call("GET", "users/me", { forAnyone: true }),
  onStopped,
});

/** What happens to posts; the page of posts is told of it. */
export const unreadPosts = new UnreadPosts(stores.account);

/** Reflex's own socket asks here before it connects, and reports its state (see nova_app/bundle.py). */
export const reflexSocket = new ReflexSocket({
  model: () => messenger?.connection.model ?? null,
  account,
  onChange: () => connectionView.render(),
  now: Date.now,
  random: Math.random,
  setTimer: (work, delayMs) => setTimeout(work, delayMs),
  calls: {
    // Nothing is reported before the runtime has started (index.js).
    report: (failed) => /** @type {any} */ (globalThis).novaReport?.(failed),
    sign_in: () => isOnSignInPage() || location.replace(signInAddress(location)),
  },
});
export const connectionView = new ConnectionView({
  store: stores.connection,
  reflexDownSince: () => reflexSocket.downSince,
  isForgotten: () => knownAccount() === null,
  diagnose: () => void import("./connection/lost_upgrade.js").then(({ diagnose }) => diagnose(connectionView, serverOrigin()), () => {}),
});

/** @type {Messenger | null} */
export let messenger = null;
/** @type {(messenger: Messenger) => void} what a page does with each account's messenger */
let useMessenger = () => {};

/** @typedef {ReturnType<typeof createApi>} Api */
/** Made at the first call: pages are prerendered where there is no location. */
/** @type {Api | null} */
let made = null;
const makeApi = () => (made ??= createApi(serverOrigin(), { onFault, account: () => account.name() }));

/** The one client of this page: what one part learns of the server's health counts for all. */
export const api = {
  call: (/** @type {Parameters<Api["call"]>} */ ...args) => makeApi().call(...args),
  get: (/** @type {Parameters<Api["get"]>} */ ...args) => makeApi().get(...args),
  post: (/** @type {Parameters<Api["post"]>} */ ...args) => makeApi().post(...args),
  recover: () => makeApi().recover(),
  tryNow: () => makeApi().tryNow(),
  onFault,
  account: () => account.name(),
};

/**
 * An action of a person who tries something again: it is not held back by what failed before.
 * @template {unknown[]} A
 * @template R
 * @param {(...args: A) => R} work
 * @returns {(...args: A) => R}
 */
export const byHand = (work) => (...args) => {
  api.tryNow();
  return work(...args);
};

/** @param {import("./http/api.js").ApiError} fault  of a call that failed */
function onFault(fault) {
  if (fault.code === "account_changed") account.onRefused();
  errors.onApiError(fault);
}

export const isOnSignInPage = () => SIGN_IN_PAGES.test(location.pathname);
export const errors = new ErrorCenter(stores.errors, loadWhenPossible, () => stores.account.get().signed_in && !isOnSignInPage());
export const notify = (/** @type {import("./errors/error_center.js").Failed} */ failed) => errors.report(failed);

/**
 * Stop acting for the account: what was written stays with the account it belongs to.
 * @param {import("./connection/account_guard.js").Guard["standing"]} standing
 */
function onStopped(standing) {
  if (standing === "ended") {
    // As in the tab that signed out: nothing of the account is kept here.
    errors.end();
    messenger?.drafts.clear();
    messenger?.outboxWorker.journal.clear();
    messenger?.files?.close();
  } else messenger?.drafts.save();
  messenger?.connection.apply({ type: "stop", reason: standing === "other" ? "account_changed" : "signed_out" });
  reflexSocket.connectionChanged();
}

export const loadNews = () => loadWhenPossible(() => import("./account/account_news.js"));

/**
 * This is who is signed in, as they are called from now on.
 * @param {import("./base/types.js").Person} me
 */
export function introduce(me) {
  account.claim(me.user_id);
  // What another tab has remembered meanwhile is the newer truth.
  account.checkRemembered();
  if (!account.isOwn || account.id !== me.user_id) return;
  rememberAccount(me);
  const { user_id, username, display_name } = me;
  const face = { initials: initialsOf(display_name), hue: hueOf(user_id), avatar_url: imageOf(me, serverOrigin()) };
  stores.account.set({ signed_in: true, user_id, username, display_name, ...face });
  // Only the account's own profile says so, not what others learn of it.
  const { shares_presence, link_previews: wants, link_previews_available: has, asks_longer_password } = /** @type {any} */ (me);
  if (shares_presence !== undefined) stores.account.set({ shares_presence, link_previews: wants && has });
  if (asks_longer_password) void loadNews().then(({ askForLongerPassword }) => askForLongerPassword(stores.account));
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

/** @param {import("./base/types.js").Person} me */
export async function open(me) {
  messenger?.stop();
  introduce(me);
  if (account.id !== me.user_id) return;
  messenger = new Messenger(me, {
    store: stores.conversations,
    connectionView,
    api,
    notify,
    loadNow,
    onSignedOut: () => account.isOwn && errors.signedOut(),
    onOtherAccount: () => account.onRefused(),
    onConnectionChanged() {
      reflexSocket.connectionChanged();
      if (!stores.connection.get().is_connected) return;
      errors.resolve("saved_offline");
      retryModules();
    },
    onMe: introduce,
    onAccountEvent: (event) => void loadNews().then(({ showNews }) => showNews(stores.account, event, new Date())),
    onPosts: (news) => unreadPosts.take(news, me.user_id),
    onNews: notifyOfEvent,
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

/**
 * For the module of a page: be handed the messenger that is here, and every later one.
 * @param {(messenger: Messenger) => void} use
 */
export function onMessenger(use) {
  useMessenger = use;
  if (messenger) use(messenger);
}

