import { expect, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { ConversationStore } from "../../assets/nova/messages/conversation_store.js";

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
  const conversationStore = new ConversationStore(me);
  conversationStore.welcome({ conversations: [summary()], recovered });
  return conversationStore;
};

test("a message of another user is unread, an own one is not, a repeat is neither", () => {
  const conversationStore = welcomed();
  conversationStore.event(message(4));
  conversationStore.event(message(4));
  expect(conversationStore.summaries.get("r").unread).toBe(3);
  conversationStore.event(message(5, "me"));
  expect(conversationStore.summaries.get("r")).toMatchObject({ unread: 3, last_seq: 5 });
});

test("reading takes away exactly what was read, wherever it was read", () => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  expect(conversationStore.readUpTo("r", 2)).toBe(true);
  expect(conversationStore.summaries.get("r").unread).toBe(1);
  expect(conversationStore.readUpTo("r", 2)).toBe(false);
  conversationStore.position({ type: "read", conversation_id: "r", user_id: "me", seq: 3 });
  expect(conversationStore.summaries.get("r").unread).toBe(0);
  expect(conversationStore.readUpTo("r", 1)).toBe(false);
  expect(conversationStore.summaries.get("r").read_seq).toBe(3);
});

test("whoever was a member or wrote something stays known", () => {
  const conversationStore = welcomed();
  const left = { conversation_id: "r", seq: 4, user_id: "ben", username: "ben", display_name: "Ben", actor_id: "ben" };
  conversationStore.event({ ...left, type: "member", action: "left", created_at: "2026-01-01T00:00:00Z" });
  conversationStore.meet([{ user_id: "dora", username: "dora", display_name: "Dora" }]);
  conversationStore.profile({ user_id: "dora", username: "dora", display_name: "Dora Diaz" });
  expect(conversationStore.people("r").has("ben")).toBe(false);
  expect(["ben", "dora"].map((id) => conversationStore.known.get(id)?.display_name)).toEqual(["Ben", "Dora Diaz"]);
});

test("positions only grow, and read is delivered", () => {
  const conversationStore = welcomed();
  conversationStore.position({ type: "read", conversation_id: "r", user_id: "ben", seq: 3 });
  conversationStore.position({ type: "delivered", conversation_id: "r", user_id: "ben", seq: 2 });
  expect([conversationStore.reachedByAll("r", "delivered"), conversationStore.reachedByAll("r", "read")]).toEqual([3, 3]);
  conversationStore.event({ type: "member", conversation_id: "r", seq: 4, user_id: "zoe", username: "zoe", display_name: "Zoe", action: "joined", actor_id: "me", created_at: "2026-01-01T00:00:00Z" });
  expect(conversationStore.reachedByAll("r", "read")).toBe(0);
  expect(conversationStore.people("r").get("zoe").display_name).toBe("Zoe");
});

test("nobody else has read what is said to oneself", () => {
  const conversationStore = new ConversationStore(me);
  conversationStore.welcome({ conversations: [summary({ members: [me] })], recovered: {} });
  expect(conversationStore.reachedByAll("r", "read")).toBe(0);
});

test("it is caught up when every promised replay has come", () => {
  const conversationStore = welcomed({ r: true });
  conversationStore.open("r").seed([message(1)], 1, false);
  expect(conversationStore.cursors).toEqual({ r: 1 });
  expect(conversationStore.isSynced).toBe(false);
  conversationStore.event(message(2));
  conversationStore.event(message(3));
  expect(conversationStore.isSynced).toBe(true);
});

test("history that came after the welcome, and was read before it, is no truth yet", () => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([message(1), message(2)], 2, false);
  expect(conversationStore.isSynced).toBe(false);
  expect(conversationStore.takeGaps(0)).toEqual([{ id: "r", after_seq: 2, until_seq: 3 }]);
  conversationStore.event(message(3));
  expect([conversationStore.isSynced, conversationStore.takeGaps(9e9)]).toEqual([true, []]);
});

test("what a replay is about to bring is not asked for", () => {
  const conversationStore = welcomed({ r: true });
  conversationStore.open("r").seed([message(1)], 1, false);
  expect([conversationStore.isSynced, conversationStore.takeGaps(0)]).toEqual([false, []]);
  conversationStore.event(message(2));
  conversationStore.event(message(3));
  conversationStore.event(message(6));
  expect(conversationStore.takeGaps(0)).toEqual([{ id: "r", after_seq: 3, until_seq: 5 }]);
});

test("a conversation that is gone is forgotten", () => {
  const conversationStore = welcomed();
  conversationStore.open("r");
  conversationStore.welcome({ conversations: [], recovered: {} });
  expect([conversationStore.logs.size, conversationStore.summaries.size]).toEqual([0, 0]);
});

test("a summary that is older than the events takes nothing away", () => {
  const conversationStore = welcomed();
  conversationStore.event(message(4));
  conversationStore.conversation(summary({ title: "Old name" }));
  expect(conversationStore.summaries.get("r")).toMatchObject({ title: "R", last_seq: 4, unread: 3 });
  conversationStore.conversation(summary({ last_seq: 5, unread: 4 }));
  expect(conversationStore.summaries.get("r")).toMatchObject({ last_seq: 5, unread: 4 });
});

test("what is no event is taken from a summary however old it is: own settings and roles", () => {
  const conversationStore = welcomed();
  conversationStore.event(message(4));
  const [me, ...others] = summary().members;
  const members = [{ ...me, role: "admin" }, ...others];
  conversationStore.conversation(summary({ pinned: true, muted_until: "forever", notify: "none", members }));
  const shown = conversationStore.summaries.get("r");
  expect(shown).toMatchObject({ pinned: true, muted_until: "forever", notify: "none", last_seq: 4 });
  expect(shown.members[0].role).toBe("admin");
  conversationStore.conversation(summary());
  expect(conversationStore.summaries.get("r")).toMatchObject({ pinned: undefined, muted_until: undefined, last_seq: 4 });
});

test("a rename, an addition and a removal change what the conversation is", () => {
  const conversationStore = welcomed();
  const by = { conversation_id: "r", actor_id: "ben", actor_name: "Ben", created_at: "2026-01-01T00:00:00Z" };
  const zoe = { user_id: "zoe", username: "zoe", display_name: "Zoe" };
  conversationStore.event({ ...by, type: "renamed", seq: 4, title: "Plans" });
  expect(conversationStore.summaries.get("r")).toMatchObject({ title: "Plans", last_seq: 4 });
  conversationStore.event({ ...by, ...zoe, type: "member", seq: 5, action: "joined" });
  expect(conversationStore.people("r").get("zoe")).toMatchObject({ role: "member", joined_seq: 5 });
  conversationStore.event({ ...by, ...zoe, type: "member", seq: 6, action: "removed" });
  expect(conversationStore.people("r").has("zoe")).toBe(false);
  conversationStore.event({ ...by, user_id: "me", username: "me", display_name: "Me", type: "member", seq: 7, action: "removed" });
  expect(conversationStore.summaries.has("r")).toBe(false);
  expect(conversationStore.leftBecause.get("r")).toBe("Ben removed you from “Plans”.");
  conversationStore.conversation(summary({ last_seq: 8 }));
  expect(conversationStore.leftBecause.has("r")).toBe(false);
});

test("typing ends automatically and with the message", () => {
  const conversationStore = welcomed();
  conversationStore.isTyping({ conversation_id: "r", user_id: "ben" }, 1000);
  conversationStore.isTyping({ conversation_id: "r", user_id: "me" }, 1000);
  expect(conversationStore.typists("r", 500)).toEqual(["Ben"]);
  expect(conversationStore.typists("r", 1001)).toEqual([]);
  conversationStore.event(message(4));
  expect(conversationStore.typists("r", 500)).toEqual([]);
});

test("a store notifies of changes only", () => {
  const store = createStore({ a: 1, b: 2 });
  let calls = 0;
  const stop = store.subscribe(() => (calls += 1));
  store.set({ a: 1 });
  store.set({ a: 2 });
  stop();
  store.set({ a: 3 });
  expect([calls, store.get()]).toEqual([1, { a: 3, b: 2 }]);
});

test("a changed profile is used everywhere, also for me", () => {
  const own = { ...me };
  const conversationStore = new ConversationStore(own);
  conversationStore.welcome({ conversations: [summary(), summary({ id: "s", members: [own] })], recovered: {} });

  conversationStore.profile({ type: "profile", user_id: "ben", username: "ben", display_name: "Benjamin", status: "Away", avatar_url: "/a" });
  conversationStore.profile({ type: "profile", user_id: "me", username: "me", display_name: "Myself", status: "", avatar_url: "" });

  expect(conversationStore.people("r").get("ben")).toEqual({ user_id: "ben", username: "ben", display_name: "Benjamin", status: "Away", avatar_url: "/a" });
  expect(conversationStore.people("s").get("me").display_name).toBe("Myself");
  expect(own.display_name).toBe("Myself");
  expect(conversationStore.people("s").has("ben")).toBe(false);
});

test("presence is what was received last, user by user", () => {
  const conversationStore = welcomed();
  conversationStore.presence({ type: "presence", online: ["ben", "cleo"], offline: [] });
  conversationStore.presence({ type: "presence", online: [], offline: ["ben", "nobody"] });
  conversationStore.presence({ type: "presence", online: ["cleo"], offline: [] });
  expect([...conversationStore.online]).toEqual(["cleo"]);
});

const left = (overrides) => ({
  type: "member", conversation_id: "r", seq: 4, user_id: "me", username: "me", display_name: "Me", action: "left",
  actor_id: "me", created_at: "2026-01-01T00:00:00Z", ...overrides,
});

test.each(["left", "removed"])("a user who has %s receives nothing more, and what was known stays readable", (action) => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  expect(conversationStore.event(left({ action, seq: 9 }))).toEqual([]);

  expect(conversationStore.summaries.has("r")).toBe(false);
  expect(conversationStore.left.get("r").title).toBe("R");
  expect(conversationStore.logs.get("r").events.length).toBe(3);
  // The numbers behind the last one are nobody's business any more: nothing is missing.
  expect(conversationStore.isSynced).toBe(true);
  expect(conversationStore.cursors).toEqual({});
  expect(conversationStore.takeGaps(0)).toEqual([]);
});

test("who was removed and added again is a member: the removal that is caught up on is history", () => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  conversationStore.event(left({ action: "removed" }));
  conversationStore.welcome({ conversations: [summary({ last_seq: 6 })], recovered: {} });
  const events = [left({ action: "removed" }), message(5), left({ seq: 6, action: "joined" })];
  expect(events.flatMap((event) => conversationStore.event(event)).map(({ seq }) => seq)).toEqual([4, 5, 6]);
  expect([conversationStore.summaries.has("r"), conversationStore.left.size, conversationStore.leftBecause.size]).toEqual([true, 0, 0]);
  conversationStore.event(left({ seq: 7, action: "removed" }));
  expect(conversationStore.left.has("r")).toBe(true);
});

test("that another user leaves, or that I join, does not make me leave", () => {
  const conversationStore = welcomed();
  conversationStore.event(left({ user_id: "ben" }));
  conversationStore.event(left({ seq: 5, action: "joined" }));
  expect([conversationStore.summaries.has("r"), conversationStore.left.size]).toEqual([true, 0]);
});

test("what is missing in a welcome was left while disconnected, and a conversation that is sent again is mine again", () => {
  const conversationStore = welcomed();
  conversationStore.welcome({ conversations: [], recovered: {} });
  expect([...conversationStore.left.keys()]).toEqual(["r"]);
  expect(conversationStore.conversation(summary({ last_seq: 7 }))).toBe(true);
  expect([conversationStore.left.size, conversationStore.summaries.get("r").last_seq]).toEqual([0, 7]);
  expect(conversationStore.conversation(summary({ last_seq: 8 }))).toBe(false);
  conversationStore.event(left({ seq: 9 }));
  conversationStore.welcome({ conversations: [summary()], recovered: {} });
  expect(conversationStore.left.size).toBe(0);
});

test("unread messages that mention me are counted apart, and go with what was read", () => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  conversationStore.event({ ...message(4), mentions: ["me"] });
  conversationStore.event({ ...message(5), mentions: [], mentions_all: true });
  conversationStore.event({ ...message(6, "me"), mentions: ["me"] });
  expect(conversationStore.summaries.get("r")).toMatchObject({ unread: 4, unread_mentions: 2 });
  conversationStore.readUpTo("r", 4);
  expect(conversationStore.summaries.get("r")).toMatchObject({ read_seq: 4, unread: 1, unread_mentions: 1 });
  conversationStore.readUpTo("r", 6);
  expect(conversationStore.summaries.get("r")).toMatchObject({ unread: 0, unread_mentions: 0 });
});

test("what is read without knowing what lies between is left to the server to count", () => {
  const conversationStore = welcomed();
  conversationStore.conversation(summary({ last_seq: 500, read_seq: 10, unread: 400 }));
  conversationStore.readUpTo("r", 200);
  expect(conversationStore.summaries.get("r")).toMatchObject({ read_seq: 200, unread: 400 });
  conversationStore.conversation(summary({ last_seq: 500, read_seq: 200, unread: 260 }));
  expect(conversationStore.summaries.get("r").unread).toBe(260);
});

test("a conversation that is marked as unread counts from there, and no further than to 1000", () => {
  const conversationStore = welcomed();
  conversationStore.open("r").seed([1, 2, 3].map((seq) => message(seq)), 3, false);
  conversationStore.readUpTo("r", 3);
  conversationStore.unreadAfter("r", 1);
  expect(conversationStore.summaries.get("r")).toMatchObject({ read_seq: 1, unread: 2 });
  conversationStore.unreadAfter("r", 2);
  expect(conversationStore.summaries.get("r").read_seq).toBe(1);
  conversationStore.conversation(summary({ unread: 1_000 }));
  conversationStore.event(message(4));
  expect(conversationStore.summaries.get("r").unread).toBe(1_000);
});
