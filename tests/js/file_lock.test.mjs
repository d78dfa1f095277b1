import { expect, jest, test } from "bun:test";
import { createFileLock } from "../../assets/nova/files/file_lock.js";

const never = () => new Promise(() => {});
const turns = async () => {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
};
const counted = () => {
  const work = async () => void (work.runs += 1);
  work.runs = 0;
  return work;
};

test("a granted lock, none, a refused one and one that throws: the work is done once", async () => {
  const refusing = { request: () => Promise.reject(new Error("no")), query: never };
  const throwing = { request: () => { throw new Error("no"); }, query: never };
  for (const locks of [{ request: async (_, work) => work(), query: never }, undefined, refusing, throwing]) {
    const work = counted();
    await createFileLock(locks)("f", work);
    expect(work.runs).toBe(1);
  }
});

test("a lock that another tab holds is waited for, one that nobody holds and nobody gets is not", async () => {
  jest.useFakeTimers();
  let held = [{ name: "nova:file:f" }];
  let grant;
  const locks = { request: (_, work) => ((grant = work), never()), query: async () => ({ held }) };
  const work = counted();
  void createFileLock(locks)("f", work);
  for (let n = 0; n < 3; n += 1) {
    jest.advanceTimersByTime(10_000);
    await turns();
  }
  expect(work.runs).toBe(0);
  held = [];
  jest.advanceTimersByTime(10_000);
  await turns();
  expect(work.runs).toBe(1);
  void grant();
  jest.advanceTimersByTime(60_000);
  await turns();
  expect(work.runs).toBe(1);
  jest.useRealTimers();
});

test("locks that do not even say who holds them are done without", async () => {
  jest.useFakeTimers();
  const work = counted();
  void createFileLock({ request: never, query: never })("f", work);
  jest.advanceTimersByTime(10_000);
  await turns();
  jest.advanceTimersByTime(3_000);
  await turns();
  expect(work.runs).toBe(1);
  jest.useRealTimers();
});
