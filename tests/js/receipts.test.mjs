import { expect, test } from "bun:test";
import { DEFAULTS } from "../../assets/nova/generated/stores/conversation.js";
import { toReceipts } from "../../assets/nova/conversation/receipts.js";
import { SendJournal } from "../../assets/nova/messages/send_journal.js";

const ME = { user_id: "me", username: "me", display_name: "Me" };
const BEN = { user_id: "ben", username: "ben", display_name: "Ben", joined_seq: 1 };
const SUMMARY = { id: "r", kind: "group", title: "Plans", members: [{ ...ME, joined_seq: 1 }, BEN], last_seq: 9, read_seq: 9 };
const message = (overrides) => ({
  type: "message", conversation_id: "r", message_id: "m", seq: 5, client_id: "c", author_id: "me", text: "hello",
  created_at: "2026-03-12T10:00:00Z", mentions: [], ...overrides,
});
const details = (overrides) => ({
  journal: [], conversations: [SUMMARY], record: undefined, general: { default: "all", quiet_hours: null }, browser: "on", ...overrides,
});
const input = (which, { events = [], pending = [], ...overrides } = {}) => ({
  state: { receiptsSeq: which, messageWindow: { events } },
  me: ME, summary: SUMMARY, isFormer: false, pending, positions: new Map([["ben", { read: 5, delivered: 5 }]]),
  origin: "", now: new Date("2026-03-12T12:00:00Z"), place: { locale: "en-GB", timeZone: "UTC" }, details: details(), ...overrides,
});
const view = (...args) => toReceipts(input(...args), DEFAULTS.receipts);

test("an own message says when it was queued and stored, its number, and who read it", () => {
  const journal = [{ at: Date.parse("2026-03-12T09:59:00Z"), what: "queued", code: "" }];
  const shown = view(5, { events: [message()], details: details({ journal }) });
  expect(shown).toMatchObject({ is_open: true, is_mine: true, seq: 5, has_text: true, can_forward: true, why: "" });
  expect(shown.queued_label).toContain("09:59");
  expect(shown.stored_label).toContain("10:00");
  expect(shown.read.map(({ name }) => name)).toEqual(["Ben"]);
});

test("a message that waits is found by its client id, and again once it has a number", () => {
  const item = { client_id: "c", conversation_id: "r", text: "hello", created_at: "2026-03-12T09:58:00Z", state: "queued" };
  const waiting = view("c", { pending: [item] });
  expect(waiting).toMatchObject({ is_open: true, seq: 0, stored_label: "", read: [] });
  expect(waiting.queued_label).toContain("09:58");
  expect(view("c", { events: [message()] })).toMatchObject({ is_open: true, seq: 5 });
  expect(view("gone").is_open).toBe(false);
  expect(view(0, { events: [message()] }).is_open).toBe(false);
});

test("every try is listed with its cause", () => {
  const journal = new SendJournal(() => 1_000);
  for (const [what, code] of [["queued"], ["sent"], ["unanswered"], ["sent"], ["refused", "too_many_sends"], ["sent"], ["stored"]]) journal.add("c", what, code);
  const shown = view(5, { events: [message()], details: details({ journal: journal.of("c") }) });
  expect(shown.sends.map(({ what, code }) => [what, code])).toEqual([
    ["queued", ""], ["sent", ""], ["unanswered", ""], ["sent", ""], ["refused", "too_many_sends"], ["sent", ""], ["stored", ""],
  ]);
});

test("the journal keeps the latest of what happened, and of the latest messages", () => {
  const journal = new SendJournal(() => 1_000);
  for (let n = 0; n < 30; n += 1) journal.add("c", "sent");
  expect(journal.of("c").length).toBe(20);
  for (let n = 0; n < 100; n += 1) journal.add(`other ${n}`, "queued");
  expect(journal.of("c")).toEqual([]);
  expect(journal.of("other 0").length).toBe(1);
});

test("why this browser notified is what it recorded, else what would happen now", () => {
  const events = [message({ author_id: "ben" })];
  const record = { id: "m", reason: "focused", shows: false, isMention: false, at: "2026-03-12T10:00:01Z" };
  expect(view(5, { events, details: details({ record }) })).toMatchObject({ why: "focused", why_shows: false, is_recorded: true });
  expect(view(5, { events })).toMatchObject({ why: "all", why_shows: true, is_recorded: false, why_label: "" });
  const general = { default: "mentions", quiet_hours: null };
  expect(view(5, { events, details: details({ general }) })).toMatchObject({ why: "mentions", why_shows: false });
});

test("files of others are not forwarded, and a message of them alone cannot be", () => {
  const files = [{ id: "f", name: "plan.pdf" }];
  expect(view(5, { events: [message({ author_id: "ben", text: "", files })] })).toMatchObject({ can_forward: false, leaves_files: true });
  expect(view(5, { events: [message({ author_id: "ben", files })] })).toMatchObject({ can_forward: true, leaves_files: true });
  expect(view(5, { events: [message({ text: "", files })] })).toMatchObject({ can_forward: true, leaves_files: false, has_text: false });
});
