import { expect, test } from "bun:test";
import { marksOf } from "../../assets/nova/conversation/row_marks.js";
import { isMentioned, withChange } from "../../assets/nova/messages/message_changes.js";

const me = { user_id: "me", username: "mara", display_name: "Mara" };
const person = (user_id, display_name) => ({ user_id, username: user_id, display_name });
const people = new Map([["me", me], ["ana", person("ana", "Ana")], ["ben", person("ben", "Ben")]]);
const view = { me, people, known: people, origin: "http://nova" };
const plain = { author_id: "ana", deleted: false, reply_to: null, reactions: [], mentions: [], mentions_all: false };
const marks = (text, message) => marksOf({ ...plain, text, ...message }, view);
const message = { message_id: "m1", seq: 1, author_id: "ana", text: "hi" };
const reaction = (user_id, on = true, emoji = "👍") => ({ type: "reaction", seq: 9, message_id: "m1", emoji, on, user_id });

test("a row knows whose names are drawn as mentions", () => {
  expect(marks("ask @mara and @ben", { mentions: ["me", "ben"] })).toMatchObject({
    mentions_me: true,
    mentioned: [{ username: "mara", is_me: true }, { username: "ben", is_me: false }],
  });
  expect(marks("@all hi", { mentions_all: true })).toMatchObject({ mentions_me: true, mentioned: [{ username: "all", is_me: true }] });
  expect(marks("@ben", {})).toMatchObject({ mentions_me: false, mentioned: [] });
});

test("nobody is mentioned by their own message, or by a deleted one", () => {
  expect(isMentioned({ author_id: "me", mentions: ["me"] }, me)).toBe(false);
  expect(marks("Message deleted", { mentions_all: true, deleted: true })).toMatchObject({ mentions_me: false, mentioned: [], reactions: [] });
});

test("a quote says who wrote what, and that it was deleted", () => {
  const quote = { message_id: "q", seq: 3, author_id: "ben", author_name: "Old name", text: "two\nlines" };
  expect(marks("yes", { reply_to: quote }).quote).toMatchObject({ message_id: "q", seq: 3, author_name: "Ben", text: "two lines", is_deleted: false });
  expect(marks("yes", { reply_to: { ...quote, author_id: "gone" } }).quote.author_name).toBe("Old name");
  expect(marks("yes", { reply_to: { ...quote, author_id: "me", text: "", deleted: true } }).quote).toMatchObject({ author_name: "You", is_deleted: true });
  expect(marks("yes", {}).quote.message_id).toBe("");
});

test("a reaction names who set it, me first", () => {
  const named = (count, ...user_ids) => marks("x", { reactions: [{ emoji: "👍", count, user_ids }] }).reactions[0];
  expect(named(1, "ben")).toEqual({ emoji: "👍", count: 1, is_mine: false, names: "Ben" });
  expect(named(2, "ana", "me")).toMatchObject({ is_mine: true, names: "You and Ana" });
  expect(named(3, "ana", "ben", "me").names).toBe("You, Ana and Ben");
  expect(named(3, "ana", "ben").names).toBe("Ana, Ben and 1 other");
  expect(named(1, "gone").names).toBe("someone who left");
});

test("a reaction is set once per user, keeps its place, and goes with its last user", () => {
  const set = (list, on = true, emoji = "👍") => ({ ...reaction("ana", on, emoji), ...list });
  let now = [set({ seq: 2 }), set({ seq: 3, user_id: "ben" }, true, "🎉"), set({ seq: 4, user_id: "ben" })].reduce(withChange, message);
  expect(now.reactions).toEqual([{ emoji: "👍", count: 2, user_ids: ["ana", "ben"] }, { emoji: "🎉", count: 1, user_ids: ["ben"] }]);
  now = [set({ seq: 5 }, false), set({ seq: 6 }, false), set({ seq: 7, user_id: "ben" }, false)].reduce(withChange, now);
  expect(now.reactions).toEqual([{ emoji: "🎉", count: 1, user_ids: ["ben"] }]);
});

test("a quote follows the edits and the deletion of its original", () => {
  const reply = { ...message, message_id: "m2", reply_to: { message_id: "m1", seq: 1, author_id: "ana", author_name: "Ana", text: "hi" } };
  const edited = withChange(reply, { type: "edited", seq: 5, message_id: "m1", text: "hello", mentions: [], edited_at: "" });
  expect(edited.reply_to.text).toBe("hello");
  expect(withChange(edited, reaction("ben"))).toBe(edited);
  const long = { message_id: "m1", seq: 1, author_id: "ana", author_name: "Ana", text: "x".repeat(300) };
  expect(marks("yes", { reply_to: long }).quote.text.length).toBeLessThan(203);
  const gone = withChange(edited, { type: "deleted", seq: 7, message_id: "m1" });
  expect(gone.reply_to).toMatchObject({ text: "", deleted: true });
  expect(withChange(gone, { type: "edited", seq: 5, message_id: "m1", text: "", mentions: [], edited_at: "" })).toBe(gone);
});
