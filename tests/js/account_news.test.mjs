import { expect, test } from "bun:test";
import { askForLongerPassword, closeNews, hasLongerPassword, showNews } from "../../assets/nova/account/account_news.js";
import { createStore } from "../../assets/nova/base/store.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";

function page(answer = async () => null) {
  const calls = [];
  const api = { call: (...call) => calls.push(call.join(" ")) && answer() };
  return { store: createStore(DEFAULTS.account), api, calls };
}
const kinds = ({ store }) => store.get().news.map(({ kind }) => kind);

test("the question for a longer password is asked once, however often the server names it", () => {
  const deps = page();
  askForLongerPassword(deps.store);
  askForLongerPassword(deps.store);
  expect(kinds(deps)).toEqual(["short_password"]);
});

test("closing it is told to the server, and goes without it", async () => {
  const deps = page(() => Promise.reject(new Error("offline")));
  askForLongerPassword(deps.store);
  await closeNews(deps, "short_password");
  expect(kinds(deps)).toEqual([]);
  expect(deps.calls).toEqual(["DELETE auth/password-notice"]);
});

test("a longer password answers it", () => {
  const deps = page();
  askForLongerPassword(deps.store);
  hasLongerPassword(deps.store);
  expect(kinds(deps)).toEqual([]);
  expect(deps.calls).toEqual([]);
});

test("events of the account are shown once each, the newest on top, and closed here alone", async () => {
  const deps = page();
  const now = new Date("2026-03-12T12:00:00Z");
  const event = (id) => ({ id, kind: "signed_in", created_at: "2026-03-12T11:59:00Z", device: "", address: "", name: "" });
  for (const id of ["e1", "e2", "e2", "e3", "e4"]) showNews(deps.store, event(id), now);
  expect(deps.store.get().news.map(({ id }) => id)).toEqual(["e4", "e3", "e2"]);
  expect(deps.store.get().news[0].where).toStartWith("Unknown device, ");
  await closeNews(deps, "e3");
  expect(deps.store.get().news.map(({ id }) => id)).toEqual(["e4", "e2"]);
  expect(deps.calls).toEqual([]);
});
