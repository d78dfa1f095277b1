import { expect, test } from "bun:test";
import { withChange, withReaction } from "../../assets/nova/messages/message_changes.js";
import { changesByMessage, withPending } from "../../assets/nova/conversation/pending_changes.js";
import { buildRows } from "../../assets/nova/conversation/rows.js";

const at = "2026-01-01T00:00:00Z";
const me = { user_id: "me", username: "me", display_name: "Me" };
const message = { type: "message", conversation_id: "r", message_id: "m1", seq: 1, client_id: "c1", author_id: "me", text: "old", created_at: at };
const item = (kind, fields = {}) => ({ client_id: `k-${kind}`, conversation_id: "r", text: "", created_at: at, order: 1, state: "queued", error: null, kind, target_id: "m1", waits_for: "", ...fields });
const thumb = (count, ...user_ids) => ({ emoji: "👍", count, user_ids });
const rowOf = (items, fields = {}, view = {}) =>
  buildRows({ events: [{ ...message, ...fields }], pending: items, me, people: new Map([["me", me]]), known: new Map(), origin: "", deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, now: new Date(at), place: { locale: "en", timeZone: "UTC" }, ...view }, [])[0];

test("what waits is shown at once and named; its state stays that of the message", () => {
  expect(rowOf([item("edit", { text: "new" })])).toMatchObject({ text: "new", pending: "edit", state: "sent", can_edit: true });
  expect(rowOf([item("edit", { text: "new" })]).edited_title).toContain("Edited");
  expect(rowOf([item("edit", { text: "new" }), item("delete")])).toMatchObject({ text: "", is_deleted: true, pending: "delete", undo_id: "k-delete", can_edit: false });
  expect(rowOf([item("react", { emoji: "👍", on: true })])).toMatchObject({ text: "old", pending: "reaction" });
});

test("a reaction that waits is there at once, and one that is taken back is gone at once", () => {
  const reactionsOf = (on, reactions) => rowOf([item("react", { emoji: "👍", on })], { reactions }).reactions;
  expect(reactionsOf(true, [])).toMatchObject([{ emoji: "👍", count: 1, is_mine: true, names: "You" }]);
  expect(reactionsOf(true, [thumb(1, "ben")])).toMatchObject([{ count: 2, is_mine: true }]);
  expect(reactionsOf(false, [thumb(2, "ben", "me")])).toMatchObject([{ count: 1, is_mine: false }]);
  expect(reactionsOf(false, [thumb(1, "me")])).toEqual([]);
});

test("a deletion that has left can no longer be undone, and one that is acked waits for nothing", () => {
  expect(rowOf([item("delete", { state: "sending" })])).toMatchObject({ is_deleted: true, pending: "delete", undo_id: "" });
  expect(rowOf([item("delete", { state: "acked" })])).toMatchObject({ is_deleted: true, pending: "" });
});

test("an edit that was refused stands beside the text that is stored, and says whether it can be tried again", () => {
  const failed = (code) => [item("edit", { text: "mine", state: "failed", error: { code, message: "why" } })];
  expect(rowOf(failed("edit_conflict"))).toMatchObject({ text: "old", failed_edit: "k-edit", failed_edit_text: "mine", failed_edit_reason: "why", can_keep_edit: true, pending: "" });
  expect(rowOf(failed("message_deleted"), { text: "", deleted: true })).toMatchObject({ is_deleted: true, failed_edit_text: "mine", can_keep_edit: false });
});

test("a message that is not stored yet shows what waits for it", () => {
  const send = item(undefined, { client_id: "s1", text: "hi", state: "sending", target_id: "" });
  const rows = buildRows({ events: [], pending: [send, item("edit", { text: "hello", target_id: "", waits_for: "s1" })], me, people: new Map(), known: new Map(), origin: "", deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, now: new Date(at), place: { locale: "en", timeZone: "UTC" } }, []);
  expect(rows).toMatchObject([{ text: "hello", state: "sending", pending: "edit", message_id: "" }]);
});

test("messages of others are edited by nobody else, and deleted by admins", () => {
  const foreign = { author_id: "ben" };
  expect(rowOf([], foreign)).toMatchObject({ can_act: true, can_edit: false, can_delete: false });
  expect(rowOf([], foreign, { mayDelete: true })).toMatchObject({ can_edit: false, can_delete: true });
  expect(rowOf([], foreign, { people: null })).toMatchObject({ can_act: false });
});

test("a message without changes is not copied", () => {
  expect(withPending(message, changesByMessage([])("m1", "c1"), "me").message).toBe(message);
});

test("reactions are counted once, whoever is on the list", () => {
  const set = withReaction([], { emoji: "👍", user_id: "me", on: true });
  expect(set).toEqual([thumb(1, "me")]);
  expect(withReaction(set, { emoji: "👍", user_id: "me", on: true })).toBe(set);
  expect(withReaction(set, { emoji: "👍", user_id: "ben", on: false })).toBe(set);
  expect(withReaction(set, { emoji: "👍", user_id: "me", on: false })).toEqual([]);
  // Of many, the list names some: one more or less counts all the same.
  expect(withReaction([thumb(30, "ben")], { emoji: "👍", user_id: "me", on: false })).toEqual([thumb(29, "ben")]);
});

test("an event that a page of history contains already changes nothing", () => {
  const page = { ...message, reactions: [thumb(30, "ben")], as_of: 40 };
  const event = (seq) => ({ type: "reaction", conversation_id: "r", seq, message_id: "m1", user_id: "zoe", client_id: "k", emoji: "👍", on: true, created_at: at });
  expect(withChange(page, event(40))).toBe(page);
  const after = withChange(page, event(41));
  expect(after.reactions).toEqual([thumb(31, "ben", "zoe")]);
  expect(withChange({ ...after, reactions: [thumb(31, "ben")] }, event(41)).reactions).toEqual([thumb(31, "ben")]);
});
