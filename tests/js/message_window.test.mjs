import { expect, test } from "bun:test";
import { ConversationLog } from "../../assets/nova/messages/event_log.js";
import * as messageWindows from "../../assets/nova/conversation/message_window.js";
import { LIMITS } from "../../assets/nova/generated/codes.js";
import { seeded } from "./random.mjs";

const { WINDOW_MAX } = messageWindows;
const event = (seq) => ({ type: "message", seq, client_id: `c${seq}`, text: String(seq) });
const range = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => event(first + i));
const seqs = (messageWindow) => messageWindow.events.map((item) => item.seq);
const ends = (messageWindow) => [messageWindow.events[0]?.seq, messageWindow.events.at(-1)?.seq];

/** A log that holds the newest page of a conversation of so many messages. */
function logOf(last, page = 50) {
  const log = new ConversationLog();
  log.seed(range(Math.max(1, last - page + 1), last), last, last > page);
  return log;
}

test("it begins with the newest, attached, and takes what comes", () => {
  const log = logOf(1_000);
  const messageWindow = messageWindows.newestOf(log);
  expect([...ends(messageWindow), messageWindow.hasOlder, messageWindow.hasNewer]).toEqual([951, 1_000, true, false]);
  expect(ends(messageWindows.receive(messageWindow, log.receive(event(1_001)), true))).toEqual([951, 1_001]);
});

test("what is added above is dropped below, and then nothing live is added", () => {
  let messageWindow = messageWindows.newestOf(logOf(1_000));
  for (let first = 901; first >= 651; first -= 50) messageWindow = messageWindows.prepend(messageWindow, range(first, first + 49), true);
  expect([...ends(messageWindow), messageWindow.hasNewer]).toEqual([651, 950, true]);
  expect(messageWindows.receive(messageWindow, [event(1_001)], false)).toBe(messageWindow);
});

test("after a jump it loads up to where the log begins, and from there with the log", () => {
  const log = logOf(1_000);
  let messageWindow = messageWindows.begin(range(800, 849), true, log);
  expect(messageWindow.hasNewer).toBe(true);
  expect(messageWindows.heldAfter(messageWindow, log)).toBe(null);
  messageWindow = messageWindows.append(messageWindow, range(850, 899), log);
  messageWindow = messageWindows.append(messageWindow, range(900, 950), log);
  expect(messageWindows.heldAfter(messageWindow, log)).toHaveLength(50);
  messageWindow = messageWindows.append(messageWindow, messageWindows.heldAfter(messageWindow, log).slice(0, 20), log);
  expect(messageWindow.hasNewer).toBe(true);
  messageWindow = messageWindows.append(messageWindow, messageWindows.heldAfter(messageWindow, log), log);
  expect([...ends(messageWindow), messageWindow.hasNewer]).toEqual([800, 1_000, false]);
});

test("a jump to the newest page is attached at once; before the log is known it is not", () => {
  const page = range(976, 1_000);
  expect(messageWindows.begin(page, true, logOf(1_000)).hasNewer).toBe(false);
  expect(messageWindows.begin(page, true, new ConversationLog()).hasNewer).toBe(true);
});

test("whoever reads further up loses nothing to what comes; whoever is at the bottom sees it", () => {
  const full = { events: range(1, WINDOW_MAX), hasOlder: false, hasNewer: false };
  const live = range(WINDOW_MAX + 1, WINDOW_MAX + 2);
  const read = messageWindows.receive(full, live, false);
  expect([...ends(read), read.hasNewer]).toEqual([1, WINDOW_MAX, true]);
  const watched = messageWindows.receive(full, live, true);
  expect([...ends(watched), watched.hasOlder, watched.hasNewer]).toEqual([3, WINDOW_MAX + 2, true, false]);
});

test("rows of messages that wait count: those that are added at one end make room at the other", () => {
  const log = logOf(1_000, WINDOW_MAX);
  const full = messageWindows.newestOf(log);
  const rows = ({ events, hasNewer }, waiting) => events.length + (hasNewer ? 0 : waiting);
  const atBottom = messageWindows.makeRoom(full, 100, true);
  expect([...ends(atBottom), atBottom.hasOlder, atBottom.hasNewer]).toEqual([801, 1_000, true, false]);
  const above = messageWindows.makeRoom(full, 100, false);
  expect([...ends(above), above.hasNewer]).toEqual([701, 1_000, true]);
  const older = messageWindows.prepend(atBottom, range(751, 800), true, 100);
  expect([...ends(older), older.hasNewer]).toEqual([751, 1_000, true]);
  const back = messageWindows.append(older, [], log, 100);
  expect([...ends(back), back.hasNewer]).toEqual([801, 1_000, false]);
  const read = messageWindows.receive(back, log.receive(event(1_001)), false, 100);
  for (const one of [atBottom, above, older, back, read]) expect(rows(one, 100)).toBeLessThanOrEqual(WINDOW_MAX);
  expect(messageWindows.makeRoom(back, 99, true)).toBe(back);
});

test("a member's coming is no message that can be jumped to", () => {
  const messageWindow = { ...messageWindows.EMPTY, events: [event(1), { type: "member", seq: 2 }] };
  expect([1, 2, 3].map((seq) => messageWindows.holds(messageWindow, seq))).toEqual([true, false, false]);
});

test("whatever is loaded, jumped to and received: no hole, nothing twice, in order, and never too many", () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const chance = seeded(seed);
    let last = 1 + chance.below(1_500);
    const log = logOf(last);
    let messageWindow = messageWindows.newestOf(log);
    const page = (first, count) => range(Math.max(1, first), Math.min(last, first + count - 1));
    const steps = [
      () => {
        const first = messageWindow.events[0].seq;
        if (messageWindow.hasOlder) messageWindow = messageWindows.prepend(messageWindow, range(Math.max(1, first - 50), first - 1), first > 51);
      },
      () => {
        if (!messageWindow.hasNewer) return;
        const held = messageWindows.heldAfter(messageWindow, log);
        const next = held ? held.slice(0, 50) : page(messageWindow.events.at(-1).seq + 1, 50);
        messageWindow = messageWindows.append(messageWindow, next, log);
      },
      () => {
        const target = 1 + chance.below(last);
        messageWindow = messageWindows.begin(page(target - 25, 50), target > 26, log);
      },
      () => {
        const count = 1 + chance.below(chance.below(8) ? 3 : 400);
        for (const live of range(last + 1, last + count)) {
          messageWindow = messageWindows.receive(messageWindow, log.receive(live), chance.below(2) === 0);
        }
        last += count;
      },
      () => (messageWindow = messageWindows.newestOf(log)),
    ];
    for (let step = 0; step < 60; step += 1) {
      steps[chance.below(steps.length)]();
      const [first, end] = ends(messageWindow);
      expect(seqs(messageWindow)).toEqual(range(first, end).map((item) => item.seq));
      expect(messageWindow.events.length).toBeLessThanOrEqual(WINDOW_MAX);
      expect(messageWindow.hasOlder).toBe(first > 1);
      // Attached is exactly: it ends with the newest; detached may be so only until it is rendered.
      if (!messageWindow.hasNewer) expect(end).toBe(last);
      if (end < last) expect(messageWindow.hasNewer).toBe(true);
    }
  }
});

test("a full window never goes back to the edge that it has just left, however tall the view is", () => {
  const full = { events: range(1, WINDOW_MAX), hasOlder: true, hasNewer: true };
  const [row, pageRows] = [26, LIMITS.history_page];
  const whole = WINDOW_MAX * row;
  for (let height = 400; height < whole; height += 100) {
    for (let above = 0; above <= whole - height; above += 50) {
      const below = whole - height - above;
      if (!messageWindows.shouldGrow(full, { here: above, there: below, whole })) continue;
      const moved = { here: below - pageRows * row, there: above + pageRows * row, whole };
      expect(messageWindows.shouldGrow(full, moved)).toBe(false);
    }
    // Whoever is at an edge of a view that leaves a page beyond it goes on.
    if (height < whole - pageRows * row) expect(messageWindows.shouldGrow(full, { here: 0, there: whole - height, whole })).toBe(true);
  }
  const room = { ...full, events: range(1, 100) };
  expect(messageWindows.shouldGrow(room, { here: 500, there: 0, whole: 2_600 })).toBe(true);
});

test("what stands just beyond an edge is remembered while a page is added, so that the rows at it do not change with each part", () => {
  const log = logOf(1_000);
  const full = messageWindows.prepend(messageWindows.newestOf(log), range(701, 950), true);
  const part = messageWindows.prependPart(full, { items: range(651, 700), hasOlder: true }, 0, 2);
  expect([part.above?.seq, part.below?.seq, part.hasNewer, ...ends(part)]).toEqual([698, 999, true, 699, 998]);
  expect(messageWindows.settle(part).above).toBeNull();
  const back = messageWindows.append(part, range(999, 1_000), log);
  expect([back.above?.seq, back.below, ...ends(back)]).toEqual([700, null, 701, 1_000]);
});

test("a page is prepended in parts, its last events first; older ones follow until its last part", () => {
  const page = { items: range(951 - 5, 950), hasOlder: false };
  const one = messageWindows.prependPart(messageWindows.newestOf(logOf(1_000)), page, 0, 3);
  const two = messageWindows.prependPart(one, page, 3, 3);
  expect([...ends(one), one.hasOlder, one.above?.seq]).toEqual([948, 1_000, true, 947]);
  expect([...ends(two), two.hasOlder, two.above]).toEqual([946, 1_000, false, null]);
});
