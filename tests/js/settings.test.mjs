import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/settings.js";
import { Settings } from "../../assets/nova/settings/settings.js";
import { createStore } from "../../assets/nova/base/store.js";

const ME = { user_id: "a", username: "ana", display_name: "Ana", status: "", avatar_url: "", shares_read: true, shares_presence: true };
const SESSION = { id: "s1", device: "", seen_at: "2026-03-12T10:00:00Z", is_current: true };

/** A server that answers by route; a fault in `faults` is thrown once in place of an answer. */
async function page(faults = {}) {
  const me = { ...ME };
  const calls = [];
  const call = async (method, path, options = {}) => {
    const route = `${method} ${path}`;
    calls.push(route);
    const fault = faults[route];
    delete faults[route];
    if (fault) throw fault;
    if (route === "PATCH users/me") return { ...Object.assign(me, options.body) };
    if (path === "users/me") return { ...me };
    if (route === "GET auth/sessions") return { items: [SESSION] };
    if (route === "GET auth/tokens") return { items: [{ id: "t1", name: "bot", created_at: "2026-03-12T10:00:00Z" }] };
    return route === "POST auth/tokens" ? { id: "t1", token: "secret" } : null;
  };
  const store = createStore(DEFAULTS.settings);
  const uploads = { items: [], add(files) { this.items = files.map((file) => ({ ...file, key: file.name })); }, remove() {}, clear() { this.items = []; } };
  const settings = new Settings({ store, api: { call }, origin: "http://nova", now: () => Date.parse("2026-03-12T12:00:00Z"), uploads });
  await settings.load();
  return { settings, store, calls, me, uploads, shown: () => store.get() };
}

test("the page shows what the server has, and names what has no name", async () => {
  const { shown } = await page();
  expect(shown()).toMatchObject({ state: "ready", username: "ana", display_name: "Ana", initials: "A", is_changed: false });
  expect(shown().sessions).toMatchObject([{ id: "s1", device: "Unknown device", is_current: true }]);
  expect(shown().tokens).toMatchObject([{ id: "t1", name: "bot" }]);
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
