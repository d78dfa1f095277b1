import { expect, test } from "bun:test";
import traces from "../wire/machine_traces.json";
import { CLOSE_CODES, CONNECT_RULES, EDGES, STATES } from "../../assets/nova/generated/codes.js";
import { INITIAL, transition } from "../../assets/nova/connection/state_machine.js";
import { seeded } from "./random.mjs";

for (const trace of traces) {
  test(`golden trace: ${trace.name}`, () => {
    let model = INITIAL;
    for (const { event, ...expected } of trace.steps) {
      const next = transition(model, event);
      model = next.model;
      const { state, reason, synced, attempt, next_retry_at } = model;
      const effects = next.effects.map(({ type, ...more }) => [type, more.delay_ms ?? more.deadline_ms ?? null]);
      expect({ event, state, reason, synced, attempt, next_retry_at, effects }).toEqual({ event, ...expected });
    }
  });
}

const EVENTS = [
  { type: "start" },
  { type: "timer" },
  { type: "wake", cause: "online" },
  { type: "wake", cause: "visible" },
  { type: "visibility", hidden: true },
  { type: "visibility", hidden: false },
  { type: "left" },
  { type: "opened" },
  { type: "retry" },
  { type: "welcome" },
  { type: "synced" },
  { type: "proven" },
  { type: "offline" },
  { type: "stop", reason: "signed_out" },
  { type: "bye", reason: "restarting", retry_min_ms: 100, retry_window_ms: 1000 },
  ...Object.keys(CLOSE_CODES).map((code) => ({ type: "closed", code: Number(code) })),
  { type: "closed", code: 4999 },
];

test("no sequence of events takes an illegal step or forgets to connect", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    let model = INITIAL;
    let hasTimer = false;
    for (let step = 0; step < 60; step += 1) {
      const before = model.state;
      const event = EVENTS[chance.below(EVENTS.length)];
      const next = transition(model, { ...event, random: chance.next(), now: step * 700, online: chance.next() > 0.2 });
      model = next.model;
      expect(STATES).toContain(model.state);
      if (model.state !== before) expect(EDGES[before]).toContain(model.state);
      expect(model.synced && model.state !== "CONNECTED").toBe(false);
      for (const effect of next.effects) {
        if (effect.type === "cancel_timer") hasTimer = false;
        if (effect.type === "set_timer") hasTimer = true;
      }
      if (event.type === "timer") hasTimer = false;
      const hasStarted = model.connecting_at > 0 || model.next_retry_at !== null;
      const waits = model.state === "DISCONNECTED" || (model.state === "FAILED" && model.reason !== "outdated");
      if (hasStarted && waits) expect([hasTimer, model.next_retry_at]).toEqual([true, expect.any(Number)]);
      expect(model.tokens).toBeWithin(0, CONNECT_RULES.burst + 0.001);
    }
  }
});

test("a loss waits by the policy, and by advice where there was one", () => {
  const connected = [{ type: "start" }, { type: "welcome" }].reduce(
    (model, event) => transition(model, event).model,
    INITIAL,
  );
  const plain = transition(connected, { type: "closed", code: 1006, now: 1000, random: 0.5, online: true });
  expect(plain.model.next_retry_at).toBe(1000 + 250 + 500);

  const advised = transition(connected, { type: "bye", reason: "restarting", retry_min_ms: 500, retry_window_ms: 4000 });
  const after = transition(advised.model, { type: "closed", code: 1012, now: 1000, random: 0.5, online: true });
  expect(after.model.next_retry_at).toBe(1000 + 500 + 2000);
  expect(after.model.reason).toBe("restarting");
});
