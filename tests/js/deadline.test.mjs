import "fake-indexeddb/auto";
import { expect, jest, test } from "bun:test";
import { DeadlineError, withDeadline } from "../../assets/nova/base/deadline.js";
import { OutboxStore } from "../../assets/nova/messages/outbox_store.js";
import { cleaned, inAddress, toJson, wellFormed } from "../../assets/nova/base/well_formed.js";
import { seeded } from "./random.mjs";

const never = new Promise(() => {});
const turns = async () => {
  for (let n = 0; n < 50; n += 1) await Promise.resolve();
};

test("what comes in time is taken, what fails fails, and what never comes is a DeadlineError", async () => {
  expect(await withDeadline(Promise.resolve(1), 1_000)).toBe(1);
  expect(await withDeadline(2, 1_000)).toBe(2);
  expect(withDeadline(Promise.reject(new Error("no")), 1_000)).rejects.toThrow("no");
  expect(withDeadline(never, 1)).rejects.toThrow(DeadlineError);
});

for (const [what, break_] of [
  ["open", () => (indexedDB.open = () => new EventTarget())],
  ["a read", () => (IDBObjectStore.prototype.getAll = IDBTransaction.prototype.commit = () => new EventTarget())],
]) {
  test(`a database whose ${what} never answers is done without, within seconds`, async () => {
    const { open } = indexedDB;
    const { getAll } = IDBObjectStore.prototype;
    const { commit } = IDBTransaction.prototype;
    const { transaction } = IDBDatabase.prototype;
    jest.useFakeTimers();
    globalThis.localStorage = { setItem() {}, removeItem() {}, getItem: () => null };
    const store = new OutboxStore(`deadline ${what}`, { unsent: () => [], onStorageChanged() {} });
    let isReady = false;
    break_();
    if (what === "a read") IDBDatabase.prototype.transaction = () => ({ objectStore: () => ({ getAll() {} }), commit() {} });
    void store.open().then(() => store.load()).then(() => (isReady = true));
    for (let second = 0; second < 8 && !isReady; second += 1) {
      await turns();
      jest.advanceTimersByTime(1_000);
      await turns();
    }
    jest.useRealTimers();
    Object.assign(indexedDB, { open });
    Object.assign(IDBObjectStore.prototype, { getAll });
    Object.assign(IDBTransaction.prototype, { commit });
    Object.assign(IDBDatabase.prototype, { transaction });
    delete globalThis.localStorage;
    expect([isReady, store.kind]).toEqual([true, "localstorage"]);
  });
}

test("half a character is replaced, whole ones stay", () => {
  const halves = { "half \ud83d end": "half \ufffd end", "\udc00": "\ufffd", "\ud83d\ud83d": "\ufffd\ufffd", "\udc00\ud83d": "\ufffd\ufffd", "\ud83dx": "\ufffdx" };
  for (const [text, whole] of Object.entries(halves)) {
    expect(wellFormed(text)).toBe(whole);
    expect(JSON.parse(toJson({ a: [text] }))).toEqual({ a: [whole] });
    expect(inAddress(text)).toBe(encodeURIComponent(whole));
    expect(cleaned({ a: [text, 7, null], b: { c: text } })).toEqual({ a: [whole, 7, null], b: { c: whole } });
  }
  const file = new Blob(["x"]);
  expect(cleaned({ file }).file).toBe(file);
});

test("any text comes out as the platform's own toWellFormed has it", () => {
  const chance = seeded(7);
  for (let n = 0; n < 2_000; n += 1) {
    const units = Array.from({ length: chance.below(8) }, () => (chance.next() < 0.6 ? 0xd800 + chance.below(0x800) : chance.below(0x10000)));
    const text = String.fromCharCode(...units);
    expect(wellFormed(text)).toBe(text.toWellFormed());
    expect(new TextDecoder("utf-8", { fatal: true }).decode(new TextEncoder().encode(toJson(text)))).toBe(JSON.stringify(text.toWellFormed()));
  }
});
