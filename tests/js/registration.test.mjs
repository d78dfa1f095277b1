import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { createStore } from "../../assets/nova/base/store.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/registration.js";
import { Registration, takeToken } from "../../assets/nova/registration/registration.js";

/** @param {Record<string, any>} answers  by path; an error is thrown */
function createRig(answers, token = "") {
  const store = createStore(DEFAULTS.registration);
  const asked = /** @type {any[]} */ ([]);
  const api = {
    call: async (/** @type {string} */ method, /** @type {string} */ path, /** @type {any} */ options) => {
      asked.push([method, path, options?.body]);
      if (answers[path] instanceof Error) throw answers[path];
      return answers[path];
    },
  };
  return { store, asked, registration: new Registration({ store, api, token }) };
}

for (const [pathname, search, kind, token, address] of [
  ["/invite/abc", "", "invite", "abc", "/register"],
  ["/invite/abc/", "?next=%2Fposts", "invite", "abc", "/register?next=%2Fposts"],
  ["/reset/abc", "", "reset", "abc", "/reset"],
  ["/reset", "", "reset", "", "/reset"],
  ["/register", "", "", "", "/reset"],
])
  test(`the token of ${pathname}`, () => expect(takeToken({ pathname, search })).toEqual({ kind, token, address }));

const INVITE = { kind: "server", invited_by: "Ana", expires_at: "2026-01-01T00:00:00Z" };
for (const [mode, invite, answer, expected] of /** @type {[string, string, any, any][]} */ ([
  ["open", "", null, { need: "none", invite: "", has_bad_invite: false }],
  ["open", "t", INVITE, { need: "none", invite: "", invited_by: "", has_bad_invite: false }],
  ["invite", "", null, { need: "invite", invite: "", has_bad_invite: false }],
  ["invite", "t", INVITE, { need: "none", invite: "t", invited_by: "Ana", has_bad_invite: false }],
  ["invite", "t", new ApiError("link_invalid"), { need: "invite", invite: "", has_bad_invite: true }],
  ["closed", "t", INVITE, { need: "closed", invite: "", has_bad_invite: false }],
]))
  test(`${mode} with ${invite || "no"} invite that answers ${answer?.code ?? answer?.kind}`, async () => {
    const { store, registration } = createRig({ "auth/registration": { mode, is_first: false }, [`invites/${invite}`]: answer });
    await registration.load(invite);
    expect(store.get()).toMatchObject(expected);
  });

test("without an answer the form stays", async () => {
  const { store, registration } = createRig({ "auth/registration": new ApiError("network_unreachable") });
  await registration.load("");
  expect(store.get().need).toBe("");
});

test("a password is set with the token, and a refusal stands at its field or under it", async () => {
  const fine = createRig({}, "t");
  await fine.registration.resetPassword({ password: "battery staple horse" });
  expect(fine.asked).toEqual([["POST", "auth/reset", { token: "t", password: "battery staple horse" }]]);
  expect(fine.store.get()).toMatchObject({ reset: "done", busy: false });

  const short = createRig({ "auth/reset": new ApiError("invalid_fields", { fields: { password: "Longer." } }) }, "t");
  await short.registration.resetPassword({ password: "x" });
  expect(short.store.get()).toMatchObject({ reset: "form", password_error: "Longer.", problem_code: "" });

  const used = createRig({ "auth/reset": new ApiError("link_invalid", { message: "Used." }) }, "t");
  await used.registration.resetPassword({ password: "battery staple horse" });
  expect(used.store.get()).toMatchObject({ reset: "form", problem_code: "link_invalid", problem_text: "Used." });
});

test("a password is set without ending the tokens if that is asked for", async () => {
  const { asked, registration } = createRig({}, "t");
  await registration.resetPassword({ password: "battery staple horse", keep_tokens: "on" });
  expect(asked).toEqual([["POST", "auth/reset", { token: "t", password: "battery staple horse", end_tokens: false }]]);
});

test("a page without its link's token says so", () => {
  expect(createRig({}).store.get().reset).toBe("missing");
});
