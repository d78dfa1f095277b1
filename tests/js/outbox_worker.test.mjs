import { afterEach, beforeEach, expect, jest, setSystemTime, test } from "bun:test";
import { LIMITS } from "../../assets/nova/generated/codes.js";
import { openMemoryOutbox } from "../../assets/nova/messages/storage_memory.js";
import { applyTabNews } from "../../assets/nova/messages/tab_news.js";
import { OutboxWorker } from "../../assets/nova/messages/outbox_worker.js";

const UNNAMED = { kind: "VALIDATION_ERROR", code: "malformed_frame", message: "", retryable: false };
const START = Date.parse("2026-01-01T00:00:00Z");
let now;

beforeEach(() => {
  jest.useFakeTimers();
  now = START;
  setSystemTime(now);
});
afterEach(() => {
  jest.useRealTimers();
  setSystemTime();
});

const turns = async () => {
  for (let n = 0; n < 50; n += 1) await Promise.resolve();
};
async function pass(ms) {
  now += ms;
  setSystemTime(now);
  jest.advanceTimersByTime(ms);
  await turns();
}

/** A page whose connection takes everything; `sent` is what went out. */
async function page() {
  const sent = [];
  const failed = [];
  const stats = { resends: 0, duplicate_acks: 0, acked() {}, refused() {} };
  const needed = [];
  const onFilesNeeded = (files) => needed.push(...files.map(({ file }) => file.key));
  const outboxWorker = new OutboxWorker({
    send: (text) => sent.push(JSON.parse(text)), onFilesNeeded, stats, onChange() {}, onStorageFault() {}, onUnanswered() {},
    onSendFailed: (error) => failed.push(error.code),
  });
  const storage = openMemoryOutbox();
  outboxWorker.storage = Object.assign(storage, { close() {} });
  outboxWorker.tabLock = { isHeld: true, want() {}, release() {} };
  outboxWorker.isSendingTab = true;
  outboxWorker.isOpenForFlush = true;
  return { outboxWorker, sent, failed, needed, storage, stats };
}
const write = async ({ outboxWorker }, text) => {
  await outboxWorker.submit("room", text);
  return outboxWorker.outbox.items.at(-1).client_id;
};
const resume = ({ outboxWorker }) => {
  outboxWorker.isSendingTab = true;
  outboxWorker.tabLock.isHeld = true;
  outboxWorker.resume();
};

test("a message without an answer on a living connection is sent again a bounded number of times, then fails", async () => {
  const here = await page();
  const id = await write(here, "nobody answers");
  for (let n = 0; n < LIMITS.sends_max + 3; n += 1) await pass(LIMITS.answer_max_ms);
  expect(here.sent.map((frame) => frame.client_id)).toEqual(Array(LIMITS.sends_max).fill(id));
  expect(here.outboxWorker.outbox.find(id)).toMatchObject({ state: "failed", error: { code: "no_answer", kind: "TIMEOUT" } });
  expect(here.failed).toEqual(["no_answer"]);
  expect((await here.storage.load())[0]).toMatchObject({ state: "failed", tries: LIMITS.sends_max });
});

test("an answer in time ends the wait", async () => {
  const here = await page();
  const id = await write(here, "answered");
  await pass(LIMITS.answer_max_ms - 1);
  here.outboxWorker.ack({ client_id: id, seq: 1, duplicate: false });
  await pass(10 * LIMITS.answer_max_ms);
  expect(here.sent.length).toBe(1);
  expect(here.outboxWorker.answers.sentAt.size).toBe(0);
});

test("the count of sends is stored before the next send, also across lost connections", async () => {
  const here = await page();
  const id = await write(here, "poison");
  for (let n = 1; n < LIMITS.sends_max; n += 1) {
    expect((await here.storage.load())[0].tries ?? 1).toBe(n);
    here.outboxWorker.lost();
    await turns();
    resume(here);
    await turns();
  }
  here.outboxWorker.lost();
  await turns();
  expect(here.outboxWorker.outbox.find(id).state).toBe("failed");
  expect(here.sent.length).toBe(LIMITS.sends_max);
});

test("an error that names nothing fails the only message under way", async () => {
  const here = await page();
  here.outboxWorker.refuseUnnamed(UNNAMED);
  const id = await write(here, "unreadable");
  resume(here);
  here.outboxWorker.refuseUnnamed(UNNAMED);
  expect(here.outboxWorker.outbox.find(id)).toMatchObject({ state: "failed", error: UNNAMED });
  expect(here.failed).toEqual(["malformed_frame"]);
});

test("half a character is replaced before the message is stored", async () => {
  const here = await page();
  await here.outboxWorker.submit("room", "half \ud83d end", [{ key: "f", name: "a\ud83d.txt", size: 1, stored: null }]);
  const [stored] = await here.storage.load();
  expect([stored.text, stored.files[0].name]).toEqual(["half \ufffd end", "a\ufffd.txt"]);
});

test("a file is requested once, and again only after its upload was put off", async () => {
  const here = await page();
  await here.outboxWorker.submit("room", "see", [{ key: "f", name: "a.txt", size: 1, stored: null }]);
  const [{ client_id }] = here.outboxWorker.outbox.items;
  here.outboxWorker.flush();
  here.outboxWorker.flush();
  expect(here.needed).toEqual(["f"]);
  here.outboxWorker.files.deferred(client_id, "f");
  here.outboxWorker.flush();
  expect(here.needed).toEqual(["f", "f"]);
  here.outboxWorker.files.ready(client_id, "f", { id: "u1" });
  here.outboxWorker.flush();
  expect(here.needed).toEqual(["f", "f"]);
  expect(here.outboxWorker.outbox.hasWork).toBe(true);
});

/** Two tabs of one account with one storage; what one announces, the other hears. */
async function tabs() {
  const [sending, other] = [await page(), await page()];
  other.outboxWorker.storage = sending.outboxWorker.storage;
  other.outboxWorker.isOpenForFlush = false;
  const connect = (from, to) => (from.outboxWorker.tabChannel = { announce: (news) => applyTabNews(to.outboxWorker, structuredClone({ items: [], gone: [], ...news })), close() {} });
  connect(sending, other);
  connect(other, sending);
  return { sending, other };
}

test("a text that another tab changes after this one has sent it is followed by an edit", async () => {
  const { sending, other } = await tabs();
  const id = await write(sending, "helo");
  // The other tab has not heard yet that it left.
  other.outboxWorker.outbox.items = other.outboxWorker.outbox.items.map((item) => ({ ...item, state: "queued", tries: 0 }));
  await other.outboxWorker.submitChange({ kind: "edit", conversation_id: "room", waits_for: id, text: "hello" });
  await turns();
  sending.outboxWorker.ack({ client_id: id, message_id: "m1", seq: 1, duplicate: false });
  await turns();
  expect(sending.sent.map(({ type, text, message_id, base_seq }) => [type, text, message_id, base_seq])).toEqual([
    ["send", "helo", undefined, undefined],
    ["edit", "hello", "m1", 1],
  ]);
});

test("a message that another tab deletes after this one has sent it is deleted on the server", async () => {
  const { sending, other } = await tabs();
  const id = await write(sending, "unwanted");
  other.outboxWorker.outbox.items = other.outboxWorker.outbox.items.map((item) => ({ ...item, state: "queued", tries: 0 }));
  await other.outboxWorker.submitChange({ kind: "delete", conversation_id: "room", waits_for: id });
  await turns();
  sending.outboxWorker.ack({ client_id: id, message_id: "m1", seq: 1, duplicate: false });
  await turns();
  expect(sending.sent.map(({ type, message_id }) => [type, message_id])).toEqual([["send", undefined], ["delete", "m1"]]);
});

test("what waits for a message is stored with its id before the message is forgotten", async () => {
  const here = await page();
  const id = await write(here, "hello");
  await here.outboxWorker.submitChange({ kind: "react", conversation_id: "room", waits_for: id, emoji: "👍", on: true });
  here.outboxWorker.settle({ client_id: id, message_id: "m1", seq: 1 });
  here.outboxWorker.flush();
  await turns();
  expect(await here.storage.load()).toMatchObject([{ kind: "react", target_id: "m1", waits_for: "" }]);
  expect(here.sent.at(-1)).toMatchObject({ type: "react", message_id: "m1", emoji: "👍", on: true });
});

test("a deletion leaves after its delay, by itself, unless it is undone", async () => {
  const here = await page();
  const remove = (target_id) => here.outboxWorker.submitChange({ kind: "delete", conversation_id: "room", target_id, due_at: now + 5_000 });
  await remove("m1");
  const undone = await remove("m2");
  here.outboxWorker.flush();
  await pass(2_000);
  here.outboxWorker.discard(undone);
  expect(here.sent).toEqual([]);
  await pass(3_000);
  expect(here.sent.map(({ type, message_id }) => [type, message_id])).toEqual([["delete", "m1"]]);
});

test("a message that is deleted before it left is kept back, and not sent", async () => {
  const here = await page();
  here.outboxWorker.isOpenForFlush = false;
  const id = await write(here, "unwanted");
  await here.outboxWorker.submitChange({ kind: "delete", conversation_id: "room", waits_for: id, due_at: now + 5_000 });
  const kept = await write(here, "after it");
  resume(here);
  expect(here.sent).toEqual([]);
  await pass(5_000);
  expect(here.sent.map(({ client_id }) => client_id)).toEqual([kept]);
  expect((await here.storage.load()).map(({ client_id }) => client_id)).toEqual([kept]);
});

test("what happened to a message is kept when its tab closes, and nothing is written after that", async () => {
  const here = await page();
  const kept = [];
  globalThis.localStorage = { getItem: () => null, setItem: (key) => kept.push(key), removeItem() {} };
  try {
    here.outboxWorker.journal.open("ana");
    await write(here, "said");
    here.outboxWorker.close();
    expect(kept).toEqual(["nova:journal:ana"]);
    await pass(10_000);
    expect(kept.length).toBe(1);
  } finally {
    delete globalThis.localStorage;
  }
});
