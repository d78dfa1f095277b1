import { expect, jest, test } from "bun:test";
import { TabLock } from "../../assets/nova/messages/tab_lock.js";
import { FakeLocks } from "./fake_locks.mjs";

const settle = () => new Promise((resolve) => setTimeout(resolve, 1));

function pair() {
  const locks = new FakeLocks();
  const taken = [];
  const make = (name) => new TabLock("outbox", () => taken.push(name), locks);
  return { locks, taken, a: make("a"), b: make("b") };
}

test("one tab has the lock, and the next gets it when it is given back", async () => {
  const { taken, a, b } = pair();
  a.want();
  b.want();
  await settle();
  expect([a.isHeld, b.isHeld, taken]).toEqual([true, false, ["a"]]);
  a.release();
  await settle();
  expect([a.isHeld, b.isHeld, taken]).toEqual([false, true, ["a", "b"]]);
  b.release();
});

test("who stops waiting does not get it later", async () => {
  const { taken, a, b } = pair();
  a.want();
  b.want();
  await settle();
  b.release();
  a.release();
  await settle();
  expect([taken, b.isHeld]).toEqual([["a"], false]);
});

test("wanting it twice is wanting it once", async () => {
  const { taken, a } = pair();
  a.want();
  a.want();
  await settle();
  a.want();
  expect(taken).toEqual(["a"]);
  a.release();
  a.want();
  await settle();
  expect(taken).toEqual(["a", "a"]);
  a.release();
});

test("a browser without locks gives every tab the lock", () => {
  const taken = [];
  const lock = new TabLock("outbox", () => taken.push("a"), null);
  lock.want();
  expect([lock.isHeld, taken]).toEqual([true, ["a"]]);
  lock.release();
  expect(lock.isHeld).toBe(false);
});

test("a page that is refused its locks goes on without them", async () => {
  const taken = [];
  const refusing = { request: async () => Promise.reject(new DOMException("not here", "SecurityError")) };
  const lock = new TabLock("outbox", () => taken.push("a"), refusing);
  lock.want();
  await settle();
  expect([lock.isHeld, taken]).toEqual([true, ["a"]]);
});

test("a tab that sleeps with the lock loses it and does not go on as if it had it", async () => {
  const { locks, a } = pair();
  a.want();
  await settle();
  void locks.request("outbox", { steal: true }, () => new Promise(() => {}));
  await settle();
  expect(a.isHeld).toBe(false);
});

test("a page whose locks throw at once goes on without them", () => {
  const taken = [];
  const lock = new TabLock("outbox", () => taken.push("a"), { request: () => { throw new DOMException("no", "SecurityError"); } });
  lock.want();
  expect([lock.isHeld, taken]).toEqual([true, ["a"]]);
});

test("locks that never answer are done without, and a late answer changes nothing", async () => {
  jest.useFakeTimers();
  const taken = [];
  const asked = [];
  const silent = { request: (_name, options, work) => new Promise(() => asked.push([options, work])) };
  const lock = new TabLock("outbox", () => taken.push("a"), silent);
  lock.want();
  jest.advanceTimersByTime(10_000);
  expect([asked.length, asked[1][0].steal, taken]).toEqual([2, true, []]);
  jest.advanceTimersByTime(10_000);
  expect([lock.isHeld, taken]).toEqual([true, ["a"]]);
  expect(asked[1][1]()).toBe(undefined);
  expect(taken).toEqual(["a"]);
  lock.release();
  expect(lock.isHeld).toBe(false);
  jest.useRealTimers();
});

test("a tab that is awake keeps its lock, however long it sends; one that has fallen asleep loses it", async () => {
  jest.useFakeTimers();
  const locks = new FakeLocks();
  const a = new TabLock("outbox", () => {}, locks, () => isAwake && b.postpone());
  const b = new TabLock("outbox", () => {}, locks);
  let isAwake = true;
  const pass = async (seconds) => {
    for (let second = 0; second < seconds; second += 1) {
      jest.advanceTimersByTime(1_000);
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  a.want();
  b.want();
  await pass(60);
  expect([a.isHeld, b.isHeld]).toEqual([true, false]);
  isAwake = false;
  await pass(11);
  expect([a.isHeld, b.isHeld]).toEqual([false, true]);
  b.release();
  jest.useRealTimers();
});
