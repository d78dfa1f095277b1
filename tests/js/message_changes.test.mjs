import { expect, test } from "bun:test";
import { ConversationLog } from "../../assets/nova/messages/event_log.js";
import { ConversationStore } from "../../assets/nova/messages/conversation_store.js";
import { withChange } from "../../assets/nova/messages/message_changes.js";
import { receive, change, EMPTY } from "../../assets/nova/conversation/message_window.js";
import { buildRows } from "../../assets/nova/conversation/rows.js";
import { seeded } from "./random.mjs";

const me = { user_id: "me", username: "me", display_name: "Me" };
const at = "2026-01-01T00:00:00Z";
const message = (seq, author_id = "ben") => ({
  type: "message", conversation_id: "r", message_id: `m${seq}`, seq, client_id: `c${seq}`, author_id, text: `text ${seq}`, created_at: at,
});
const edited = (seq, of, text = `edit ${seq}`) => ({
  type: "edited", conversation_id: "r", seq, message_id: `m${of}`, author_id: "ben", client_id: `k${seq}`, text, mentions: [], edited_at: at,
});
const deleted = (seq, of) => ({ type: "deleted", conversation_id: "r", seq, message_id: `m${of}`, user_id: "ben", client_id: `k${seq}`, created_at: at });
const reaction = (seq, of) => ({ ...deleted(seq, of), type: "reaction", emoji: "👍", on: true });
const texts = (events) => events.map((event) => event.text);

test("an edit and a deletion advance the cursor and change the message, a reaction only advances it", () => {
  const log = new ConversationLog();
  log.seed([message(1), message(2)], 2, false);

  expect(log.receive(edited(3, 1))).toEqual([edited(3, 1)]);
  log.receive(deleted(4, 2));
  log.receive(reaction(5, 1));
  log.receive(message(6));

  expect([log.last, log.gap]).toEqual([6, null]);
  expect(texts(log.events)).toEqual(["edit 3", "", "text 6"]);
  expect(log.events[1]).toMatchObject({ deleted: true, seq: 2 });
});

test("a change behind a gap waits until the gap is filled", () => {
  const log = new ConversationLog();
  log.seed([message(1)], 1, false);

  expect(log.receive(edited(3, 2))).toEqual([]);
  expect(log.gap).toEqual({ after_seq: 1, until_seq: 2 });
  log.receive(message(2));

  expect(texts(log.events)).toEqual(["text 1", "edit 3"]);
});

test("replayed edits do not undo what the present form has", () => {
  const present = { ...message(1), text: "newest", version_seq: 4 };

  expect(withChange(present, edited(3, 1))).toBe(present);
  expect(withChange(present, edited(5, 1)).text).toBe("edit 5");
  expect(withChange({ ...present, text: "", deleted: true }, edited(5, 1)).text).toBe("");
});

test("the list shows the changed text of the newest message, and its number", () => {
  const store = new ConversationStore(me);
  const summary = { id: "r", kind: "group", title: "R", members: [me], last_seq: 1, read_seq: 0, unread: 1, created_at: at, last_message: message(1) };
  store.welcome({ conversations: [summary], recovered: {} });

  store.event(edited(2, 1));
  expect(store.summaries.get("r")).toMatchObject({ last_seq: 2, unread: 1, last_message: { text: "edit 2" } });
  store.event(deleted(3, 1));
  expect(store.summaries.get("r")).toMatchObject({ last_seq: 3, last_message: { text: "", deleted: true } });
});

test("the window changes wherever it is, and gets no row for a change", () => {
  const window = receive({ ...EMPTY, hasNewer: true, events: [message(1)] }, [], true);

  const after = change(window, [edited(9, 1), deleted(10, 7)]);

  expect(texts(after.events)).toEqual(["edit 9"]);
  expect(change(after, [edited(9, 1)])).toBe(after);
});

test("a deleted message keeps its row and says that it is deleted", () => {
  const view = { events: [withChange(message(1), deleted(2, 1))], pending: [], me, people: null, known: new Map(), origin: "", deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, now: new Date(at), place: { locale: "en", zone: "UTC" } };

  const [row] = buildRows(view, []);

  expect([row.seq, row.text, row.is_deleted]).toEqual([1, "", true]);
});

test("whatever the order and the repeats, messages end in the form that the newest changes give them", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    const events = [message(1)];
    for (let seq = 2; seq <= 12; seq += 1) {
      const known = events.filter((event) => event.type === "message");
      const of = known[chance.below(known.length)].seq;
      events.push([message(seq), edited(seq, of), deleted(seq, of), reaction(seq, of)][chance.below(4)]);
    }
    const log = new ConversationLog();
    const upTo = 1 + chance.below(6);
    const present = events.filter((event) => event.type === "message" && event.seq <= upTo);
    log.seed(present.map((row) => events.slice(0, upTo).reduce(withChange, row)), upTo, false);
    const mixed = [...events, ...events].sort(() => chance.below(3) - 1);
    for (const event of mixed) log.receive(structuredClone(event));
    const expected = events.filter((event) => event.type === "message").map((row) => events.reduce(withChange, row));
    expect({ seed, last: log.last, texts: texts(log.events) }).toEqual({ seed, last: 12, texts: texts(expected) });
  }
});
