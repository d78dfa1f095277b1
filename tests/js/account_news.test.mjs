import { expect, test } from "bun:test";
import { askForLongerPassword, closeNews, hasLongerPassword } from "../../assets/nova/account/account_news.js";
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
