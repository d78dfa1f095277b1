import { expect, test } from "bun:test";
import { Heartbeat, percentile } from "../../assets/nova/connection/heartbeat.js";
import { seeded } from "./random.mjs";

const HEARTBEAT = { visible_ms: 10_000, hidden_ms: 30_000, deadline_ms: 8_000 };

/** A line that was proven by its first ping, with this round trip. */
function proven(trip = 40) {
  const line = new Heartbeat(HEARTBEAT, 0);
  expect(line.poll(0, false)).toEqual({ do: "ping" });
  line.pong(line.id, trip);
  return line;
}

/** The time at which a silent line is given up, if nobody holds the timers back. */
function deadAt(line, from, isHidden = false) {
  let now = from;
  for (let turn = 0; turn < 99; turn += 1) {
    const due = line.poll(now, isHidden);
    if (due.do === "dead") return now;
    if (due.do === "wait") now = Math.max(now, due.until);
  }
  throw new Error("it was never given up");
}

test("a silent line is found within 15 seconds where it is fast, and 18 where it is slow", () => {
  expect(deadAt(proven(40), 41)).toBe(10_000 + 5_000);
  expect(deadAt(proven(1_900), 2_000)).toBe(10_000 + 7_600);
  expect(deadAt(proven(7_000), 7_001)).toBe(10_000 + 8_000);
});

test("a hidden tab finds it within 40 seconds of running timers", () => {
  expect(deadAt(proven(40), 41, true)).toBeLessThanOrEqual(40_000);
});

test("frames that keep arriving prove nothing: only the pong of the ping that is out counts", () => {
  const line = proven();
  line.poll(10_000, false);
  expect(line.pong(line.id - 1, 10_100)).toBe(null);
  expect(line.poll(15_000, false)).toEqual({ do: "dead" });
});

test("a message without answer finds a dead line within seven seconds", () => {
  const line = proven();
  line.unansweredSince(1_000);
  expect(deadAt(line, 1_000)).toBe(1_000 + 4_000 + 3_000);
});

test("the same when an ordinary ping was out already", () => {
  const line = proven();
  expect(line.poll(10_000, false)).toEqual({ do: "ping" });
  line.unansweredSince(10_001);
  expect(deadAt(line, 10_001)).toBeLessThanOrEqual(10_001 + 7_000);
});

test("a server that answers pings but not the message is slow, not dead", () => {
  const line = proven();
  line.unansweredSince(1_000);
  for (let now = 1_000; now < 60_000; ) {
    const due = line.poll(now, false);
    expect(due.do).not.toBe("dead");
    if (due.do === "ping") line.pong(line.id, now + 50);
    now = due.do === "wait" ? due.until : now + 51;
  }
});

test("a probe asks at once and is answered within two seconds, or the line is dead", () => {
  const line = proven();
  line.probe();
  expect(line.poll(3_000, false)).toEqual({ do: "ping" });
  expect(line.poll(3_000, false)).toEqual({ do: "wait", until: 5_000 });
  expect(line.poll(5_000, false)).toEqual({ do: "dead" });
});

test("a slow line is given the time it was measured to need", () => {
  const line = proven(1_500);
  line.probe();
  line.poll(3_000, false);
  expect(line.poll(8_999, false).do).toBe("wait");
});

test("a timer that was held back proves nothing the first time", () => {
  const line = proven();
  expect(line.poll(10_000, true)).toEqual({ do: "wait", until: 30_000 });
  expect(line.poll(30_000, true)).toEqual({ do: "ping" });
  expect(line.poll(90_000, true)).toEqual({ do: "ping" });
  expect(line.pong(line.id, 90_050)).toBe(50);
  expect(line.poll(90_051, true).do).toBe("wait");
});

test("a tab whose timers are always late gives a dead line up by the second silence", () => {
  const line = proven();
  line.poll(60_000, true);
  expect(line.poll(120_000, true)).toEqual({ do: "ping" });
  expect(line.poll(180_000, true)).toEqual({ do: "dead" });
});

test("a clock that was set back does not hold the next ping up", () => {
  const line = proven();
  line.poll(10_000_000, false);
  line.pong(line.id, 10_000_040);
  expect(line.poll(5_000, false)).toEqual({ do: "ping" });
});

test("a healthy line is never given up, whatever its delay and its timers", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = seeded(seed);
    const line = new Heartbeat(HEARTBEAT, 0);
    let now = 0;
    for (let turn = 0; turn < 200; turn += 1) {
      const due = line.poll(now, chance.next() < 0.3);
      expect(due.do).not.toBe("dead");
      if (due.do === "ping") {
        const trip = chance.next() * 1_900;
        // The answer arrives whenever it arrives, also while timers are held back.
        line.pong(line.id, now + trip);
        now += trip;
      } else now = due.until + (chance.next() < 0.1 ? chance.next() * 120_000 : chance.next() * 20);
      if (chance.next() < 0.1) line.probe();
      line.unansweredSince(chance.next() < 0.2 ? now : null);
    }
  }
});

test("percentiles are those of the samples", () => {
  expect(percentile([], 0.95)).toBe(0);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([...Array(100).keys()], 0.95)).toBe(94);
});
