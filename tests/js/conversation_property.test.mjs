import { afterAll, beforeAll, expect, setSystemTime, test } from "bun:test";
import { DEFAULTS as PAGE } from "../../assets/nova/generated/stores/conversation.js";
import { ROOM, me, openRoom, readViewInput, settle, stopPages, stubBrowser } from "./conversation_rig.mjs";
import { deepFreeze } from "./deep_freeze.mjs";
import { toReceipts } from "../../assets/nova/conversation/receipts.js";
import { toView } from "../../assets/nova/conversation/view_model.js";
import { seeded } from "./random.mjs";

const SEQUENCES = 1_000;
const EVENTS_MAX = 14;
const PAGE_MAX = 6;
const ben = { user_id: "ben", username: "ben", display_name: "Ben" };
const zoe = { user_id: "zoe", username: "zoe", display_name: "Zoe" };

let restoreBrowser = () => {};
beforeAll(() => {
  restoreBrowser = stubBrowser();
  setSystemTime(new Date("2026-01-02T12:00:00Z"));
});
afterAll(() => {
  stopPages();
  setSystemTime();
  restoreBrowser();
});

const stamp = (minute) => new Date(Date.UTC(2026, 0, 1, 23, 30 + minute)).toISOString();

/** The conversation as the server has it: numbered events of three people, some sent from this page. */
function conversationOf(random) {
  const length = 1 + random.below(EVENTS_MAX);
  const events = Array.from({ length }, (_, n) => {
    const shared = { conversation_id: ROOM, seq: n + 1, created_at: stamp(3 * n) };
    const line = random.below(18);
    if (line < 2) return { ...shared, ...zoe, type: "member", action: ["joined", "removed"][line], actor_id: "ben", actor_name: "Ben" };
    if (line === 2) return { ...shared, type: "renamed", title: `Room ${n}`, actor_id: "ben", actor_name: "Ben" };
    const author_id = ["me", "ben", "zoe"][random.below(3)];
    return { ...shared, type: "message", message_id: `m${n}`, client_id: `c${n}`, author_id, text: `text ${n}` };
  });
  const last_message = events.findLast((event) => event.type === "message") ?? null;
  const read_seq = random.below(length + 1);
  const summary = {
    id: ROOM, kind: "group", title: "Room", members: [me, ben], last_seq: random.below(length + 1), read_seq,
    unread: random.below(3), created_at: stamp(0), last_message,
  };
  const sent = events.filter((event) => event.author_id === "me" && random.below(2));
  return { events, summary, outbox: sent.map(toItem) };
}

const toItem = ({ client_id, text, created_at, seq }) => ({
  client_id, conversation_id: ROOM, text, created_at, order: seq, state: "queued", error: null,
});

/** One step: a frame of the server, an answer to a request, or a page of older messages that is asked for. */
function stepOf(random, { events, summary, outbox }) {
  const event = events[random.below(events.length)];
  const person = random.below(2) ? ben : me;
  switch (random.below(14)) {
    case 0:
      return { answerUpTo: random.below(events.length + 1) };
    case 1:
      return { older: true };
    case 2:
      return { frame: { type: random.below(2) ? "read" : "delivered", conversation_id: ROOM, user_id: person.user_id, seq: event.seq } };
    case 3:
      return { frame: { type: "profile", ...ben, display_name: `Ben ${random.below(3)}` } };
    case 4:
      return { frame: { type: "conversation", conversation: { ...summary, last_seq: event.seq } } };
    case 5:
      return random.below(4) ? { frame: { type: "presence", online: ["ben"], offline: [] } } : { frame: { type: "reset", conversation_id: ROOM, last_seq: events.length } };
    case 6: {
      const item = outbox[random.below(outbox.length)];
      return item ? { frame: { type: "ack", client_id: item.client_id, seq: item.order, duplicate: false } } : { older: true };
    }
    default:
      return { frame: event };
  }
}

/** A page of history: the newest `PAGE_MAX` messages before what is asked for, and the events between them. */
const historyOf = ({ server }, events, limit) => ({ path, seen }) => {
  const before = Number(/before_seq=(\d+)/.exec(path)?.[1] ?? Infinity);
  const upTo = Math.max(limit, seen);
  server.seen = Math.max(server.seen, upTo);
  const found = events.filter((event) => event.seq <= upTo && event.seq < before);
  const messages = found.filter((event) => event.type === "message");
  const items = messages.slice(-PAGE_MAX);
  const has_older = messages.length > PAGE_MAX;
  const between = found.filter((event) => event.type !== "message" && (!has_older || event.seq > items[0].seq));
  return { items, events: between, last_seq: upTo, has_more: has_older, has_older, former_authors: [] };
};

/** Frames between two other steps, cut into chunks by `cut`. */
async function deliver({ messenger, server }, frames, cut) {
  for (const chunk of cut(frames)) {
    server.seen = Math.max(server.seen, ...chunk.map((frame) => frame.seq ?? frame.last_seq ?? 0));
    messenger.onFrames(structuredClone(chunk));
    await settle();
  }
}

/** Run a sequence on a new page; returns the page. */
async function run({ conversation, steps, isComplete }, cut) {
  const page = openRoom();
  const { messenger, open, answer } = page;
  messenger.onFrames([{ type: "welcome", conversations: [conversation.summary], recovered: {} }]);
  messenger.outboxWorker.outbox.load(structuredClone(conversation.outbox));
  open.activate(ROOM);
  await settle();
  let frames = [];
  for (const step of steps) {
    if (step.frame) {
      frames.push(step.frame);
      continue;
    }
    await deliver(page, frames, cut);
    frames = [];
    if (step.older) void open.windowLoader.loadOlder(true);
    else await answer(historyOf(page, conversation.events, step.answerUpTo));
  }
  await deliver(page, frames, cut);
  if (isComplete) await complete(page, conversation.events, cut);
  await settle();
  return page;
}

/** Deliver everything that is missing, as the server does after a while. */
async function complete(page, events, cut) {
  while (page.asked.length) await page.answer(historyOf(page, events, events.length));
  await deliver(page, events, cut);
}

function sequenceOf(seed) {
  const random = seeded(seed);
  const conversation = conversationOf(random);
  const steps = Array.from({ length: random.below(20) }, () => stepOf(random, conversation));
  return { conversation, steps, isComplete: random.below(2) === 0 };
}

const whole = (frames) => [frames];
const oneByOne = (frames) => [[], ...frames.flatMap((frame) => [[frame], []])];
const randomly = (random) => (frames) => {
  const chunks = [[]];
  for (const frame of frames) {
    while (random.below(3) === 0) chunks.push([]);
    chunks[chunks.length - 1].push(frame);
  }
  return chunks;
};

/** What is shown: how rows are put into blocks depends on what was shown before (`row_blocks.test.mjs`). */
const shown = (/** @type {any} */ { blocks, ...view }) => ({ ...view, shown: blocks.flatMap((/** @type {any} */ block) => block.rows) });

test("the same frames in any chunks give the same rows", async () => {
  for (let seed = 1; seed <= SEQUENCES; seed += 1) {
    const sequence = sequenceOf(seed);
    const pages = [];
    for (const cut of [whole, oneByOne, randomly(seeded(seed))]) pages.push(await run(sequence, cut));
    const [expected, ...others] = pages.map((page) => shown(page.stores.messages.get()));
    for (const other of others) expect({ seed, ...other }).toEqual({ seed, ...expected });
    stopPages();
  }
}, 120_000);

test("rendering changes nothing that it reads, and gives the same rows again", async () => {
  for (let seed = 1; seed <= SEQUENCES; seed += 1) {
    const { messenger, open, stores } = await run(sequenceOf(seed), whole);
    open.showReceipts(1 + (seed % EVENTS_MAX));
    const input = deepFreeze(structuredClone(readViewInput(messenger, open.historyLoader, open.state.get())));
    const first = deepFreeze(toView(input, PAGE.messages));
    expect(toView(input, first)).toEqual(first);
    expect(toView(input, first).rows).toBe(first.rows);
    const receipts = deepFreeze(toReceipts(input, PAGE.receipts));
    expect(toReceipts(input, receipts)).toEqual(receipts);
    expect(shown(stores.messages.get())).toEqual(shown(first));
    stopPages();
  }
}, 120_000);

test("rows have no gap and no repeat, and end with the newest event once everything was delivered", async () => {
  for (let seed = 1; seed <= SEQUENCES; seed += 1) {
    const sequence = sequenceOf(seed);
    const page = await run(sequence, whole);
    if (sequence.isComplete) {
      // The page begins at the first unread message.
      page.open.jumpToNewest();
      await complete(page, sequence.conversation.events, whole);
    }
    const rows = page.rows();
    const numbers = rows.map((row) => row.seq).filter(Boolean);
    expect({ seed, numbers }).toEqual({ seed, numbers: numbers.map((_, n) => numbers[0] + n) });
    expect({ seed, keys: new Set(rows.map((row) => row.key)).size }).toEqual({ seed, keys: rows.length });
    if (sequence.isComplete) expect({ seed, last: numbers.at(-1) }).toEqual({ seed, last: sequence.conversation.events.length });
    stopPages();
  }
}, 120_000);

test("frames that were received before change no row, and no row is rendered again", async () => {
  for (let seed = 1; seed <= SEQUENCES / 5; seed += 1) {
    const sequence = { ...sequenceOf(seed), isComplete: true };
    const page = await run(sequence, whole);
    const rows = page.rows();
    await deliver(page, sequence.conversation.events, oneByOne);
    page.messenger.render();
    expect(page.rows()).toBe(rows);
    stopPages();
  }
}, 120_000);
