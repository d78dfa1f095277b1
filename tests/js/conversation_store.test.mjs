import { expect, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { World } from "../../assets/nova/messages/conversation_store.js";

const me = { user_id: "me", username: "me", display_name: "Me" };
const ben = { user_id: "ben", username: "ben", display_name: "Ben" };
const summary = (overrides) => ({
  id: "r", kind: "group", title: "R", members: [me, ben], last_seq: 3, read_seq: 1, unread: 2,
  created_at: "2026-01-01T00:00:00Z", last_message: null, ...overrides,
});
const message = (seq, author = "ben") => ({
  type: "message", conversation_id: "r", message_id: `m${seq}`, seq, client_id: `c${seq}`, author_id: author,
  text: "t", created_at: "2026-01-01T00:00:00Z",
});
const welcomed = (recovered = {}) => {
  const world = new World(me);
  world.welcome({ conversations: [summary()], recovered });
  return world;
};

test("a message of somebody else is unread, an own one is not, a repeat is neither", () => {
  const world = welcomed();
  world.event(message(4));
  world.event(message(4));
  expect(world.summaries.get("r").unread).toBe(3);
  world.event(message(5, "me"));
  expect(world.summaries.get("r")).toMatchObject({ unread: 3, last_seq: 5 });
});

test("reading takes away exactly what was read, wherever it was read", () => {
  const world = welcomed();
  world.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  expect(world.readUpTo("r", 2)).toBe(true);
  expect(world.summaries.get("r").unread).toBe(1);
  expect(world.readUpTo("r", 2)).toBe(false);
  world.position({ type: "read", conversation_id: "r", user_id: "me", seq: 3 });
  expect(world.summaries.get("r").unread).toBe(0);
  expect(world.readUpTo("r", 1)).toBe(false);
  expect(world.summaries.get("r").read_seq).toBe(3);
});

test("whoever was a member or wrote something stays known", () => {
  const world = welcomed();
  const left = { conversation_id: "r", seq: 4, user_id: "ben", username: "ben", display_name: "Ben", actor_id: "ben" };
  world.event({ ...left, type: "member", action: "left", created_at: "2026-01-01T00:00:00Z" });
  world.meet([{ user_id: "dora", username: "dora", display_name: "Dora" }]);
  world.profile({ user_id: "dora", username: "dora", display_name: "Dora Diaz" });
  expect(world.people("r").has("ben")).toBe(false);
  expect(["ben", "dora"].map((id) => world.known.get(id)?.display_name)).toEqual(["Ben", "Dora Diaz"]);
});

test("positions only grow, and read is delivered", () => {
  const world = welcomed();
  world.position({ type: "read", conversation_id: "r", user_id: "ben", seq: 3 });
  world.position({ type: "delivered", conversation_id: "r", user_id: "ben", seq: 2 });
  expect([world.reachedByAll("r", "delivered"), world.reachedByAll("r", "read")]).toEqual([3, 3]);
  world.event({ type: "member", conversation_id: "r", seq: 4, user_id: "zoe", username: "zoe", display_name: "Zoe", action: "joined", actor_id: "me", created_at: "2026-01-01T00:00:00Z" });
  expect(world.reachedByAll("r", "read")).toBe(0);
  expect(world.people("r").get("zoe").display_name).toBe("Zoe");
});

test("nobody else has read what is said to oneself", () => {
  const world = new World(me);
  world.welcome({ conversations: [summary({ members: [me] })], recovered: {} });
  expect(world.reachedByAll("r", "read")).toBe(0);
});

test("it is caught up when every promised replay has come", () => {
  const world = welcomed({ r: true });
  world.open("r").seed([message(1)], 1, false);
  expect(world.cursors).toEqual({ r: 1 });
  expect(world.isSynced).toBe(false);
  world.event(message(2));
  world.event(message(3));
  expect(world.isSynced).toBe(true);
});

test("history that came after the welcome, and was read before it, is no truth yet", () => {
  const world = welcomed();
  world.open("r").seed([message(1), message(2)], 2, false);
  expect(world.isSynced).toBe(false);
  expect(world.takeGaps(0)).toEqual([{ id: "r", after_seq: 2, until_seq: 3 }]);
  world.event(message(3));
  expect([world.isSynced, world.takeGaps(9e9)]).toEqual([true, []]);
});

test("what a replay is about to bring is not asked for", () => {
  const world = welcomed({ r: true });
  world.open("r").seed([message(1)], 1, false);
  expect([world.isSynced, world.takeGaps(0)]).toEqual([false, []]);
  world.event(message(2));
  world.event(message(3));
  world.event(message(6));
  expect(world.takeGaps(0)).toEqual([{ id: "r", after_seq: 3, until_seq: 5 }]);
});

test("a conversation that is gone is forgotten", () => {
  const world = welcomed();
  world.open("r");
  world.welcome({ conversations: [], recovered: {} });
  expect([world.logs.size, world.summaries.size]).toEqual([0, 0]);
});

test("a summary that is older than the events takes nothing away", () => {
  const world = welcomed();
  world.event(message(4));
  world.conversation(summary({ title: "New name" }));
  expect(world.summaries.get("r")).toMatchObject({ title: "New name", last_seq: 4, unread: 3 });
  world.conversation(summary({ last_seq: 5, unread: 4 }));
  expect(world.summaries.get("r")).toMatchObject({ last_seq: 5, unread: 4 });
});

test("typing ends by itself and with the message", () => {
  const world = welcomed();
  world.isTyping({ conversation_id: "r", user_id: "ben" }, 1000);
  world.isTyping({ conversation_id: "r", user_id: "me" }, 1000);
  expect(world.typists("r", 500)).toEqual(["Ben"]);
  expect(world.typists("r", 1001)).toEqual([]);
  world.event(message(4));
  expect(world.typists("r", 500)).toEqual([]);
});

test("a store tells of changes only", () => {
  const store = createStore({ a: 1, b: 2 });
  let heard = 0;
  const stop = store.subscribe(() => (heard += 1));
  store.set({ a: 1 });
  store.set({ a: 2 });
  stop();
  store.set({ a: 3 });
  expect([heard, store.get()]).toEqual([1, { a: 3, b: 2 }]);
});

test("what somebody says of themself is newest everywhere, also for me", () => {
  const own = { ...me };
  const world = new World(own);
  world.welcome({ conversations: [summary(), summary({ id: "s", members: [own] })], recovered: {} });

  world.profile({ type: "profile", user_id: "ben", username: "ben", display_name: "Benjamin", status: "Away", avatar_url: "/a" });
  world.profile({ type: "profile", user_id: "me", username: "me", display_name: "Myself", status: "", avatar_url: "" });

  expect(world.people("r").get("ben")).toEqual({ user_id: "ben", username: "ben", display_name: "Benjamin", status: "Away", avatar_url: "/a" });
  expect(world.people("s").get("me").display_name).toBe("Myself");
  expect(own.display_name).toBe("Myself");
  expect(world.people("s").has("ben")).toBe(false);
});

test("presence is what was told last, person by person", () => {
  const world = welcomed();
  world.presence({ type: "presence", online: ["ben", "cleo"], offline: [] });
  world.presence({ type: "presence", online: [], offline: ["ben", "nobody"] });
  world.presence({ type: "presence", online: ["cleo"], offline: [] });
  expect([...world.online]).toEqual(["cleo"]);
});

const left = (overrides) => ({
  type: "member", conversation_id: "r", seq: 4, user_id: "me", username: "me", display_name: "Me", action: "left",
  actor_id: "me", created_at: "2026-01-01T00:00:00Z", ...overrides,
});

test.each(["left", "removed"])("who has %s is told nothing more, and what was known stays to be read", (action) => {
  const world = welcomed();
  world.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  expect(world.event(left({ action, seq: 9 }))).toEqual([]);

  expect(world.summaries.has("r")).toBe(false);
  expect(world.left.get("r").title).toBe("R");
  expect(world.logs.get("r").events.length).toBe(3);
  // The numbers behind the last one are nobody's business any more: nothing is missing.
  expect(world.isSynced).toBe(true);
  expect(world.cursors).toEqual({});
  expect(world.takeGaps(0)).toEqual([]);
});

test("that somebody else leaves, or that I join, does not make me leave", () => {
  const world = welcomed();
  world.event(left({ user_id: "ben" }));
  world.event(left({ seq: 5, action: "joined" }));
  expect([world.summaries.has("r"), world.left.size]).toEqual([true, 0]);
});

test("what is missing in a welcome was left while nobody listened, and a conversation that is told again is mine again", () => {
  const world = welcomed();
  world.welcome({ conversations: [], recovered: {} });
  expect([...world.left.keys()]).toEqual(["r"]);
  expect(world.conversation(summary({ last_seq: 7 }))).toBe(true);
  expect([world.left.size, world.summaries.get("r").last_seq]).toEqual([0, 7]);
  expect(world.conversation(summary({ last_seq: 8 }))).toBe(false);
  world.event(left({ seq: 9 }));
  world.welcome({ conversations: [summary()], recovered: {} });
  expect(world.left.size).toBe(0);
});
