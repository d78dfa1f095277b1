// Starts the runtime and offers its hooks and actions to every page. A shell.

import { createAccountActions, keepsCookies } from "./account/account.js";
import { knownAccount } from "./account/known_account.js";
import { applyNotificationSetting } from "./account/message_notifications.js";
import { createDialogActions } from "./account/new_conversation.js";
import { signInAddress as addressOf } from "./account/sign_in_pages.js";
import { chooseClock } from "./base/dates.js";
import { readText } from "./base/local_storage.js";
import { serverOrigin } from "./base/origin.js";
import { onRendered } from "./base/idle.js";
import { createUseStore } from "./base/react.js";
// Reflex's own socket asks it before it connects (nova_app/bundle.py).
export { reflexSocket as pages } from "./runtime.js";
export { moveInList } from "./base/list_keys.js";
export { closePopover, popoverToggled, useDialog, useVisit } from "./base/react.js";
import { readFolded, toggleFolded } from "./conversation_list/folded_sections.js";
import { watchPageLifecycle } from "./connection/page_lifecycle.js";
import { DEFAULTS } from "./generated/stores/shared.js";
import { METRICS_EVERY_SECONDS } from "./generated/codes.js";
import { reportEarlyInput } from "./loading/early_input.js";
import { loadNow, loadWhenPossible, retryModules, watchPageLoading } from "./loading/page_loading.js";
import { account, api, byHand, errors, introduce, isOnSignInPage, loadNews, messenger, notify, onConnected, open, reflexSocket, connectionView, stores } from "./runtime.js";

let isStarted = false;
const readMe = () => api.get("users/me");

/** Open the page that was requested before signing in. */
const leaveSignInPage = () =>
  import("./account/next_path.js").then(
    ({ nextPath }) => location.replace(nextPath(new URLSearchParams(location.search).get("next"), location.origin)),
    () => location.replace("/"),
  );
/** Start, once per page, with the account that was signed in last, before the server has answered. */
function start() {
  if (isStarted) return;
  isStarted = true;
  chooseClock(readText("nova:clock"));
  stores.conversations.set({ folded: readFolded() });
  const known = account.id ? knownAccount() : null;
  if (known) void open(known);
  reflexSocket.begin();
  errors.watch();
  // What handlers of the server report (nova_app/state/problems.py).
  /** @type {any} */ (globalThis).novaReport = (/** @type {import("./errors/error_center.js").Failed} */ failed) => {
    if (failed.code === "account_changed") account.onRefused();
    notify(failed);
  };
  let report = () => {};
  addEventListener("keydown", jump);
  onConnected(() => onRendered(() => void loadWhenPossible(() => import("./loading/prefetch_pages.js")).then(({ prefetchPages }) => prefetchPages())));
  watchPageLoading(errors, () => stores.connection.get().is_connected);
  void loadWhenPossible(() => import("./telemetry/telemetry.js")).then(({ startTelemetry }) => {
    report = startTelemetry(`${serverOrigin()}/api/v1/telemetry`, METRICS_EVERY_SECONDS, figures, () => account.id);
  });
  watchPageLifecycle({
    wake(cause) {
      // A page that slept or was in the back/forward cache missed the events of other tabs.
      account.checkRemembered();
      connectionView.stats.wokeUp(cause);
      retryModules();
      messenger?.connection.apply({ type: "wake", cause });
    },
    offline: () => messenger?.connection.apply({ type: "offline" }),
    visibility: (hidden) => messenger?.connection.apply({ type: "visibility", hidden }),
    seen: () => messenger?.view?.scheduleRead(),
    left() {
      messenger?.drafts.save();
      messenger?.outboxWorker.journal.save();
      report();
      messenger?.connection.apply({ type: "left" });
    },
  });
  applyNotificationSetting(readMe);
  // Switched, or signed out, in another tab.
  addEventListener("storage", () => {
    applyNotificationSetting(readMe);
    account.checkRemembered();
    connectionView.render();
  });
  if (!keepsCookies()) stores.account.set({ form_problem: "cookies_blocked" });
  void confirmAccount(known);
  // Once the page's own module has started, in the same turn, with what it has saved.
  queueMicrotask(reportEarlyInput);
}

/** @param {KeyboardEvent} event  Ctrl+K, or Cmd+K, leads to a chat */
function jump(event) {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || !messenger || isOnSignInPage()) return;
  event.preventDefault();
  void loadNow(() => import("./switcher/switcher.js")).then(({ openSwitcher }) => openSwitcher(() => stores.conversations.get().items), () => {});
}

function figures() {
  if (!messenger || !account.isOwn) return null;
  const { history } = errors.notices;
  return { connection: connectionView.snapshot(), history, roundtrips_ms: connectionView.stats.fresh.splice(0) };
}

/**
 * Ask who is signed in; without an answer, what is known stays.
 * @param {import("./base/types.js").Person | null} known
 */
async function confirmAccount(known) {
  try {
    // Without a known account, ask in a way that is never refused: a refusal would show in the browser's console.
    const me = known ? await readMe() : (await api.get("auth/session")).user;
    if (!me) return;
    // A signed-in user is redirected to where the sign-in page would have led.
    if (isOnSignInPage()) return leaveSignInPage();
    if (messenger && known?.user_id === me.user_id) introduce(me);
    else await open(me);
  } catch {
    // Signed out: the socket reports it where an account is known.
  }
}

/** The sign-in page that leads back here; for a page that is prerendered, the plain one. */
export const signInAddress = () => (globalThis.location ? addressOf(location) : "/login");

export const useStore = createUseStore(stores, DEFAULTS, start);

/**
 * @satisfies {{
 *   connection: import("./generated/types.js").ConnectionActions,
 *   errors: import("./generated/types.js").ErrorActions,
 *   account: import("./generated/types.js").AccountActions,
 *   dialog: import("./generated/types.js").DialogActions,
 *   conversations: import("./generated/types.js").ConversationActions,
 * }}
 */
export const actions = {
  connection: { retry: byHand(() => messenger?.connection.apply({ type: "retry" })) },
  errors: {
    dismiss: (/** @type {string} */ id) => errors.dismiss(id),
    retry: byHand((/** @type {string} */ id) => errors.retry(id)),
    copy: (/** @type {string} */ id) => void errors.copy(id),
    edit: () => /** @type {HTMLElement | null} */ (document.querySelector("[data-testid=composer]"))?.focus(),
    save_log: () => void errors.save(),
    clear_log: () => errors.clear(),
    page_failed: (/** @type {Error} */ fault) => errors.uncaught(fault),
  },
  account: createAccountActions({ store: stores.account, api, loadNews, loadNow, messenger: () => messenger, errors, leaveSignInPage }),
  dialog: createDialogActions(stores.dialog, () => messenger?.conversationStore.acquaintances ?? []),
  conversations: {
    fold: (/** @type {string} */ section) => stores.conversations.set({ folded: toggleFolded(stores.conversations.get().folded, section) }),
  },
};
