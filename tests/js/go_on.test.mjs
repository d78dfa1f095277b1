import { afterAll, beforeEach, expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";
import { continueAsCurrent } from "../../assets/nova/account/go_on.js";
import { createStore } from "../../assets/nova/base/store.js";

const BEN = { user_id: "ben", username: "ben", display_name: "Ben" };
let store, stored, places, asked;
const locationBefore = globalThis.location;
const localStorageBefore = globalThis.localStorage;
afterAll(() => {
  globalThis.location = locationBefore;
  globalThis.localStorage = localStorageBefore;
});

beforeEach(() => {
  store = createStore(DEFAULTS.account);
  [stored, places, asked] = [new Map(), [], []];
  globalThis.localStorage = { setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
});

/** From this address, with a server that answers so by path; a fault is thrown. */
async function continueFrom(pathname, answers) {
  globalThis.location = { pathname, search: "?q=of+ana", replace: (place) => places.push(place) };
  const call = async (method, path, options) => {
    asked.push([method, path, options.forAnyone]);
    const answer = answers[path] ?? new ApiError("not_found");
    if (answer instanceof Error) throw answer;
    return answer;
  };
  await continueAsCurrent({ api: { call }, store });
}

test("it goes on at the same place as who is signed in, without what was searched for", async () => {
  for (const pathname of ["/", "/settings", "/search", "/posts"]) {
    await continueFrom(pathname, { "users/me": BEN });
    expect(places.at(-1)).toBe(pathname);
  }
  expect(JSON.parse(stored.get("nova:account"))).toEqual(BEN);
  expect(asked.every(([, , forAnyone]) => forAnyone)).toBe(true);
});

test("a conversation is only opened again by its members", async () => {
  await continueFrom("/c/room", { "users/me": BEN, "conversations/room": { id: "room" } });
  await continueFrom("/c/room/", { "users/me": BEN });
  await continueFrom("/c/room", { "users/me": BEN, "conversations/room": new ApiError("network_unreachable") });
  expect(places).toEqual(["/c/room", "/", "/"]);
});

test("where nobody is signed in it leads to the sign-in page", async () => {
  await continueFrom("/c/room", { "users/me": new ApiError("not_signed_in") });
  expect(places).toEqual(["/login?next=%2Fc%2Froom"]);
});

test("without an answer the page stays and says why, and can be asked again", async () => {
  await continueFrom("/settings", { "users/me": new ApiError("network_unreachable") });
  expect(places).toEqual([]);
  expect(store.get()).toMatchObject({ busy: false, form_problem: "network_unreachable" });
  await continueFrom("/settings", { "users/me": BEN });
  expect(places).toEqual(["/settings"]);
  expect(store.get()).toMatchObject({ form_problem: "" });
});
