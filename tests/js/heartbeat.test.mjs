import { expect, test } from "bun:test";
import { Heartbeat, percentile } from "../../assets/nova/connection/heartbeat.js";
import { seeded } from "./random.mjs";

const HEARTBEAT = { visible_ms: 10_000, hidden_ms: 30_000, deadline_ms: 8_000 };

/** A connection that was proven by its first ping, with this round trip. */
function proven(trip = 40) {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  expect(heartbeat.poll(0, false)).toEqual({ do: "ping" });
  heartbeat.pong(heartbeat.id, trip);
  return heartbeat;
}

/** The time at which a silent connection is given up, if nobody holds the timers back. */
function deadAt(heartbeat, from, isHidden = false) {
  let now = from;
  for (let turn = 0; turn < 99; turn += 1) {
    const due = heartbeat.poll(now, isHidden);
    if (due.do === "dead") return now;
    if (due.do === "wait") now = Math.max(now, due.until);
  }
  throw new Error("it was never given up");
}

test("a silent connection is found within 15 seconds where it is fast, and 18 where it is slow", () => {
  expect(deadAt(proven(40), 41)).toBe(10_000 + 5_000);
  expect(deadAt(proven(1_900), 2_000)).toBe(10_000 + 7_600);
  expect(deadAt(proven(7_000), 7_001)).toBe(10_000 + 8_000);
});

test("a hidden tab finds it within 40 seconds of running timers", () => {
  expect(deadAt(proven(40), 41, true)).toBeLessThanOrEqual(40_000);
});

test("frames that keep arriving prove nothing: only the pong of the ping that is out counts", () => {
  const heartbeat = proven();
  heartbeat.poll(10_000, false);
  expect(heartbeat.pong(heartbeat.id - 1, 10_100)).toBe(null);
  expect(heartbeat.poll(15_000, false)).toEqual({ do: "dead" });
});

test("a message without answer finds a dead connection within seven seconds", () => {
  const heartbeat = proven();
  heartbeat.unansweredSince(1_000);
  expect(deadAt(heartbeat, 1_000)).toBe(1_000 + 4_000 + 3_000);
});

test("the same when an ordinary ping was out already", () => {
  const heartbeat = proven();
  expect(heartbeat.poll(10_000, false)).toEqual({ do: "ping" });
  heartbeat.unansweredSince(10_001);
  expect(deadAt(heartbeat, 10_001)).toBeLessThanOrEqual(10_001 + 7_000);
});

test("a server that answers pings but not the message is slow, not dead", () => {
  const heartbeat = proven();
  heartbeat.unansweredSince(1_000);
  for (let now = 1_000; now < 60_000; ) {
    const due = heartbeat.poll(now, false);
    expect(due.do).not.toBe("dead");
    if (due.do === "ping") heartbeat.pong(heartbeat.id, now + 50);
    now = due.do === "wait" ? due.until : now + 51;
  }
});

test("a probe asks at once and is answered within two seconds, or the connection is dead", () => {
  const heartbeat = proven();
  heartbeat.probe();
  expect(heartbeat.poll(3_000, false)).toEqual({ do: "ping" });
  expect(heartbeat.poll(3_000, false)).toEqual({ do: "wait", until: 5_000 });
  expect(heartbeat.poll(5_000, false)).toEqual({ do: "dead" });
});

test("a slow connection is given the time it was measured to need", () => {
  const heartbeat = proven(1_500);
  heartbeat.probe();
  heartbeat.poll(3_000, false);
  expect(heartbeat.poll(8_999, false).do).toBe("wait");
});

test("a timer that was held back proves nothing the first time", () => {
  const heartbeat = proven();
  expect(heartbeat.poll(10_000, true)).toEqual({ do: "wait", until: 30_000 });
  expect(heartbeat.poll(30_000, true)).toEqual({ do: "ping" });
  expect(heartbeat.poll(90_000, true)).toEqual({ do: "ping" });
  expect(heartbeat.pong(heartbeat.id, 90_050)).toBe(50);
  expect(heartbeat.poll(90_051, true).do).toBe("wait");
});

test("a tab whose timers are always late gives a dead connection up by the second silence", () => {
  const heartbeat = proven();
  heartbeat.poll(60_000, true);
  expect(heartbeat.poll(120_000, true)).toEqual({ do: "ping" });
  expect(heartbeat.poll(180_000, true)).toEqual({ do: "dead" });
});

test("a clock that was set back does not hold the next ping up", () => {
  const heartbeat = proven();
  heartbeat.poll(10_000_000, false);
  heartbeat.pong(heartbeat.id, 10_000_040);
  expect(heartbeat.poll(5_000, false)).toEqual({ do: "ping" });
});

test("a healthy connection is never given up, whatever its delay and its timers", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = seeded(seed);
    const heartbeat = new Heartbeat(HEARTBEAT, 0);
    let now = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const due = heartbeat.poll(now, chance.next() < 0.3);
      expect(due.do).not.toBe("dead");
      if (due.do === "ping") {
        const trip = chance.next() * 1_900;
        // The answer arrives whenever it arrives, also while timers are held back.
        heartbeat.pong(heartbeat.id, now + trip);
        now += trip;
      } else now = due.until + (chance.next() < 0.1 ? chance.next() * 120_000 : chance.next() * 20);
      if (chance.next() < 0.1) heartbeat.probe();
      heartbeat.unansweredSince(chance.next() < 0.2 ? now : null);
    }
  }
});

test("percentiles are those of the samples", () => {
  expect(percentile([], 0.95)).toBe(0);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([...Array(100).keys()], 0.95)).toBe(94);
});
