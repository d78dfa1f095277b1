import { expect, test } from "bun:test";
import { advisedDelay, openDeadline, reconnectDelay, refill } from "../../assets/nova/base/backoff.js";
import { CONNECT_RULES, HIDDEN, VISIBLE } from "../../assets/nova/generated/codes.js";

const TRIES = [0, 1, 2, 3, 4, 5, 9, 999];

test("the wait before an attempt is jittered over the whole width above a floor, also at the cap", () => {
  const widths = [1, 2, 4, 8, 15, 15, 15, 15].map((seconds) => seconds * 1000);
  expect(TRIES.map((attempt) => reconnectDelay(VISIBLE, attempt, 0))).toEqual(TRIES.map(() => 250));
  expect(TRIES.map((attempt) => reconnectDelay(VISIBLE, attempt, 0.5))).toEqual(widths.map((width) => 250 + width / 2));
  expect(TRIES.every((attempt, i) => reconnectDelay(VISIBLE, attempt, 0.999) < 250 + widths[i])).toBe(true);
  const atCap = new Set([0.1, 0.2, 0.3, 0.4].map((random) => reconnectDelay(VISIBLE, 99, random)));
  expect(atCap.size).toBe(4);
});

test("a hidden tab tries ten times, whose longest waits are about half an hour together", () => {
  const longest = Array.from({ length: HIDDEN.tries }, (_, attempt) => reconnectDelay(HIDDEN, attempt, 1));
  const minutes = longest.reduce((sum, wait) => sum + wait, 0) / 60_000;
  expect(HIDDEN.tries).toBe(10);
  expect(minutes).toBeWithin(29, 31);
  expect(longest[9]).toBe(300_250);
});

test("advice is followed where it makes sense", () => {
  expect(advisedDelay({ retry_min_ms: 500, retry_window_ms: 4000 }, 0.25)).toBe(1500);
  expect(advisedDelay(null, 0.5)).toBe(null);
  expect(advisedDelay({ retry_min_ms: -1, retry_window_ms: 0 }, 0)).toBe(null);
  expect(advisedDelay({ retry_min_ms: 0, retry_window_ms: 9e9 }, 0.9)).toBe(null);
});

test("an attempt may take longer after each failure, up to a bound", () => {
  expect([0, 1, 2, 3, 50].map(openDeadline)).toEqual([5000, 10000, 15000, 15000, 15000]);
});

test("the budget of attempts fills again with time and never above its size", () => {
  const empty = { tokens: 0, tokens_at: 1000 };
  expect(refill(empty, 1000 + CONNECT_RULES.refill_ms)).toBe(1);
  expect(refill(empty, 9e9)).toBe(CONNECT_RULES.burst);
  expect(refill(empty, 0)).toBe(0);
});
