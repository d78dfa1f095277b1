import { afterEach, beforeEach, expect, jest, setSystemTime, test } from "bun:test";
import { LIMITS } from "../../assets/nova/generated/codes.js";
import { openMemoryOutbox } from "../../assets/nova/messages/storage_memory.js";
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
