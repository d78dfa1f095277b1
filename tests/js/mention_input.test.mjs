// The list of members beside the text field: what a chosen name does to what is being typed.

import { afterAll, beforeAll, expect, mock, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/conversation.js";

mock.module("$/env.json", () => ({ default: { PING: "http://nova/ping" } }));
const { MentionInput } = await import("../../assets/nova/conversation/mention_input.js");

const { document, location } = globalThis;
/** A text field, with as much of it as typing needs. */
const field = {
  value: "",
  selectionStart: 0,
  selectionEnd: 0,
  focus() {},
  setSelectionRange(start, end) {
    Object.assign(this, { selectionStart: start, selectionEnd: end });
  },
  setRangeText(text, start, end) {
    this.value = this.value.slice(0, start) + text + this.value.slice(end);
    this.setSelectionRange(start + text.length, start + text.length);
  },
  dispatchEvent: () => mentions.look(),
  type(text) {
    this.setRangeText(text, this.selectionStart, this.selectionEnd);
    this.dispatchEvent();
  },
};
const people = [
  { user_id: "b", username: "ben", display_name: "Ben", avatar_url: null },
  { user_id: "c", username: "bea", display_name: "Bea", avatar_url: null },
];
const mentions = new MentionInput(createStore(DEFAULTS.mentions), () => ({ people, myId: "a", mayMentionAll: false }));
const key = (name) => mentions.key({ key: name, preventDefault() {}, stopPropagation() {} });

beforeAll(() => {
  globalThis.location = new URL("http://localhost/");
  globalThis.document = { querySelector: () => field, execCommand: () => false };
});
afterAll(() => {
  Object.assign(globalThis, { document, location });
});

test.each([
  ["hi ", "@ben", "", "look", "hi @ben look"],
  ["", "@be", " and you", "!", "@bea !and you"],
  ["", "@", ", hello", "", "@bea , hello"],
])("%j, %j before %j: what is typed at once after the choice stands behind the name", (before, typed, after, next, expected) => {
  Object.assign(field, { value: before + after });
  field.setSelectionRange(before.length, before.length);
  field.type(typed);
  expect(key("Enter")).toBe(true);
  // The list is closed: the next Enter sends.
  expect(mentions.choices).toEqual([]);
  for (const letter of next) field.type(letter);
  expect(field.value).toBe(expected);
});
