import { expect, test } from "bun:test";
import { LIMITS } from "../../assets/nova/generated/codes.js";
import { Outbox } from "../../assets/nova/messages/outbox.js";
import { takeOver } from "../../assets/nova/messages/outbox_takeover.js";
import { seeded } from "./random.mjs";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const DAY_MS = 86_400_000;

let order = 0;
const item = (id, conversation = "room") => ({
  client_id: id,
  conversation_id: conversation,
  text: id,
  created_at: "2026-01-01T00:00:00Z",
  order: (order += 1),
  state: "queued",
  error: null,
});
const refusal = { kind: "NOT_FOUND", code: "not_found", message: "no", retryable: false };
const wait = { kind: "RATE_LIMITED", code: "too_many_sends", message: "wait", retryable: true, retry_after_ms: 500 };
const filled = (...ids) => {
  const outbox = new Outbox();
  for (const id of ids) outbox.add(item(id));
  return outbox;
};
const states = (outbox) => Object.fromEntries(outbox.items.map((entry) => [entry.client_id, entry.state]));

test("what is due goes out once, in order", () => {
  const outbox = filled("a", "b");
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["a", "b"]);
  expect(outbox.takeDue(0)).toEqual([]);
  outbox.ack("a");
  outbox.ack("a");
  expect(states(outbox)).toEqual({ a: "acked", b: "sending" });
  expect(outbox.waiting).toBe(1);
  expect(outbox.settle("a")).toBe(true);
  expect(outbox.settle("a")).toBe(false);
});

test("a lost connection sends everything again, with the same names and in the same order", () => {
  const outbox = filled("a", "b", "c");
  outbox.takeDue(0);
  outbox.ack("b");
  outbox.lost();
  outbox.add(item("d"));
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["a", "c", "d"]);
});

test("a final refusal fails that message alone, with its reason", () => {
  const outbox = filled("a", "b");
  outbox.takeDue(0);
  outbox.nack("a", refusal, 0);
  outbox.ack("b");
  expect(states(outbox)).toEqual({ a: "failed", b: "acked" });
  expect(outbox.find("a").error).toEqual(refusal);
  outbox.retry("a", NOW);
  outbox.retry("a", NOW);
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["a"]);
});

test("a refusal that passes holds its conversation and no other", () => {
  const outbox = filled("a", "b");
  outbox.add(item("x", "other"));
  outbox.takeDue(0);
  outbox.nack("a", wait, 1000);
  outbox.nack("b", wait, 1000);
  outbox.nack("x", refusal, 1000);
  outbox.retry("x", NOW);
  expect(outbox.takeDue(1100).map((entry) => entry.client_id)).toEqual(["x"]);
  expect(outbox.nextDueAt(1100)).toBe(1500);
  expect(outbox.takeDue(1500).map((entry) => entry.client_id)).toEqual(["a", "b"]);
});

test("what waited for more than a week is not sent without asking", () => {
  const outbox = filled("a", "b");
  expect(outbox.expire(NOW + 7 * DAY_MS)).toEqual([]);
  expect(outbox.expire(NOW + 7 * DAY_MS + 1)).toEqual(["a", "b"]);
  expect(outbox.find("a").error.code).toBe("outbox_stale");
  outbox.retry("a", NOW + 8 * DAY_MS);
  expect(outbox.expire(NOW + 8 * DAY_MS)).toEqual([]);
  expect(outbox.takeDue(NOW + 8 * DAY_MS).map((entry) => entry.client_id)).toEqual(["a"]);
});

test("what another tab announces is taken over, in the order it was written", () => {
  const outbox = filled("a");
  const later = item("c");
  const between = { ...item("b"), order: later.order - 0.5 };
  outbox.mergeFromTab(later);
  outbox.mergeFromTab(between);
  outbox.mergeFromTab({ ...outbox.find("a"), state: "sending" });
  expect(outbox.items.map((entry) => entry.client_id)).toEqual(["a", "b", "c"]);
  expect(states(outbox)).toEqual({ a: "sending", b: "queued", c: "queued" });
  outbox.mergeFromTab({ ...outbox.find("a"), state: "acked", seq: 4 });
  outbox.mergeFromTab({ ...outbox.find("a"), state: "sending" });
  expect(states(outbox).a).toBe("acked");
});

test("news of another tab about a message that the log shows already bring nothing back", () => {
  const outbox = filled("a");
  const known = outbox.find("a");
  outbox.settle("a");
  outbox.mergeFromTab({ ...known, state: "acked", seq: 1 });
  outbox.load([known]);
  expect(outbox.items).toEqual([]);
});

test("an acked message leaves once its log has it, and at once where no log is open", () => {
  const outbox = filled("a", "b");
  outbox.add(item("x", "other"));
  for (const [id, seq] of [["a", 1], ["b", 2], ["x", 9]]) outbox.ack(id, seq);
  expect(outbox.settleAcked((id) => (id === "room" ? 1 : Infinity))).toEqual(["a", "x"]);
  expect(states(outbox)).toEqual({ b: "acked" });
});

test("it reports how long the oldest has waited", () => {
  const outbox = filled("a", "b");
  expect(outbox.oldestAt).toBe(NOW);
  outbox.ack("a", 1);
  outbox.ack("b", 2);
  expect(outbox.oldestAt).toBe(null);
});

test("the queue is bounded, visibly", () => {
  const outbox = new Outbox();
  for (let i = 0; i < LIMITS.outbox_max_messages; i += 1) {
    expect(outbox.hasRoom).toBe(true);
    outbox.add(item(`m${i}`));
  }
  expect(outbox.hasRoom).toBe(false);
  expect(outbox.takeDue(0).length).toBe(LIMITS.pipeline_window);
});

test("only what is certainly not under way can be taken back", () => {
  const outbox = filled("a", "b");
  outbox.takeDue(0);
  expect(outbox.discard("a")).toBe(null);
  outbox.nack("a", refusal, 0);
  expect(outbox.discard("a").text).toBe("a");
  expect(outbox.discard("nobody")).toBe(null);
});

test("what was stored is loaded in the order it was written, before what came since", () => {
  const stored = [item("a"), { ...item("b"), state: "sending" }];
  const outbox = filled("c");
  outbox.load([stored[1], stored[0], stored[1]]);
  expect(outbox.items.map((entry) => entry.client_id).slice(0, 2)).toEqual(["a", "b"]);
  expect(states(outbox).b).toBe("queued");
});

test("through any losses, repeats and refusals the server gets everything once, in order", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = seeded(seed);
    const outbox = new Outbox();
    /** @type {string[]} what the server stored, by conversation */
    const stored = { one: [], two: [] };
    const names = [];
    let flight = [];
    let now = 0;
    const serve = () => {
      const entry = flight.shift();
      if (!entry) return;
      const rows = stored[entry.conversation_id];
      if (!rows.includes(entry.client_id)) rows.push(entry.client_id);
      if (chance.next() < 0.7) outbox.ack(entry.client_id);
    };
    for (let step = 0; step < 300; step += 1) {
      now += 50;
      const dice = chance.next();
      if (dice < 0.25 && outbox.hasRoom && names.length < 60) {
        const id = `m${names.length}`;
        const conversation = chance.next() < 0.5 ? "one" : "two";
        names.push([conversation, id]);
        outbox.add(item(id, conversation));
      } else if (dice < 0.5) flight.push(...outbox.takeDue(now));
      else if (dice < 0.9) serve();
      else {
        flight = chance.next() < 0.5 ? [] : flight.slice(0, chance.below(flight.length + 1));
        while (flight.length) serve();
        outbox.lost();
      }
    }
    for (let round = 0; round < 200 && outbox.waiting; round += 1) {
      now += 1000;
      outbox.lost();
      flight = outbox.takeDue(now);
      while (flight.length) serve();
    }
    for (const conversation of ["one", "two"]) {
      const written = names.filter(([where]) => where === conversation).map(([, id]) => id);
      expect(stored[conversation]).toEqual(written);
    }
  }
});

test("of two tabs that carry a file each, neither undoes the other", () => {
  const stored = (key) => ({ id: `at the server: ${key}` });
  const files = (...done) => ["f1", "f2"].map((key) => ({ key, name: key, size: 1, stored: done.includes(key) ? stored(key) : null }));
  const [here, there] = [new Outbox(), new Outbox()];
  const written = { ...item("m"), files: files() };
  here.add(written);
  there.add(written);
  here.attach("m", "f1", stored("f1"));
  there.attach("m", "f2", stored("f2"));

  here.mergeFromTab({ ...there.find("m") });
  there.mergeFromTab({ ...here.find("m") });

  for (const outbox of [here, there]) {
    expect(outbox.find("m").files).toEqual(files("f1", "f2"));
    expect(outbox.hasWork).toBe(true);
  }
  // One that failed may have to be uploaded again: what is announced of it counts.
  here.mergeFromTab({ ...written, state: "failed", error: refusal });
  expect(here.find("m").files).toEqual(files());
});

test("what waits for a conversation that takes nothing more fails, and what waits for others does not", () => {
  const outbox = filled("a", "b", "c");
  outbox.add(item("d", "other"));
  outbox.takeDue(0);
  outbox.nack("a", wait, 0);
  outbox.add(item("e"));
  const gone = { kind: "FORBIDDEN", code: "not_a_member", message: "", retryable: false };

  expect(outbox.refuse("room", gone)).toEqual(["a", "e"]);
  // What is under way is answered by the server.
  expect(states(outbox)).toEqual({ a: "failed", b: "sending", c: "sending", d: "sending", e: "failed" });
  expect(outbox.find("e").error).toEqual(gone);
  expect(outbox.refuse("room", gone)).toEqual([]);
});

const reload = (outbox) => {
  const fresh = new Outbox();
  fresh.load(JSON.parse(JSON.stringify(outbox.items)));
  return fresh;
};

test("a message that ends every connection fails after so many sends, and the others go", () => {
  const outbox = filled("a", "poison", "b");
  outbox.add(item("x", "other"));
  let rounds = 0;
  for (; outbox.waiting && rounds < 100; rounds += 1) {
    const under = outbox.takeDue(0).map((entry) => entry.client_id);
    // The server reads in order: what stands before the poison is answered, what comes after it is not.
    const at = under.indexOf("poison");
    for (const id of at < 0 ? under : under.slice(0, at)) outbox.ack(id, 1);
    if (at >= 0) outbox.lost();
  }
  expect(states(outbox)).toEqual({ a: "acked", poison: "failed", b: "acked", x: "acked" });
  expect(outbox.find("poison").error.code).toBe("no_answer");
  expect(rounds).toBeLessThan(LIMITS.sends_max + 5);
  outbox.retry("poison", NOW);
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["poison"]);
});

test("what ends connections is found by sending one alone: its companions do not fail with it", () => {
  const outbox = new Outbox();
  for (let n = 0; n < 30; n += 1) outbox.add(item(n === 17 ? "poison" : `m${n}`, `room ${n % 7}`));
  for (let round = 0; outbox.waiting && round < 200; round += 1) {
    const under = outbox.takeDue(0).map((entry) => entry.client_id);
    // The worst server: whoever stands beside the poison is not answered either.
    if (under.includes("poison")) outbox.lost();
    else for (const id of under) outbox.ack(id, 1);
  }
  expect(outbox.items.filter((entry) => entry.state === "failed").map((entry) => entry.client_id)).toEqual(["poison"]);
});

test("the count of sends survives reloads", () => {
  let outbox = filled("a");
  for (let n = 0; n < LIMITS.sends_max; n += 1) {
    expect(outbox.takeDue(0).length).toBe(1);
    outbox = reload(outbox);
  }
  expect(states(outbox)).toEqual({ a: "failed" });
});

test("a message that gets no answer on a living connection is sent again, then fails", () => {
  const outbox = filled("a", "b");
  for (let n = 0; n < LIMITS.sends_max; n += 1) {
    outbox.takeDue(0);
    outbox.ack("b", 2);
    outbox.unanswered(["a"]);
  }
  expect(states(outbox)).toEqual({ a: "failed", b: "acked" });
  outbox.ack("a", 1);
  expect(states(outbox).a).toBe("acked");
});

test("an error that names nothing fails what is alone under way, and sends several one by one", () => {
  const error = { kind: "VALIDATION_ERROR", code: "malformed_frame", message: "", retryable: false };
  const outbox = filled("a", "b", "c");
  expect(outbox.refuseUnnamed(error)).toEqual([]);
  outbox.takeDue(0);
  expect(outbox.refuseUnnamed(error)).toEqual(["a", "b", "c"]);
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["a"]);
  outbox.ack("a", 1);
  expect(outbox.takeDue(0).map((entry) => entry.client_id)).toEqual(["b"]);
  expect(outbox.refuseUnnamed(error)).toEqual(["b"]);
  expect(states(outbox)).toEqual({ a: "acked", b: "failed", c: "queued" });
  expect(outbox.find("b").error).toEqual(error);
});

test("an answer that asks to wait starts the count again", () => {
  const outbox = filled("a");
  for (let n = 0; n < 3 * LIMITS.sends_max; n += 1) {
    outbox.takeDue(n * 1_000);
    outbox.nack("a", wait, n * 1_000);
  }
  expect(states(outbox)).toEqual({ a: "queued" });
});

test("whatever happens in whatever order, a message ends as sent or failed, and none is dropped", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    let outbox = new Outbox();
    const written = new Set();
    const done = new Set();
    let now = 0;
    const any = () => outbox.items[chance.below(outbox.items.length)]?.client_id ?? "none";
    const steps = [
      () => {
        if (written.size >= 40) return;
        const id = `m${written.size}`;
        written.add(id);
        outbox.add(item(id, `room ${chance.below(3)}`));
      },
      () => outbox.takeDue(now),
      () => outbox.ack(any(), 1),
      () => outbox.nack(any(), chance.next() < 0.5 ? wait : refusal, now),
      () => outbox.lost(),
      () => outbox.unanswered([any()]),
      () => outbox.refuseUnnamed(refusal),
      () => (outbox = reload(outbox)),
      () => outbox.retry(any(), NOW),
      () => outbox.mergeFromTab({ ...(outbox.find(any()) ?? item("stranger")), state: "sending" }),
      () => {
        const id = any();
        if (outbox.settle(id)) done.add(id);
      },
    ];
    for (let step = 0; step < 200; step += 1) {
      now += 100;
      steps[chance.below(steps.length)]();
    }
    // From now on the server is silent, on connections that break and connections that live.
    for (let round = 0; outbox.waiting && round < 2_000; round += 1) {
      now += 1_000;
      const under = outbox.takeDue(now);
      if (chance.next() < 0.5) outbox.lost();
      else outbox.unanswered(under.map((entry) => entry.client_id));
    }
    expect(outbox.waiting).toBe(0);
    for (const id of written) expect(done.has(id) || ["acked", "failed"].includes(outbox.find(id)?.state)).toBe(true);
  }
});

test("who takes over from another tab waits a moment for the answers to what that tab has removed already", () => {
  const outbox = filled("answered", "unanswered");
  for (const state of ["answered", "unanswered"]) outbox.mergeFromTab({ ...outbox.find(state), state: "sending" });
  takeOver(outbox, [outbox.find("unanswered")], NOW);
  expect(outbox.takeDue(NOW)).toEqual([]);
  outbox.mergeFromTab({ ...outbox.find("answered"), state: "acked" });
  expect(outbox.takeDue(NOW + 1_000).map((entry) => entry.client_id)).toEqual(["unanswered"]);
});

test("what was removed from the storage and never answered is sent again all the same", () => {
  const outbox = filled("removed");
  outbox.mergeFromTab({ ...outbox.find("removed"), state: "sending" });
  takeOver(outbox, [], NOW);
  expect(outbox.nextDueAt(NOW)).toBeGreaterThan(NOW);
  expect(outbox.takeDue(outbox.nextDueAt(NOW)).map((entry) => entry.client_id)).toEqual(["removed"]);
});
