import { afterAll, beforeEach, expect, test } from "bun:test";
import { areForOther, guarded, UNCLAIMED } from "../../assets/nova/connection/account_guard.js";
import { createApi } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";
import { PageAccount } from "../../assets/nova/account/page_account.js";
import { createStore } from "../../assets/nova/base/store.js";

const ANA = { user_id: "ana", username: "ana", display_name: "Ana" };
const BEN = { user_id: "ben", username: "ben", display_name: "Ben" };
const session = (user_id) => ({ type: "session", user_id });

test("a page keeps the account it was rendered for, whatever happens", () => {
  const events = [session("ana"), session("ben"), session(""), { type: "refused" }, { type: "drawn", user_id: "ben" }];
  let guards = [guarded(UNCLAIMED, { type: "drawn", user_id: "ana" })];
  for (let depth = 0; depth < 4; depth += 1) {
    const seen = new Map(guards.flatMap((guard) => events.map((event) => guarded(guard, event))).map((guard) => [guard.standing, guard]));
    guards = [...seen.values()];
    for (const guard of guards) expect(guard.account).toBe("ana");
  }
  expect(guards.map(({ standing }) => standing).sort()).toEqual(["again", "ended", "other", "own"]);
});

test("the signed-in account decides the page's state; it never silently becomes its own again", () => {
  const own = guarded(UNCLAIMED, { type: "drawn", user_id: "ana" });
  const standing = (...events) => events.reduce(guarded, own).standing;
  expect(standing(session("ana"))).toBe("own");
  expect(standing(session("ben"))).toBe("other");
  expect(standing(session(""))).toBe("ended");
  expect(standing({ type: "refused" })).toBe("other");
  expect(standing(session(""), { type: "refused" })).toBe("ended");
  expect(standing(session("ben"), session("ana"))).toBe("again");
  expect(standing(session("ben"), session("ana"), session("ana"))).toBe("again");
  expect(standing(session("ben"), session("ana"), session("ben"))).toBe("other");
});

test("a page without an account ignores who signs in", () => {
  expect([session("ben"), session(""), { type: "refused" }].reduce(guarded, UNCLAIMED)).toEqual(UNCLAIMED);
});

test("frames are for another where the welcome names another, or the server says so", () => {
  expect(areForOther("ana", [{ type: "welcome", user_id: "ana" }, { type: "message" }])).toBe(false);
  expect(areForOther("ana", [{ type: "message" }, { type: "welcome", user_id: "ben" }])).toBe(true);
  expect(areForOther("ana", [{ type: "error", error: { code: "account_changed" } }])).toBe(true);
  expect(areForOther("ana", [{ type: "error", error: { code: "too_many_sends" } }, { type: "error" }])).toBe(false);
});

let stored, page, stops, store, signedIn;
const localStorageBefore = globalThis.localStorage;
afterAll(() => {
  globalThis.localStorage = localStorageBefore;
});

beforeEach(() => {
  stored = new Map();
  globalThis.localStorage = { getItem: (key) => stored.get(key) ?? null };
  stops = [];
  signedIn = async () => { throw new Error("no connection"); };
  store = createStore(DEFAULTS.account);
  page = new PageAccount({ store, whoIsSignedIn: () => signedIn(), onStopped: (standing) => stops.push(standing) });
});
const remember = (person) => (person ? stored.set("nova:account", JSON.stringify(person)) : stored.delete("nova:account"));

test("it is the page of the account remembered at the first check, and says so with each request", () => {
  remember(ANA);
  expect([page.id, page.name(), page.isOwn]).toEqual(["ana", "ana", true]);
  remember(BEN);
  expect(page.name()).toBe("ana");
  page.checkRemembered();
  expect([page.id, page.isOwn]).toEqual(["ana", false]);
  expect(() => page.name()).toThrow(expect.objectContaining({ code: "account_changed" }));
  expect(stops).toEqual(["other"]);
  expect(store.get()).toMatchObject({ standing: "other", other_name: "Ben" });
});

test("a sign-out, a sign-in of another and one of the same follow each other on the screen", () => {
  remember(ANA);
  expect(page.id).toBe("ana");
  for (const [person, standing, name] of [[null, "ended", ""], [BEN, "other", "Ben"], [ANA, "again", "Ana"]]) {
    remember(person);
    page.checkRemembered();
    page.checkRemembered();
    expect(store.get()).toMatchObject({ standing, other_name: name });
  }
  expect(stops).toEqual(["ended", "other", "again"]);
});

test("who refused is asked for by name, where no tab has announced it", async () => {
  remember(ANA);
  expect(page.id).toBe("ana");
  signedIn = async () => BEN;
  page.onRefused();
  page.onRefused();
  await Promise.resolve();
  expect(store.get()).toMatchObject({ standing: "other", other_name: "Ben" });
  expect(stops).toEqual(["other"]);
});

test("a browser without storage has pages of nobody until the server says who it is", () => {
  globalThis.localStorage = { getItem: () => { throw new DOMException("forbidden", "SecurityError"); } };
  expect([page.id, page.name()]).toEqual(["", ""]);
  page.checkRemembered();
  page.claim("ana");
  page.checkRemembered();
  expect([page.id, page.name(), stops]).toEqual(["ana", "ana", []]);
});

test("every call names the account; one that is for anyone names none, and a page that is not its own asks nothing", async () => {
  const asked = [];
  const fetcher = async (url, { headers }) => (asked.push([url, headers["Nova-Account"]]), new Response("{}"));
  const api = createApi("http://nova", { fetcher, account: () => page.name() });
  remember(ANA);
  await api.get("x");
  await api.post("x", { a: 1 }, "key");
  await api.call("GET", "users/me", { forAnyone: true });
  expect(asked.map(([, named]) => named)).toEqual(["ana", "ana", undefined]);

  remember(BEN);
  page.checkRemembered();
  for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
    expect(await api.call(method, "x").catch(({ code, retryable }) => [code, retryable])).toEqual(["account_changed", false]);
  }
  await api.call("GET", "users/me", { forAnyone: true });
  expect(asked.length).toBe(4);
});
