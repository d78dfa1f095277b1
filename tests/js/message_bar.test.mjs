import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { MessageBar } from "../../assets/nova/conversation/message_bar.js";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A bar that says at which elements it was shown. */
function barOf() {
  const shown = [];
  const bar = new MessageBar(createStore({ key: "" }), () => []);
  bar.show = (target) => void shown.push(target.name);
  return { bar, shown };
}
const row = (name, isConnected = true) => ({ name, isConnected });

test("the bar comes at once to the message under the pointer", () => {
  const { bar, shown } = barOf();
  bar.pointAt(row("first"));
  expect(shown).toEqual(["first"]);
});

test("while the rows move under the pointer it stays away, and comes to the one that they rest with", () => {
  const { bar, shown } = barOf();
  for (const name of ["first", "second", "third"]) {
    bar.scrolled();
    bar.pointAt(row(name));
    jest.advanceTimersByTime(100);
  }
  expect(shown).toEqual([]);
  jest.advanceTimersByTime(100);
  expect(shown).toEqual(["third"]);
  bar.pointAt(row("fourth"));
  expect(shown).toEqual(["third", "fourth"]);
});

test("it does not come to a row that is gone, nor after the pointer has left", () => {
  const { bar, shown } = barOf();
  bar.scrolled();
  bar.pointAt(row("gone", false));
  jest.advanceTimersByTime(200);
  bar.scrolled();
  bar.pointAt(row("left"));
  bar.pointed = null;
  jest.advanceTimersByTime(200);
  expect(shown).toEqual([]);
});
