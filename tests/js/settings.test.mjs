import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/settings.js";
import { Settings } from "../../assets/nova/settings/settings.js";
import { createStore } from "../../assets/nova/base/store.js";

const ME = {
  user_id: "a", username: "ana", display_name: "Ana", status: "", avatar_url: "", shares_read: true, shares_presence: true,
  notifications: { default: "all", quiet_hours: null },
};
const SESSION = { id: "s1", device: "", seen_at: "2026-03-12T10:00:00Z", is_current: true };

const EVENT = { id: "e1", kind: "token_created", created_at: "2026-03-12T10:00:00Z", device: "Firefox on Linux", address: "::1", name: "bot" };
const TOKEN = { id: "t1", name: "bot", created_at: "2026-03-12T10:00:00Z", expires_at: "2027-03-12T10:00:00Z", used_at: null };

/** A server that answers by route; a fault in `faults` is thrown once in place of an answer. */
async function page(faults = {}) {
  const me = { ...ME };
  const calls = [];
  const bodies = [];
  const call = async (method, path, options = {}) => {
    const route = `${method} ${path}`;
    calls.push(route);
    bodies.push(options.body);
    const fault = faults[route];
    delete faults[route];
    if (fault) throw fault;
    if (route === "PATCH users/me") {
      const notifications = { ...me.notifications, ...options.body.notifications };
      return { ...Object.assign(me, options.body, { notifications }) };
    }
    if (path === "users/me") return { ...me };
    if (route === "GET auth/sessions") return { items: [SESSION] };
    if (route === "GET auth/events") return { items: [EVENT] };
    if (route === "GET auth/tokens") return { items: [TOKEN] };
    if (route === "POST invites") return { url: "/invite/secret" };
    return route === "POST auth/tokens" ? { id: "t1", token: "secret" } : null;
  };
  const store = createStore(DEFAULTS.settings);
  const uploads = { items: [], add(files) { this.items = files.map((file) => ({ ...file, key: file.name })); }, remove() {}, clear() { this.items = []; } };
  const kept = new Map();
  const settings = new Settings({
    store,
    api: { call },
    origin: "http://nova",
    now: () => Date.parse("2026-03-12T12:00:00Z"),
    uploads,
    timeZone: () => "Europe/Berlin",
    keepGeneral: (id, general) => kept.set(id, general),
  });
  await settings.load();
  return { settings, store, calls, bodies, me, uploads, kept, shown: () => store.get() };
}

test("the page shows what the server has, and names what has no name", async () => {
  const { shown } = await page();
  expect(shown()).toMatchObject({ state: "ready", username: "ana", display_name: "Ana", initials: "A", is_changed: false });
  expect(shown().sessions).toMatchObject([{ id: "s1", device: "Unknown device", is_current: true }]);
  expect(shown().tokens).toMatchObject([{ id: "t1", name: "bot" }]);
  expect(shown().activity).toMatchObject([{ id: "e1", kind: "token_created", name: "bot" }]);
  expect(shown().activity[0].where).toStartWith("Firefox on Linux, ::1, ");
});

test("a page that cannot be loaded says why, and later shows everything", async () => {
  const { settings, shown } = await page({ "GET auth/tokens": new ApiError("overloaded") });
  expect(shown()).toMatchObject({ state: "error", problem_code: "overloaded" });
  await settings.load();
  expect(shown().state).toBe("ready");
});

test("what was loaded stays on the screen when a later read fails", async () => {
  const faults = {};
  const { settings, shown } = await page(faults);
  faults["GET users/me"] = new ApiError("network_unreachable");
  await settings.load();
  expect(shown()).toMatchObject({ state: "ready", display_name: "Ana" });
});

test("a name is saved, and only then is nothing left to save", async () => {
  const { settings, shown, me } = await page();
  settings.edit({ display_name: "Ana B" });
  expect(shown()).toMatchObject({ is_changed: true, initials: "AB" });
  await settings.saveProfile();
  expect(me.display_name).toBe("Ana B");
  expect(shown()).toMatchObject({ is_changed: false, done: "profile", busy: "" });
});

test("a refused field keeps what was typed and says why beside it", async () => {
  const fault = new ApiError("invalid_fields", { kind: "VALIDATION_ERROR", fields: { status: "Too long." }, message: "Check." });
  const { settings, shown } = await page({ "PATCH users/me": fault });
  settings.edit({ status: "x" });
  await settings.saveProfile();
  expect(shown()).toMatchObject({ status: "x", is_changed: true, failed: "", done: "" });
  expect(shown().field_errors.status).toBe("Too long.");
});

test("a switch shows what the server says, also when it refuses", async () => {
  const { settings, shown } = await page({ "PATCH users/me": new ApiError("storage_unavailable", { message: "Full." }) });
  await settings.toggle("shares_read");
  expect(shown()).toMatchObject({ shares_read: true, failed: "privacy", fail_text: "Full." });
  await settings.toggle("shares_read");
  expect(shown()).toMatchObject({ shares_read: false, failed: "", done: "privacy" });
});

test("what is being typed survives an answer about something else", async () => {
  const { settings, shown } = await page();
  settings.edit({ display_name: "Ana Ma" });
  await settings.toggle("shares_presence");
  expect(shown()).toMatchObject({ display_name: "Ana Ma", is_changed: true, shares_presence: false });
});

test("a picture becomes the person's once it is on the server; one that fails says so", async () => {
  const { settings, shown, uploads, me } = await page();
  settings.chooseAvatar({ name: "me.png" });
  Object.assign(uploads.items[0], { state: "sending", sent: 25, size: 100 });
  settings.uploaded();
  expect(shown()).toMatchObject({ busy: "avatar", avatar_percent: 25 });
  Object.assign(uploads.items[0], { state: "done", stored: { id: "u1" } });
  settings.uploaded();
  await Bun.sleep(0);
  expect(me.avatar_id).toBe("u1");
  expect(shown()).toMatchObject({ busy: "", done: "avatar" });

  settings.chooseAvatar({ name: "bad.png" });
  Object.assign(uploads.items[0], { state: "failed", fault: new ApiError("file_unreadable") });
  settings.uploaded();
  expect(shown()).toMatchObject({ busy: "", failed: "avatar", fail_code: "file_unreadable" });
});

test("ending what has ended already is done", async () => {
  const { settings, shown } = await page({ "DELETE auth/sessions/s2": new ApiError("not_found", { kind: "NOT_FOUND" }) });
  await settings.endSession("s2");
  expect(shown()).toMatchObject({ done: "sessions", failed: "" });
});

test("a key is shown until another is ended", async () => {
  const { settings, shown } = await page();
  expect(await settings.createToken({ name: "bot" })).toBe(true);
  expect(shown().new_token).toBe("secret");
  await settings.endToken("t1");
  expect(shown().new_token).toBe("");
});

test("a token is made with the password where the server asks for it, and the form asks no longer afterwards", async () => {
  const fault = new ApiError("invalid_fields", { kind: "VALIDATION_ERROR", fields: { current_password: "Enter it." } });
  const { settings, shown, bodies } = await page({ "POST auth/tokens": fault });
  expect(await settings.createToken({ name: "bot" })).toBe(false);
  expect(shown()).toMatchObject({ token_needs_password: true, failed: "" });
  expect(shown().field_errors).toMatchObject({ token_password: "Enter it.", current_password: "" });
  expect(bodies.at(-1)).toEqual({ name: "bot" });
  expect(await settings.createToken({ name: "bot", token_password: "mine" })).toBe(true);
  expect(bodies.find((body) => body?.current_password)).toEqual({ name: "bot", current_password: "mine" });
  expect(shown().token_needs_password).toBe(false);
});

const ASKED = new ApiError("invalid_fields", { kind: "VALIDATION_ERROR", fields: { current_password: "Enter it." } });

test("a device is signed out with the password where the server asks for it, which names the device", async () => {
  const { settings, shown, bodies } = await page({ "DELETE auth/sessions/s1": ASKED });
  expect(await settings.endSession("s1")).toBe(false);
  expect(shown()).toMatchObject({ session_needs_password: "Unknown device", failed: "", busy: "" });
  expect(shown().field_errors).toMatchObject({ session_password: "Enter it.", current_password: "" });
  expect(await settings.confirmEndSession({ session_password: "mine" })).toBe(true);
  expect(bodies.find((body) => body?.current_password)).toEqual({ current_password: "mine" });
  expect(shown()).toMatchObject({ session_needs_password: "", done: "sessions" });
});

test("an invite is made with the password where the server asks for it", async () => {
  const { settings, shown, bodies } = await page({ "POST invites": ASKED });
  const form = { expires_in_seconds: "", max_uses: "" };
  expect(await settings.createInvite(form)).toBe(false);
  expect(shown()).toMatchObject({ invite_needs_password: true, failed: "" });
  expect(await settings.createInvite({ ...form, invite_password: "mine" })).toBe(true);
  expect(bodies.find((body) => body?.current_password)).toMatchObject({ current_password: "mine" });
  expect(shown().invite_needs_password).toBe(false);
});

test("a token says when it ends and whether it was used, and ends with the password if that is asked for", async () => {
  const { settings, shown, calls, bodies } = await page();
  expect(shown().tokens).toMatchObject([{ expires_label: expect.stringContaining("2027"), used_label: "" }]);
  await settings.changePassword({ current_password: "a", new_password: "b", end_tokens: "on" });
  await settings.changePassword({ current_password: "a", new_password: "b" });
  const sent = bodies.filter((_, at) => calls[at] === "POST auth/password").map((body) => body.end_tokens);
  expect(sent).toEqual([true, false]);
  expect(calls.filter((call) => call === "GET auth/tokens")).toHaveLength(3);
});

test("a wrong password is said at its field, and the form is kept", async () => {
  const fault = new ApiError("invalid_fields", { kind: "VALIDATION_ERROR", fields: { current_password: "No." } });
  const { settings, shown } = await page({ "POST auth/password": fault });
  expect(await settings.changePassword({ current_password: "a", new_password: "b" })).toBe(false);
  expect(shown().field_errors.current_password).toBe("No.");
});

test("an answer that was asked for before a change does not undo it on the screen", async () => {
  const { settings, shown, me } = await page();
  const call = settings.deps.api.call;
  let answer = () => {};
  settings.deps.api.call = (method, path, options) => {
    if (`${method} ${path}` !== "GET users/me") return call(method, path, options);
    const old = { ...me };
    return new Promise((resolve) => (answer = () => resolve(old)));
  };
  const reading = settings.load();
  await settings.toggle("shares_read");
  answer();
  await reading;
  expect(shown()).toMatchObject({ shares_read: false, state: "ready" });
});

test("what notifies is chosen for the account, and this browser follows what the server says", async () => {
  const { settings, shown, me, kept } = await page();
  expect(shown()).toMatchObject({ notify_default: "all", quiet_hours: false, quiet_from: "22:00" });
  await settings.chooseNotify("mentions");
  expect(me.notifications).toEqual({ default: "mentions", quiet_hours: null });
  expect(shown()).toMatchObject({ notify_default: "mentions", done: "notify" });
  expect(kept.get("a")).toEqual(me.notifications);
});

test("a choice that the server refuses is not shown as made", async () => {
  const { settings, shown, kept } = await page({ "PATCH users/me": new ApiError("storage_unavailable") });
  await settings.chooseNotify("none");
  expect(shown()).toMatchObject({ notify_default: "all", failed: "notify" });
  expect(kept.get("a").default).toBe("all");
});

test("quiet hours are switched, and their times saved when they are whole and new", async () => {
  const { settings, shown, me, calls } = await page();
  await settings.toggleQuiet();
  expect(me.notifications.quiet_hours).toEqual({ from: "22:00", until: "07:00", time_zone: "Europe/Berlin" });
  settings.editQuiet({ quiet_from: "" });
  const before = calls.length;
  expect(settings.saveQuiet()).toBeUndefined();
  settings.editQuiet({ quiet_from: "22:00" });
  expect(settings.saveQuiet()).toBeUndefined();
  expect(calls.length).toBe(before);
  settings.editQuiet({ quiet_from: "21:30" });
  await settings.saveQuiet();
  expect(me.notifications.quiet_hours).toMatchObject({ from: "21:30", until: "07:00" });
  await settings.toggleQuiet();
  expect(me.notifications.quiet_hours).toBeNull();
  expect(shown()).toMatchObject({ quiet_hours: false, quiet_from: "21:30" });
});
