// The details of a conversation: what is shown of it, and what is done in its panel.

import { expect, test } from "bun:test";
import { ConversationDetails } from "../../assets/nova/conversation/details.js";
import { mutedUntil, toDetails } from "../../assets/nova/conversation/details_view.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/conversation.js";
import { createStore } from "../../assets/nova/base/store.js";
import { ApiError } from "../../assets/nova/http/api.js";

const NOW = new Date("2026-03-12T10:00:00Z");
const PLACE = { locale: "en-GB", timeZone: "UTC" };
const person = (user_id, role, display_name = user_id) => ({ user_id, username: user_id, display_name, role, joined_seq: 0 });
const group = (mine, ...others) => ({
  id: "r", kind: "group", title: "Plans", members: [person("me", mine), ...others], last_seq: 1, read_seq: 1, unread: 0,
  created_at: "2026-01-01T00:00:00Z", created_by: "me", last_message: null,
});
const input = (summary, more) => ({
  state: { activeId: "r" }, me: person("me"), summary, isFormer: false, online: new Set(["ben"]), origin: "http://nova", now: NOW, place: PLACE, ...more,
});
const shown = (summary, more) => toDetails(input(summary, more), DEFAULTS.details);

test("members are listed by their role, then by name, with who is online", () => {
  const { members, about } = shown(group("member", person("zoe", "admin"), person("ben", "member"), person("ada", "owner")));
  expect(members.map(({ username, role, online, is_me }) => [username, role, online, is_me])).toEqual([
    ["ada", "owner", false, false], ["zoe", "admin", false, false], ["ben", "member", true, false], ["me", "member", true, true],
  ]);
  expect(about).toBe("4 members");
});

test("what a user may do to others follows from both roles", () => {
  const others = ["owner", "admin", "member"].map((role) => person(role, role));
  const rights = (mine) => {
    const { members, can_rename } = shown(group(mine, ...others));
    const found = Object.fromEntries(members.filter(({ is_me }) => !is_me).map(({ user_id, can_remove, next_role }) => [user_id, can_remove ? next_role || "no role" : "nothing"]));
    return [can_rename, found];
  };
  // The same matrix as in tests/unit/domain/test_authorization.py; owners keep their role here.
  expect(rights("owner")).toEqual([true, { owner: "no role", admin: "member", member: "admin" }]);
  expect(rights("admin")).toEqual([true, { owner: "nothing", admin: "nothing", member: "admin" }]);
  expect(rights("member")).toEqual([false, { owner: "nothing", admin: "nothing", member: "nothing" }]);
  const { members } = shown(group("owner"));
  expect(members[0]).toMatchObject({ is_me: true, can_remove: false, next_role: "" });
});

test("a direct conversation is its other user, and nobody can be removed from it", () => {
  const ben = { ...person("ben", undefined, "Ben"), status: "Away", avatar_url: "/b" };
  const direct = { ...group(undefined, ben), kind: "direct", title: "" };
  expect(shown(direct)).toMatchObject({ title: "Ben", about: "@ben · Away", avatar_url: "http://nova/b", can_rename: false });
  expect(shown(direct).members.map(({ role, can_remove, next_role }) => [role, can_remove, next_role])).toEqual([["", false, ""], ["", false, ""]]);
});

test("own settings are shown in words", () => {
  expect(shown(group("member"))).toMatchObject({ is_pinned: false, is_muted: false, muted_label: "", notify: "default" });
  const settings = (more) => shown({ ...group("member"), ...more });
  expect(settings({ pinned: true, notify: "mentions", muted_until: "forever" })).toMatchObject({ is_pinned: true, notify: "mentions", is_muted: true, muted_label: "" });
  expect(settings({ muted_until: "2026-03-12T14:30:00Z" })).toMatchObject({ is_muted: true, muted_label: "until 14:30" });
  expect(settings({ muted_until: "2026-03-13T08:00:00Z" })).toMatchObject({ is_muted: true, muted_label: "until 13 Mar 2026, 08:00" });
  expect(settings({ muted_until: "2026-03-12T09:00:00Z" })).toMatchObject({ is_muted: false, muted_label: "" });
});

test("muting lasts as long as its words say", () => {
  expect(mutedUntil("hour", NOW)).toBe("2026-03-12T11:00:00.000Z");
  expect(mutedUntil("workday", NOW)).toBe("2026-03-12T18:00:00.000Z");
  expect(mutedUntil("forever", NOW)).toBe("forever");
  expect(mutedUntil("", NOW)).toBe(null);
  const morning = new Date(mutedUntil("tomorrow", NOW) ?? "");
  expect([morning.getDate() - NOW.getDate(), morning.getHours(), morning.getMinutes()]).toEqual([1, 8, 0]);
});

/** A panel over requests that are answered by hand. */
function panel(summary = group("owner", person("ben", "member", "Ben"))) {
  const store = createStore(DEFAULTS.details);
  const calls = [];
  const call = (method, path, { body } = {}) =>
    new Promise((answer, refuse) => calls.push({ line: [method, path, body], answer, refuse }));
  const log = { taken: [], went: "" };
  /** @type {ConversationDetails} */
  const details = new ConversationDetails({
    store, call, now: () => NOW, take: (taken) => log.taken.push(taken), refresh: () => details.render(input(summary)),
    go: (path) => (log.went = path), setTimer: (work) => work, clearTimer() {},
  });
  details.render(input(summary));
  details.toggle();
  return { details, store, calls, log, summary };
}

const settle = () => new Promise((done) => setTimeout(done));
const offline = () => new ApiError("network_unreachable");

test("a rename that fails says why and keeps what was typed; Retry sends it again", async () => {
  const { details, store, calls, log } = panel();
  details.show("rename");
  expect(store.get()).toMatchObject({ mode: "rename", title_draft: "Plans" });
  details.editTitle("New plans");
  void details.rename();
  void details.rename();
  expect([calls.length, store.get().busy]).toEqual([1, "rename"]);
  calls[0].refuse(offline());
  await settle();
  expect(store.get()).toMatchObject({ mode: "rename", title_draft: "New plans", problem_code: "network_unreachable", busy: "" });
  details.again();
  calls[1].answer({ id: "r", title: "New plans" });
  await settle();
  expect(calls.map(({ line }) => line)).toEqual(Array(2).fill(["PATCH", "conversations/r", { title: "New plans" }]));
  expect(log.taken).toEqual([{ id: "r", title: "New plans" }]);
  expect(store.get()).toMatchObject({ mode: "", problem_code: "", busy: "" });
});

test("a refusal of a field is shown in the server's words", async () => {
  const { details, store, calls } = panel();
  details.show("rename");
  void details.rename();
  calls[0].refuse(new ApiError("invalid_fields", { fields: { title: "Give the group a name." }, message: "A field is wrong." }));
  await settle();
  expect(store.get()).toMatchObject({ problem_code: "invalid_fields", problem_text: "Give the group a name." });
});

test("people who can be added are those who are not here, and Enter adds the first one who has the name now", async () => {
  const { details, store, calls } = panel();
  details.show("add");
  calls[0].answer({ items: [person("ben"), person("zoe", undefined, "Zoe"), person("ada", undefined, "Ada")] });
  await settle();
  expect(store.get().people.map(({ username }) => username)).toEqual(["zoe", "ada"]);
  details.findSoon("ad");
  void details.addFirst();
  calls[1].answer({ items: [person("ada", undefined, "Ada")] });
  await settle();
  expect(calls[2].line).toEqual(["POST", "conversations/r/members", { usernames: ["ada"] }]);
  calls[2].answer(null);
  await settle();
  expect(store.get()).toMatchObject({ mode: "add", wanted: "", busy: "" });
});

test("an answer to an earlier question changes nothing", async () => {
  const { details, store, calls } = panel();
  details.show("add");
  void details.find("zo");
  calls[1].answer({ items: [person("zoe")] });
  calls[0].answer({ items: [person("ada")] });
  await settle();
  expect(store.get().people.map(({ username }) => username)).toEqual(["zoe"]);
});

test("removing and leaving ask first, and no is an answer", async () => {
  const { details, store, calls, log } = panel();
  details.askRemove("ben");
  expect(store.get()).toMatchObject({ question: "remove", subject_name: "Ben" });
  details.dismiss();
  expect([store.get().question, calls.length]).toEqual(["", 0]);
  details.askRemove("ben");
  void details.confirm();
  details.askLeave();
  calls[0].answer(null);
  await settle();
  void details.confirm();
  calls[1].answer(null);
  await settle();
  expect(calls.map(({ line }) => line.slice(0, 2))).toEqual([["DELETE", "conversations/r/members/ben"], ["DELETE", "conversations/r/members/me"]]);
  expect(log.went).toBe("/");
});

test("own settings are sent as the API names them", async () => {
  const { details, calls } = panel();
  for (const work of [() => details.pin(), () => details.mute("forever"), () => details.mute(""), () => details.notify("none"), () => details.notify("default")]) {
    void work();
    calls.at(-1).answer({ id: "r" });
    await settle();
  }
  expect(calls.map(({ line }) => line[2])).toEqual([
    { pinned: true }, { muted_until: "forever" }, { muted_until: null }, { notify: "none" }, { notify: null },
  ]);
  expect(new Set(calls.map(({ line }) => line.slice(0, 2).join(" ")))).toEqual(new Set(["PATCH conversations/r/me"]));
});

test("another conversation begins with nothing half done, and the panel stays open", async () => {
  const { details, store, calls } = panel();
  details.show("rename");
  void details.rename();
  details.render(input({ ...group("member"), id: "other" }, { state: { activeId: "other" } }));
  expect(store.get()).toMatchObject({ is_open: true, mode: "", can_rename: false, busy: "" });
  calls[0].refuse(offline());
  await settle();
  expect(store.get()).toMatchObject({ problem_code: "", busy: "" });
});

test("the panel is shown for each conversation of the user, and for no other", () => {
  const { details, store, summary } = panel();
  details.render(input(summary, { isFormer: true }));
  expect(store.get().is_open).toBe(false);
  details.render(input(undefined, { state: { activeId: "" } }));
  expect(store.get().is_open).toBe(false);
  details.render(input({ ...summary, id: "other", title: "Other" }, { state: { activeId: "other" } }));
  expect(store.get()).toMatchObject({ is_open: true, title: "Other" });
  details.toggle();
  details.render(input(summary));
  expect(store.get().is_open).toBe(false);
});
