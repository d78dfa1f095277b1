// One rule for every key of localStorage: what cannot be kept is not kept, and nothing throws.
import { afterEach, beforeEach, expect, test } from "bun:test";
import { keysWith, readJson, readText, writeJson, writeText } from "../../assets/nova/base/local_storage.js";

const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");

/** As in a browser: the keys are the object's own, methods are not. */
class FakeStorage {
  setItem(key, value) {
    this[key] = String(value);
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  removeItem(key) {
    delete this[key];
  }
}

const refuse = (name) => () => {
  throw new DOMException("refused", name);
};

/** @param {() => unknown} get */
const provide = (get) => Object.defineProperty(globalThis, "localStorage", { get, configurable: true });

beforeEach(() => {
  const storage = new FakeStorage();
  provide(() => storage);
});
afterEach(() => {
  if (before) Object.defineProperty(globalThis, "localStorage", before);
  else delete globalThis.localStorage;
});

test("a text is kept, replaced and removed", () => {
  expect(readText("nova:a")).toBe(null);
  expect(writeText("nova:a", "one")).toBe(true);
  expect(writeText("nova:a", "two")).toBe(true);
  expect(readText("nova:a")).toBe("two");
  for (const nothing of ["", null]) {
    writeText("nova:a", "three");
    expect(writeText("nova:a", nothing)).toBe(true);
    expect(readText("nova:a")).toBe(null);
  }
});

test("a value is kept as JSON, and null removes it", () => {
  for (const value of [{ text: "ü", files: [1] }, [], 0, false, "text"]) {
    expect(writeJson("nova:b", value)).toBe(true);
    expect(readJson("nova:b")).toEqual(value);
  }
  writeJson("nova:b", null);
  expect(keysWith("nova:")).toEqual([]);
});

test("what another program wrote there is nothing", () => {
  for (const text of ["{", "undefined", "[1,", "\u0000"]) {
    localStorage.setItem("nova:c", text);
    expect(readJson("nova:c")).toBe(null);
  }
});

test("keys are found by their beginning alone", () => {
  for (const key of ["nova:draft:a:1", "nova:draft:a:2", "nova:draft:b:1", "other"]) localStorage.setItem(key, "x");
  expect(keysWith("nova:draft:a:").sort()).toEqual(["nova:draft:a:1", "nova:draft:a:2"]);
  expect(keysWith("nova:missing:")).toEqual([]);
});

test("a full storage still gives and removes what it has", () => {
  writeText("nova:d", "kept");
  localStorage.setItem = refuse("QuotaExceededError");
  expect(writeText("nova:d", "more")).toBe(false);
  expect(writeJson("nova:e", { a: 1 })).toBe(false);
  expect(readText("nova:d")).toBe("kept");
  expect(writeText("nova:d", null)).toBe(true);
  expect(readText("nova:d")).toBe(null);
});

for (const [name, get] of /** @type {const} */ ([
  ["a storage that may not even be looked at", refuse("SecurityError")],
  ["no storage at all", () => undefined],
  ["a storage of null, as in some embedded browsers", () => null],
]))
  test(`${name}: nothing is read, nothing is kept, nothing throws`, () => {
    provide(get);
    expect([readText("nova:a"), readJson("nova:a"), keysWith("")]).toEqual([null, null, []]);
    expect([writeText("nova:a", "x"), writeText("nova:a", null), writeJson("nova:a", {})]).toEqual([false, false, false]);
  });

test("another storage than the browser's can be given", () => {
  const other = new FakeStorage();
  writeText("nova:a", "there", other);
  expect([readText("nova:a"), readText("nova:a", other), keysWith("nova:", other)]).toEqual([null, "there", ["nova:a"]]);
});
