// Ten thousand tabs at once, on the real rules: how they come back from an outage and a restart.

import { expect, test } from "bun:test";
import { INITIAL, transition } from "../../assets/nova/connection/state_machine.js";
import { seeded } from "./random.mjs";

const chance = seeded(7);

/** A tab that was connected for an hour and lost its connection at `lostAt`. */
function lostTab(lostAt, events) {
  let model = INITIAL;
  let timer = null;
  const apply = (event, now) => {
    const next = transition(model, { ...event, now, random: chance.next(), online: true });
    model = next.model;
    for (const effect of next.effects) {
      if (effect.type === "set_timer") timer = now + effect.delay_ms;
      if (effect.type === "cancel_timer") timer = null;
    }
  };
  apply({ type: "start" }, lostAt - 3_600_000);
  apply({ type: "welcome" }, lostAt - 3_600_000);
  apply({ type: "proven" }, lostAt - 3_000_000);
  for (const event of events) apply(event, lostAt);
  return { apply, due: () => timer, state: () => model.state };
}

/** When each tab is connected again, where attempts fail at once until `healsAt`; and how many attempts it made. */
function comeBack(count, lostAt, healsAt, events) {
  return Array.from({ length: count }, () => {
    const tab = lostTab(lostAt, events);
    let attempts = 0;
    for (;;) {
      const now = tab.due();
      tab.apply({ type: "timer" }, now);
      if (tab.state() !== "RECONNECTING") continue;
      attempts += 1;
      if (now >= healsAt) return { at: now, attempts };
      tab.apply({ type: "closed", code: 1006 }, now);
    }
  });
}

function busiestSecond(times) {
  const sorted = [...times].sort((a, b) => a - b);
  let [best, start] = [0, 0];
  for (let end = 0; end < sorted.length; end += 1) {
    while (sorted[end] - sorted[start] > 1000) start += 1;
    best = Math.max(best, end - start + 1);
  }
  return best / sorted.length;
}

test("after an outage of two minutes nobody waits long and nobody comes in a crowd", () => {
  const healsAt = 120_000;
  const back = comeBack(10_000, 0, healsAt, [{ type: "closed", code: 1006 }]);
  const waits = back.map((tab) => tab.at - healsAt).sort((a, b) => a - b);
  expect(busiestSecond(waits)).toBeLessThanOrEqual(0.15);
  expect(waits[5_000]).toBeLessThanOrEqual(6_000);
  expect(waits.at(-1)).toBeLessThanOrEqual(16_000);
  expect(Math.max(...back.map((tab) => tab.attempts))).toBeLessThan(60);
});

test("after a planned restart everybody comes back within the window, and nobody before it", () => {
  const bye = { type: "bye", reason: "restarting", retry_min_ms: 2_000, retry_window_ms: 10_000 };
  const back = comeBack(5_000, 0, 0, [bye, { type: "closed", code: 1012 }]);
  const times = back.map((tab) => tab.at);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...times)).toBeLessThanOrEqual(12_000);
  expect(busiestSecond(times)).toBeLessThanOrEqual(0.12);
  expect(back.every((tab) => tab.attempts === 1)).toBe(true);
});
