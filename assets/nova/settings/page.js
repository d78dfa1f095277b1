// The module of the settings page. A shell.

import { serverOrigin } from "../base/origin.js";
import { chooseClock } from "../base/dates.js";
import { copyText } from "../base/clipboard.js";
import { UNDO_KEY, readText, writeText } from "../base/local_storage.js";
import { DEFAULTS } from "../generated/stores/settings.js";
import { onRendered } from "../base/idle.js";
import { createUseStore } from "../base/react.js";
import { browserState, switchNotifications, tryOne } from "../account/browser_notifications.js";
import { applyNotificationSetting } from "../account/message_notifications.js";
import { suggestPassword } from "../account/suggested_password.js";
import { setFailed } from "../account/notification_setting.js";
import { keepGeneral } from "../account/notification_record.js";
import { api, byHand, loadNews, messenger, onConnected, stores as shared } from "../runtime.js";
import { createUploads } from "../files/create_uploads.js";
import { Settings } from "./settings.js";
import { createStore } from "../base/store.js";

const stores = { settings: createStore(DEFAULTS.settings) };
const store = stores.settings;

/** In px; the others are in relation to it (theme.js). */
const USUAL_TEXT_SIZE = 15;
/** @type {Settings | null} */
let settings = null;
let wasReady = false;

/** A link may lead to a part that was not there yet. */
const showPart = () => document.getElementById(location.hash.slice(1))?.scrollIntoView();

function start() {
  store.set({ ...chosenLook(), undoes_deletions: readText(UNDO_KEY) !== "off", notifications: browserState() });
  if (!settings) {
    const uploads = createUploads(() => settings?.uploaded(), api);
    const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
    settings = new Settings({ store, api, origin: serverOrigin(), now: Date.now, uploads, timeZone, keepGeneral });
    addEventListener("online", () => store.get().state === "error" && void settings?.load());
    store.subscribe(() => {
      const { state, shares_presence, link_previews, link_previews_available } = store.get();
      if (state !== "ready") return;
      shared.account.set({ shares_presence, link_previews: link_previews && link_previews_available });
      if (!wasReady) setTimeout(() => onRendered(showPart));
      wasReady = true;
    });
    onConnected(() => store.get().state !== "ready" && void settings?.load());
  }
  settings.onShown();
}

/** What was chosen in this browser; empty: as the system has it, or as usual. */
function chosenLook() {
  const chosen = (/** @type {string} */ name) => readText(`nova:${name}`) ?? "";
  const [theme, density, contrast, clock] = ["theme", "density", "contrast", "clock"].map(chosen);
  const [enter, undo_send] = ["enter", "undo-send"].map(chosen);
  return { theme, density, contrast, clock, enter, undo_send, text_size: Number(chosen("text-size")) || USUAL_TEXT_SIZE };
}

/**
 * @param {"theme" | "density" | "contrast" | "clock" | "enter" | "undo-send" | "text-size"} name
 * @param {string} value  empty: as the system has it, or as usual
 */
function chooseLook(name, value) {
  writeText(`nova:${name}`, value);
  novaApplyLook();
  store.set(chosenLook());
  // Times that are shown already are written again.
  if (name === "clock") {
    chooseClock(value);
    messenger?.render();
    void settings?.load();
  }
}

/** @param {string} value  in px */
function chooseTextSize(value) {
  chooseLook("text-size", Number(value) === USUAL_TEXT_SIZE ? "" : value);
}

function toggleUndo() {
  const undoes_deletions = !store.get().undoes_deletions;
  writeText(UNDO_KEY, undoes_deletions ? "" : "off");
  store.set({ undoes_deletions });
}

async function toggleNotifications() {
  setFailed(false);
  await switchNotifications(store.get().notifications !== "on");
  store.set({ notifications: browserState(), test_result: "" });
  applyNotificationSetting(() => api.get("users/me"));
}

async function tryNotification() {
  store.set({ test_result: "asking", test_detail: "" });
  const { result, detail } = await tryOne();
  if (result !== "refused") setFailed(result === "failed");
  store.set({ notifications: browserState(), test_result: result, test_detail: detail });
}

/** @param {Event} event */
function chooseAvatar(event) {
  const input = /** @type {HTMLInputElement} */ (event.target);
  const file = input.files?.[0];
  if (file) settings?.chooseAvatar(file);
  // The same file may be chosen again.
  input.value = "";
}

/**
 * Send a form; its fields are emptied once the server has taken them, unless the user has typed on meanwhile.
 * @param {string} part  of the page
 * @param {() => Promise<boolean> | undefined} send
 */
async function submit(part, send) {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector(`[data-testid=settings-${part}] form`));
  const values = () => form && JSON.stringify([...new FormData(form)]);
  const sent = values();
  if (store.get().busy || !(await send())) return;
  if (values() === sent) form?.reset();
}

/** @param {any} form */
async function changePassword(form) {
  const isChanged = await settings?.changePassword(form);
  if (isChanged) void loadNews().then(({ hasLongerPassword }) => hasLongerPassword(shared.account));
  return Boolean(isChanged);
}

async function copyInvite() {
  if (await copyText(store.get().new_invite)) store.set({ done: "invite" });
}

async function copyToken() {
  if (await copyText(store.get().new_token)) store.set({ done: "token" });
}

export const useSettingsStore = createUseStore(stores, DEFAULTS, start);

/** @satisfies {{settings: import("../generated/types.js").SettingsActions}} */
export const settingsActions = {
  settings: {
    reload: byHand(() => void settings?.load()),
    edit_name: (/** @type {string} */ display_name) => settings?.edit({ display_name }),
    edit_status: (/** @type {string} */ status) => settings?.edit({ status }),
    save_profile: () => void (store.get().busy || settings?.saveProfile()),
    choose_avatar: chooseAvatar,
    remove_avatar: () => void settings?.removeAvatar(),
    toggle_read: () => void settings?.toggle("shares_read"),
    toggle_presence: () => void settings?.toggle("shares_presence"),
    toggle_additions: () => void settings?.toggle("only_acquaintances_add"),
    toggle_link_previews: () => void settings?.toggle("link_previews"),
    choose_look: chooseLook,
    choose_text_size: chooseTextSize,
    toggle_undo: toggleUndo,
    toggle_notifications: () => void toggleNotifications(),
    try_notification: () => void tryNotification(),
    choose_notify: (/** @type {"all" | "mentions" | "none"} */ level) => void settings?.chooseNotify(level),
    toggle_quiet: () => void settings?.toggleQuiet(),
    edit_quiet_from: (/** @type {string} */ quiet_from) => settings?.editQuiet({ quiet_from }),
    edit_quiet_until: (/** @type {string} */ quiet_until) => settings?.editQuiet({ quiet_until }),
    save_quiet: () => void settings?.saveQuiet(),
    end_session: (/** @type {string} */ id) => void settings?.endSession(id),
    confirm_end_session: (/** @type {any} */ form) => void (store.get().busy || settings?.confirmEndSession(form)),
    suggest_password: () => void suggestPassword(),
    change_password: (/** @type {any} */ form) => void submit("password", () => changePassword(form)),
    create_token: (/** @type {any} */ form) => void submit("tokens", () => settings?.createToken(form)),
    copy_token: copyToken,
    create_invite: (/** @type {any} */ form) => void submit("invites", () => settings?.createInvite(form)),
    copy_invite: copyInvite,
    end_invite: (/** @type {string} */ id) => void settings?.endInvite(id),
    end_token: (/** @type {string} */ id) => void settings?.endToken(id),
  },
};
