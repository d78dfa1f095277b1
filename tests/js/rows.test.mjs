import { expect, test } from "bun:test";
import { dayLabel, listLabel, timeLabel } from "../../assets/nova/base/dates.js";
import { byActivity, subtitleOf, titleOf, toItem } from "../../assets/nova/conversation_list/list_items.js";
import { hueOf, initialsOf, listNames } from "../../assets/nova/base/people.js";
import { typingLabel } from "../../assets/nova/conversation/presence_labels.js";
import { buildRows } from "../../assets/nova/conversation/rows.js";

const place = { locale: "en-GB", timeZone: "UTC" };
const now = new Date("2026-03-12T14:03:00Z");
const ana = { user_id: "a", username: "ana", display_name: "Ana Maria" };
const ben = { user_id: "b", username: "ben", display_name: "Ben" };
const message = (seq, author, at, text = `m${seq}`) => ({
  type: "message", conversation_id: "r", message_id: `id${seq}`, seq, client_id: `c${seq}`,
  author_id: author.user_id, text, created_at: at,
});
const view = (overrides) => ({
  events: [], pending: [], me: ana, people: new Map([["a", ana], ["b", ben]]), known: new Map(),
  deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, origin: "http://nova", now, place, ...overrides,
});
const inList = (overrides) => ({
  myId: "a", activeId: "", origin: "http://nova", failed: new Set(), drafts: new Map(), online: new Set(), typists: () => [], now, place,
  ...overrides,
});
const build = (overrides) => buildRows(view(overrides), []);

test("rows of one author within five minutes are a group; days begin with their name", () => {
  const rows = build({
    events: [
      message(1, ben, "2026-03-11T23:59:00Z"),
      message(2, ben, "2026-03-12T00:01:00Z"),
      message(3, ben, "2026-03-12T00:03:00Z"),
      message(4, ben, "2026-03-12T00:09:00Z"),
      message(5, ana, "2026-03-12T00:09:30Z"),
    ],
  });
  expect(rows.map((row) => row.day_label)).toEqual(["Yesterday", "Today", "", "", ""]);
  expect(rows.map((row) => row.first_in_group)).toEqual([true, true, false, true, true]);
  expect(rows.map((row) => row.state)).toEqual(["received", "received", "received", "received", "sent"]);
});

test("own rows say how far they got, and never more than is known", () => {
  const events = [1, 2, 3].map((seq) => message(seq, ana, "2026-03-12T10:00:00Z"));
  expect(build({ events, deliveredTo: 2, readTo: 1 }).map((row) => row.state)).toEqual(["read", "delivered", "sent"]);
  const error = { kind: "NOT_FOUND", code: "not_found", message: "Gone.", retryable: false };
  const pending = ["queued", "sending", "acked", "failed"].map((state, i) => ({
    client_id: `p${i}`, conversation_id: "r", text: "t", created_at: "2026-03-12T10:01:00Z", order: i, state,
    error: state === "failed" ? error : null,
  }));
  const rows = build({ events, pending }).slice(3);
  expect(rows.map((row) => row.state)).toEqual(["queued", "sending", "sent", "failed"]);
  expect(rows.map((row) => row.seq)).toEqual([0, 0, 0, 0]);
  expect(rows[3].error_text).toBe("Gone.");
});

test("the first unread message of another user gets the New line", () => {
  const events = [message(1, ben, "2026-03-12T10:00:00Z"), message(2, ana, "2026-03-12T10:00:01Z"), message(3, ben, "2026-03-12T10:00:02Z")];
  expect(build({ events, newAfter: 1 }).map((row) => row.is_new_marker)).toEqual([false, false, true]);
  expect(build({ events }).some((row) => row.is_new_marker)).toBe(false);
});

test("a row that did not change is the same object, so that it is not rendered again", () => {
  const events = [message(1, ben, "2026-03-12T10:00:00Z"), message(2, ana, "2026-03-12T10:00:01Z")];
  const first = buildRows(view({ events }), []);
  const second = buildRows(view({ events: [...events, message(3, ben, "2026-03-12T10:00:02Z")], deliveredTo: 2 }), first);
  expect(second[0]).toBe(first[0]);
  expect(second[1]).not.toBe(first[1]);
  expect(buildRows(view({ events }), first)).toBe(first);
});

test("a right-to-left name does not change the direction of its sentence", () => {
  expect(listNames(["Ana", "Ben"])).toBe("Ana, Ben");
  expect(listNames(["דנה", "Ben"])).toBe("\u2068דנה\u2069, Ben");
  expect(listNames(["\u202enimdA", "\u2066Ben\u2069\u2069"])).toBe("nimdA, Ben");
  expect(typingLabel(["דנה"])).toBe("\u2068דנה\u2069 is typing…");
  const members = [ana, { ...ben, display_name: "\u202enimdA", status: "שלום" }];
  const last_message = { author_id: "b", text: "hi", created_at: "2026-03-12T10:00:00Z" };
  expect(toItem(summary({ members, last_message }), inList()).preview).toBe("nimdA: hi");
  expect(subtitleOf(summary({ members, kind: "direct" }), "a")).toBe("@ben · \u2068שלום\u2069");
});

test("memberships and renames are lines that name who did what", () => {
  const at = "2026-03-12T10:00:00Z";
  const line = (action, subject, actor) => ({
    type: "member", conversation_id: "r", seq: 1, user_id: subject[0], username: subject, display_name: subject,
    action, actor_id: actor[0], actor_name: actor, created_at: at,
  });
  const textOf = (event, known = new Map()) => build({ events: [event], known })[0].text;
  // The reader is Ana, whose id is "a".
  expect(textOf(line("joined", "zoe", "zoe"))).toBe("zoe joined");
  expect(textOf(line("joined", "zoe", "ben"))).toBe("ben added zoe");
  expect(textOf(line("joined", "zoe", "ana"))).toBe("You added zoe");
  expect(textOf(line("joined", "ana", "ben"))).toBe("ben added you");
  expect(textOf(line("left", "zoe", "zoe"))).toBe("zoe left");
  expect(textOf(line("left", "ana", "ana"))).toBe("You left");
  expect(textOf(line("removed", "zoe", "ben"))).toBe("ben removed zoe");
  expect(textOf(line("removed", "zoe", "ana"))).toBe("You removed zoe");
  // Stored by a server that did not say what the actor is called.
  const unnamed = { ...line("joined", "zoe", "ben"), actor_name: undefined };
  expect(textOf(unnamed)).toBe("zoe joined");
  expect(textOf({ ...unnamed, action: "removed" })).toBe("zoe was removed");
  expect(textOf({ ...unnamed, user_id: "a", action: "removed" })).toBe("You were removed");
  // Who is known is called what they are called now.
  expect(textOf(line("removed", "zoe", "ben"), new Map([["z", { display_name: "Zoë" }], ["b", { display_name: "Benno" }]]))).toBe("Benno removed Zoë");
  const renamed = { type: "renamed", conversation_id: "r", seq: 2, title: "שלום", actor_id: "b", actor_name: "ben", created_at: at };
  expect(textOf(renamed)).toBe("ben renamed the group to “\u2068שלום\u2069”");
  expect(textOf({ ...renamed, actor_id: "a" })).toBe("You renamed the group to “\u2068שלום\u2069”");
  expect(textOf({ ...renamed, actor_name: undefined, title: "Plans" })).toBe("The group is now called “Plans”");
});

const from = (user_id, author_name, seq = 1) => ({ ...message(seq, { user_id }, "2026-03-12T10:00:01Z"), author_name });

test("who left stays named, and two of them can be distinguished", () => {
  const dora = { user_id: "d", username: "dora", display_name: "Dora Diaz", avatar_url: "/api/v1/uploads/1/thumbnail" };
  const [first, second] = build({ events: [from("d", "Dora", 1), from("e", "Dora", 2)], known: new Map([["d", dora]]) });
  expect(first).toMatchObject({
    author_name: "Dora Diaz", author_username: "dora", initials: "DD", has_left: true, first_in_group: true,
    avatar_url: "http://nova/api/v1/uploads/1/thumbnail",
  });
  expect(second).toMatchObject({ author_name: "Dora", author_username: "", initials: "D", has_left: true, first_in_group: true });
  expect(first.hue).not.toBe(second.hue);
});

test("while nobody knows who is a member, nobody has left", () => {
  const events = [from("b", "Ben"), from("d", "Dora", 2), message(3, { user_id: "x" }, "2026-03-12T10:00:02Z")];
  const rows = build({ events, people: null });
  expect(rows.map((row) => [row.author_name, row.has_left])).toEqual([["Ben", false], ["Dora", false], ["Unknown user", false]]);
  expect(build({ events })[0]).toMatchObject({ author_name: "Ben", has_left: false });
});

test("the list names the author of the newest message, also one who left", () => {
  const last_message = { author_id: "d", author_name: "Dora", text: "bye", created_at: "2026-03-12T10:00:00Z" };
  expect(toItem(summary({ last_message }), inList()).preview).toBe("Dora: bye");
});

test("times and days are short where they can be", () => {
  const at = (text) => new Date(text);
  expect(timeLabel(now, place)).toBe("14:03");
  expect(dayLabel(at("2026-03-04T10:00:00Z"), place, now)).toBe("Wednesday 4 March");
  expect(dayLabel(at("2025-03-12T10:00:00Z"), place, now)).toContain("2025");
  expect(["2026-03-12T09:00:00Z", "2026-03-11T09:00:00Z", "2026-03-09T09:00:00Z", "2026-01-09T09:00:00Z", "2025-01-09T09:00:00Z"].map((text) => listLabel(at(text), place, now)))
    .toEqual(["09:00", "Yesterday", "Mon", "9 Jan", "9 Jan 2025"]);
  expect(timeLabel(at("2026-03-12T23:30:00Z"), { locale: "en-GB", timeZone: "Asia/Tokyo" })).toBe("08:30");
});

const summary = (overrides) => ({
  id: "r", kind: "group", title: "Plans", members: [ana, ben], last_seq: 1, read_seq: 0, unread: 1,
  created_at: "2026-03-01T00:00:00Z", last_message: message(1, ben, "2026-03-12T10:00:00Z", "see\nyou"), ...overrides,
});

test("a conversation is called what its members call it", () => {
  expect(titleOf(summary(), "a")).toBe("Plans");
  expect(titleOf(summary({ kind: "direct", title: "" }), "a")).toBe("Ben");
  expect(titleOf(summary({ title: "", members: [ana] }), "a")).toBe("Only you");
  expect(subtitleOf(summary({ kind: "direct" }), "a")).toBe("@ben");
  const item = toItem(summary(), inList({ activeId: "r", failed: new Set(["r"]) }));
  expect([item.preview, item.active, item.has_failed, item.href]).toEqual(["Ben: see you", true, true, "/c/r"]);
});

test("a draft is shown in one line, and nothing but blanks is none", () => {
  const draft = (text) => toItem(summary(), inList({ drafts: new Map([["r", text]]) })).draft;
  expect([draft(" two\n lines "), draft(" \n "), draft("x".repeat(500))]).toEqual(["two lines", "", `${"x".repeat(120)}…`]);
  expect(toItem(summary(), inList({ drafts: new Map([["another", "x"]]) })).draft).toBe("");
});

test("only the other person of a direct conversation is shown to be here", () => {
  const online = (kind, ids) => toItem(summary({ kind, members: [ana, ben] }), inList({ online: new Set(ids) })).online;
  expect([online("direct", ["b"]), online("direct", ["a"]), online("group", ["b"])]).toEqual([true, false, false]);
});

test("the most recently active conversation comes first", () => {
  const list = [summary({ id: "old" }), summary({ id: "new", last_message: null, created_at: "2026-03-12T11:00:00Z" })];
  expect(byActivity(list).map((entry) => entry.id)).toEqual(["new", "old"]);
});

test("names become initials, colours and short lists", () => {
  expect(["Ana Maria Lopez", "ben", "", "🙂 x"].map(initialsOf)).toEqual(["AL", "B", "?", "🙂X"]);
  expect(hueOf("a")).toBe(hueOf("a"));
  expect(listNames(["A", "B", "C", "D"])).toBe("A, B and 2 others");
});

test("a person with a picture is shown by it, with the server's address, and a group by its letters", () => {
  const seen = { ...ben, status: "Away", avatar_url: "/api/v1/uploads/1/thumbnail" };
  const people = new Map([["a", ana], ["b", seen]]);
  const [mine, theirs] = build({ people, events: [message(1, ana, "2026-03-12T10:00:00Z"), message(2, ben, "2026-03-12T10:00:00Z")] });
  expect([mine.avatar_url, theirs.avatar_url]).toEqual(["", "http://nova/api/v1/uploads/1/thumbnail"]);

  const direct = { id: "d", kind: "direct", title: "", members: [ana, seen], last_seq: 0, read_seq: 0, unread: 0, created_at: "2026-03-12T10:00:00Z", last_message: null };
  const context = inList({});
  expect(toItem(direct, context).avatar_url).toBe("http://nova/api/v1/uploads/1/thumbnail");
  expect(toItem({ ...direct, kind: "group", title: "Plans" }, context).avatar_url).toBe("");
  expect(subtitleOf(direct, "a")).toBe("@ben · Away");
});

test("what was said before anybody else was there was read by nobody", () => {
  const events = [1, 3].map((seq) => message(seq, ana, "2026-03-12T10:00:00Z"));
  const rows = build({ events, deliveredTo: 3, readTo: 3, othersSince: 2 });
  expect(rows.map((row) => row.state)).toEqual(["sent", "read"]);
});

const item = (id, state, at = "2026-03-12T10:01:00Z") => ({
  client_id: id, conversation_id: "r", text: "t", created_at: at, order: 0, state,
  error: state === "failed" ? { kind: "NOT_FOUND", code: "not_found", message: "Gone.", retryable: false } : null,
});
const joined = (seq) => ({
  type: "member", conversation_id: "r", seq, user_id: "z", username: "zoe", display_name: "Zoe", action: "joined",
  actor_id: "a", created_at: "2026-03-12T10:00:30Z",
});

test("a group ends where the next one begins: another author, a pause, a day, a system line, the New line", () => {
  const ends = (overrides) => build(overrides).map((row) => row.last_in_group);
  const at = "2026-03-12T10:00:00Z";
  expect(ends({ events: [message(1, ben, at), message(2, ben, at), message(3, ana, at)] })).toEqual([false, true, true]);
  expect(ends({ events: [message(1, ben, at), message(2, ben, "2026-03-12T10:06:00Z")] })).toEqual([true, true]);
  expect(ends({ events: [message(1, ben, "2026-03-11T23:59:00Z"), message(2, ben, "2026-03-12T00:00:00Z")] })).toEqual([true, true]);
  expect(ends({ events: [message(1, ben, at), joined(2), message(3, ben, at)] })).toEqual([true, true, true]);
  expect(ends({ events: [message(1, ben, at), message(2, ben, at)], newAfter: 1 })).toEqual([true, true]);
});

test("a message that failed begins a group, and what follows it does not", () => {
  const events = [message(1, ana, "2026-03-12T10:00:00Z")];
  const pending = [item("p1", "queued"), item("p2", "failed"), item("p3", "failed"), item("p4", "queued")];
  expect(build({ events, pending }).map((row) => row.first_in_group)).toEqual([true, false, true, false, false]);
});

test("the last own message has the mark, and so has each that waits or failed", () => {
  const at = "2026-03-12T10:00:00Z";
  const events = [message(1, ana, at), message(2, ana, at), message(3, ben, at)];
  const marks = (pending) => build({ events, pending, readersOf: (seq) => seq + 1 }).map((row) => [row.is_marked, row.readers]);
  expect(marks([])).toEqual([[false, 2], [true, 3], [false, 0]]);
  expect(marks([item("p1", "queued"), item("p2", "failed")]).map(([mark]) => mark)).toEqual([false, true, false, true, true]);
  // Nothing moves when the server has it: the mark goes to the new message as soon as it is on its way.
  expect(marks([item("p1", "sending")]).map(([mark]) => mark)).toEqual([false, false, false, true]);
  expect(marks([item("p1", "acked"), item("p2", "queued")]).map(([mark]) => mark)).toEqual([false, false, false, true, true]);
});

test("an own message says how many have read it, marked or not: the pointer shows it on the older ones", () => {
  const at = "2026-03-12T10:00:00Z";
  const events = [message(1, ana, at), message(2, ben, at), message(3, ana, at)];
  const pending = [item("p1", "queued")];
  const readers = build({ events, pending, readersOf: (seq) => 4 - seq }).map((row) => row.readers);
  expect(readers).toEqual([3, 0, 1, 0]);
});

test("one to three emoji are large; text, digits and more of them are not", () => {
  const big = (text) => build({ events: [message(1, ben, "2026-03-12T10:00:00Z", text)] })[0].is_big;
  for (const text of ["🎉", "👍🏽", "👨‍👩‍👧‍👦 ❤️", "🇵🇹", "🌟🌟🌟", " 🙂\n"]) expect([text, big(text)]).toEqual([text, true]);
  for (const text of ["", " ", "1", "12#", "a🎉", "🌟🌟🌟🌟", "©", "→", "🎉".repeat(5_000)]) expect([text, big(text)]).toEqual([text, false]);
});

test("a row at an edge looks as it does between the ones that are known beyond it", () => {
  const events = [1, 2, 3, 4].map((seq) => message(seq, ana, `2026-03-12T10:00:0${seq}Z`));
  const whole = build({ events, hasNewer: true });
  const [above, ...rest] = events;
  const below = rest.pop();
  const rows = build({ events: rest, above, below, hasNewer: true });
  expect(rows).toEqual(whole.slice(1, 3));
  expect(rows.map((row) => [row.day_label, row.first_in_group, row.last_in_group, row.is_marked])).toEqual([
    ["", false, false, false],
    ["", false, false, false],
  ]);
  expect(build({ events: rest, hasNewer: false }).at(-1).is_marked).toBe(true);
});
