import { expect, test } from "bun:test";
import { ConversationLog } from "../../assets/nova/messages/event_log.js";
import { seeded } from "./random.mjs";

const event = (seq) => ({ type: "message", seq, client_id: `c${seq}`, text: String(seq) });
const seqs = (log) => log.events.map((item) => item.seq);

function seededLog(last = 3) {
  const log = new ConversationLog();
  log.seed(Array.from({ length: last }, (_, i) => event(i + 1)), last, false);
  return log;
}

test("events are shown in order, and a repeat changes nothing", () => {
  const log = seededLog();
  expect(log.receive(event(4)).map((item) => item.seq)).toEqual([4]);
  expect(log.receive(event(4))).toEqual([]);
  expect(log.receive(event(2))).toEqual([]);
  expect(seqs(log)).toEqual([1, 2, 3, 4]);
});

test("what follows a gap is held until the gap is filled", () => {
  const log = seededLog();
  expect(log.receive(event(7))).toEqual([]);
  expect(log.gap).toEqual({ after_seq: 3, until_seq: 6 });
  log.receive(event(4));
  expect(log.gap).toEqual({ after_seq: 4, until_seq: 6 });
  log.receive(event(6));
  expect(log.receive(event(5)).map((item) => item.seq)).toEqual([5, 6, 7]);
  expect(log.gap).toBe(null);
});

test("what comes before the history is held and joined to it", () => {
  const log = new ConversationLog();
  for (const seq of [9, 10, 11]) expect(log.receive(event(seq))).toEqual([]);
  expect(log.gap).toBe(null);
  log.seed([event(8), event(9)], 9, true);
  expect(seqs(log)).toEqual([8, 9, 10, 11]);
});

test("only the newest are kept, and it is known that there are older ones", () => {
  const log = seededLog();
  for (let seq = 4; seq <= 1_000; seq += 1) log.receive(event(seq));
  expect(seqs(log)).toEqual(Array.from({ length: 300 }, (_, i) => 701 + i));
  expect([log.last, log.hasOlder]).toEqual([1_000, true]);
});

test("a reset forgets everything", () => {
  const log = seededLog();
  log.reset();
  expect([log.events, log.last, log.seeded]).toEqual([[], 0, false]);
});

test("whatever the order, the repeats and the holes, everything is shown once and in order", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const chance = seeded(seed);
    const total = 5 + chance.below(40);
    const log = new ConversationLog();
    const seedAt = chance.below(20);
    for (let step = 0; step < total * 6; step += 1) {
      if (step === seedAt) {
        const last = chance.below(total);
        log.seed(Array.from({ length: last }, (_, i) => event(i + 1)), last, false);
      }
      log.receive(event(1 + chance.below(total)));
      expect(seqs(log)).toEqual(Array.from({ length: log.last }, (_, i) => i + 1));
    }
    for (let guard = 0; guard < total; guard += 1) {
      const gap = log.gap;
      if (!gap) break;
      for (let seq = gap.after_seq + 1; seq <= gap.until_seq; seq += 1) log.receive(event(seq));
    }
    log.receive(event(total));
    const rest = log.gap;
    if (rest) for (let seq = rest.after_seq + 1; seq <= rest.until_seq; seq += 1) log.receive(event(seq));
    expect(seqs(log)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  }
});

test("what is known to exist and is not here is a gap, also when nothing came behind it", () => {
  const log = seededLog();
  log.expect(5);
  expect(log.isBehind).toBe(true);
  expect(log.gap).toEqual({ after_seq: 3, until_seq: 5 });
  log.receive(event(7));
  expect(log.gap).toEqual({ after_seq: 3, until_seq: 6 });
  for (const seq of [4, 5, 6]) log.receive(event(seq));
  expect([log.isBehind, log.gap, log.last]).toEqual([false, null, 7]);
});

test("history that was read before the newest event is found to be behind", () => {
  const log = new ConversationLog();
  log.expect(11);
  expect(log.isBehind).toBe(false);
  log.seed([event(9), event(10)], 10, true);
  expect(log.gap).toEqual({ after_seq: 10, until_seq: 11 });
});

test("a gap is asked for once, and again only after a while", () => {
  const log = seededLog();
  log.receive(event(6));
  expect(log.takeGap(1000)).toEqual({ after_seq: 3, until_seq: 5 });
  expect(log.takeGap(1500)).toBe(null);
  log.receive(event(4));
  expect(log.takeGap(1600)).toEqual({ after_seq: 4, until_seq: 5 });
  expect(log.takeGap(1600 + 2000)).toEqual({ after_seq: 4, until_seq: 5 });
});

test("a reset believes the number it was sent, be it lower", () => {
  const log = seededLog();
  log.expect(9);
  log.reset(2);
  log.seed([event(1), event(2)], 2, false);
  expect(log.isBehind).toBe(false);
});
