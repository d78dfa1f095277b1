import { expect, test } from "bun:test";
import { Flood } from "../../assets/nova/errors/flood.js";

test("two thousand a second of the same are shown five times, and again after a rest", () => {
  const flood = new Flood();
  let shown = 0;
  for (let n = 0; n < 20_000; n += 1) shown += Number(flood.allows("loop", n / 2));
  expect(shown).toBe(5);
  expect(flood.allows("loop", 10_000 + 9_000)).toBe(false);
  expect(flood.allows("loop", 19_000 + 10_000)).toBe(true);
});

test("failures now and then are all shown", () => {
  const flood = new Flood();
  for (let n = 0; n < 100; n += 1) expect(flood.allows("now and then", n * 400)).toBe(true);
});

test("a loop whose words change each time is bounded, too, and does not fill the memory", () => {
  const flood = new Flood();
  let shown = 0;
  for (let n = 0; n < 5_000; n += 1) shown += Number(flood.allows(`failure ${n}`, n));
  expect(shown).toBe(20);
  expect(flood.seen.size).toBeLessThanOrEqual(50);
});

test("one that loops hides no other", () => {
  const flood = new Flood();
  for (let n = 0; n < 15; n += 1) flood.allows("loop", n);
  expect(flood.allows("another", 20)).toBe(true);
});
