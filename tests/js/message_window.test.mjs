import { expect, test } from "bun:test";
import { ConversationLog } from "../../assets/nova/messages/event_log.js";
import * as stretches from "../../assets/nova/conversation/message_window.js";
import { seeded } from "./random.mjs";

const { STRETCH_MAX } = stretches;
const event = (seq) => ({ type: "message", seq, client_id: `c${seq}`, text: String(seq) });
const range = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => event(first + i));
const seqs = (stretch) => stretch.events.map((item) => item.seq);
const ends = (stretch) => [stretch.events[0]?.seq, stretch.events.at(-1)?.seq];

/** A log that holds the newest page of a conversation of so many messages. */
function logOf(last, page = 50) {
  const log = new ConversationLog();
  log.seed(range(Math.max(1, last - page + 1), last), last, last > page);
  return log;
}

test("it begins with the newest, attached, and takes what comes", () => {
  const log = logOf(1_000);
  const stretch = stretches.newestOf(log);
  expect([...ends(stretch), stretch.hasOlder, stretch.hasNewer]).toEqual([951, 1_000, true, false]);
  expect(ends(stretches.receive(stretch, log.receive(event(1_001)), true))).toEqual([951, 1_001]);
});

test("what is added above is dropped below, and then nothing live is added", () => {
  let stretch = stretches.newestOf(logOf(1_000));
  for (let first = 901; first >= 651; first -= 50) stretch = stretches.prepend(stretch, range(first, first + 49), true);
  expect([...ends(stretch), stretch.hasNewer]).toEqual([651, 950, true]);
  expect(stretches.receive(stretch, [event(1_001)], false)).toBe(stretch);
});

test("behind a jump it goes on to where the log begins, and from there with the log", () => {
  const log = logOf(1_000);
  let stretch = stretches.begin(range(800, 849), true, log);
  expect(stretch.hasNewer).toBe(true);
  expect(stretches.heldBehind(stretch, log)).toBe(null);
  stretch = stretches.append(stretch, range(850, 899), log);
  stretch = stretches.append(stretch, range(900, 950), log);
  expect(stretches.heldBehind(stretch, log)).toHaveLength(50);
  stretch = stretches.append(stretch, stretches.heldBehind(stretch, log).slice(0, 20), log);
  expect(stretch.hasNewer).toBe(true);
  stretch = stretches.append(stretch, stretches.heldBehind(stretch, log), log);
  expect([...ends(stretch), stretch.hasNewer]).toEqual([800, 1_000, false]);
});

test("a jump to the newest page is attached at once; before the log is known it is not", () => {
  const page = range(976, 1_000);
  expect(stretches.begin(page, true, logOf(1_000)).hasNewer).toBe(false);
  expect(stretches.begin(page, true, new ConversationLog()).hasNewer).toBe(true);
});

test("whoever reads further up loses nothing to what comes; whoever looks at the newest sees it", () => {
  const full = { events: range(1, STRETCH_MAX), hasOlder: false, hasNewer: false };
  const live = range(STRETCH_MAX + 1, STRETCH_MAX + 2);
  const read = stretches.receive(full, live, false);
  expect([...ends(read), read.hasNewer]).toEqual([1, STRETCH_MAX, true]);
  const watched = stretches.receive(full, live, true);
  expect([...ends(watched), watched.hasOlder, watched.hasNewer]).toEqual([3, STRETCH_MAX + 2, true, false]);
});

test("a member's coming is no message that can be jumped to", () => {
  const stretch = { ...stretches.EMPTY, events: [event(1), { type: "member", seq: 2 }] };
  expect([1, 2, 3].map((seq) => stretches.holds(stretch, seq))).toEqual([true, false, false]);
});

test("whatever is loaded, jumped to and received: no hole, nothing twice, in order, and never too many", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    let last = 1 + chance.below(1_500);
    const log = logOf(last);
    let stretch = stretches.newestOf(log);
    const page = (first, count) => range(Math.max(1, first), Math.min(last, first + count - 1));
    const steps = [
      () => {
        const first = stretch.events[0].seq;
        if (stretch.hasOlder) stretch = stretches.prepend(stretch, range(Math.max(1, first - 50), first - 1), first > 51);
      },
      () => {
        if (!stretch.hasNewer) return;
        const held = stretches.heldBehind(stretch, log);
        const next = held ? held.slice(0, 50) : page(stretch.events.at(-1).seq + 1, 50);
        stretch = stretches.append(stretch, next, log);
      },
      () => {
        const target = 1 + chance.below(last);
        stretch = stretches.begin(page(target - 25, 50), target > 26, log);
      },
      () => {
        const count = 1 + chance.below(chance.below(8) ? 3 : 400);
        for (const live of range(last + 1, last + count)) {
          stretch = stretches.receive(stretch, log.receive(live), chance.below(2) === 0);
        }
        last += count;
      },
      () => (stretch = stretches.newestOf(log)),
    ];
    for (let step = 0; step < 60; step += 1) {
      steps[chance.below(steps.length)]();
      const [first, end] = ends(stretch);
      expect(seqs(stretch)).toEqual(range(first, end).map((item) => item.seq));
      expect(stretch.events.length).toBeLessThanOrEqual(STRETCH_MAX);
      expect(stretch.hasOlder).toBe(first > 1);
      // Attached is exactly: it ends with the newest; detached may be so only until somebody looks.
      if (!stretch.hasNewer) expect(end).toBe(last);
      if (end < last) expect(stretch.hasNewer).toBe(true);
    }
  }
});
