import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { OutboxStore } from "../../assets/nova/messages/outbox_store.js";
import { FakeStorage } from "./fake_storage.mjs";
import { seeded } from "./random.mjs";

const { indexedDB: real } = globalThis;
const transaction = IDBDatabase.prototype.transaction;
const item = (id, more = {}) => ({ client_id: id, conversation_id: "r", text: id, created_at: "", order: 1, state: "queued", error: null, ...more });
const refusal = (name) => new DOMException("refused", name);
let number = 0;
let unsent;
let moves;

beforeEach(() => {
  globalThis.localStorage = new FakeStorage();
  number += 1;
  unsent = [];
  moves = [];
});
afterEach(() => {
  globalThis.indexedDB = real;
  IDBDatabase.prototype.transaction = transaction;
  delete globalThis.localStorage;
});

async function openStore(user = `user ${number}`) {
  const store = new OutboxStore(user, { unsent: () => unsent, onStorageChanged: () => moves.push(store.kind) });
  await store.open();
  return store;
}
/** As a page that begins: nothing waits in its memory. */
async function read(user) {
  const store = new OutboxStore(user, { unsent: () => [], onStorageChanged() {} });
  await store.open();
  return names(store);
}
const names = async (store) => (await store.load()).map((entry) => entry.client_id).sort();
const failing = (times, name = "InvalidStateError") => {
  IDBDatabase.prototype.transaction = function (...args) {
    if (args[1] !== "versionchange" && times-- > 0) throw refusal(name);
    return transaction.apply(this, args);
  };
};
const deleteDatabase = (user) =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`nova:${user}`);
    request.onsuccess = resolve;
    request.onerror = request.onblocked = reject;
  });
const until = async (is) => {
  for (let n = 0; n < 200 && !(await is()); n += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await is()).toBe(true);
};

test("the best that the browser gives is used, down to memory", async () => {
  expect((await openStore()).kind).toBe("indexeddb");
  globalThis.indexedDB = { open: () => { throw refusal("SecurityError"); } };
  expect((await openStore()).kind).toBe("localstorage");
  globalThis.localStorage = { setItem: () => { throw refusal("QuotaExceededError"); } };
  expect((await openStore()).kind).toBe("memory");
});

test("a database that another tab deletes is made again, with everything that waits", async () => {
  const user = `user ${number}`;
  const store = await openStore();
  for (const id of ["a", "b", "acked"]) await store.put(item(id));
  unsent = [item("a"), item("b", { state: "failed" })];
  await deleteDatabase(user);
  await until(async () => (await read(user)).length === 2);
  await store.put(item("c"));
  await store.remove("a");
  expect(await read(user)).toEqual(["b", "c"]);
  expect(store.kind).toBe("indexeddb");
});

for (const name of ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]) {
  test(`one transaction that fails with ${name} is done again on a new handle`, async () => {
    const store = await openStore();
    failing(1, name);
    await store.put(item("a"));
    expect([store.kind, await names(store)]).toEqual(["indexeddb", ["a"]]);
    failing(1, name);
    await store.remove("a");
    expect(await names(store)).toEqual([]);
  });
}

test("one that fails for good gives way to the next, with everything that waits", async () => {
  const store = await openStore();
  await store.put(item("old"));
  unsent = [item("old")];
  failing(Infinity);
  await store.put(item("new"));
  expect([store.kind, await names(store), moves.at(-1)]).toEqual(["localstorage", ["new", "old"], "localstorage"]);
  globalThis.localStorage.setItem = () => { throw refusal("SecurityError"); };
  unsent = [item("old"), item("new")];
  await store.put(item("newest"));
  expect([store.kind, await names(store)]).toEqual(["memory", ["new", "newest", "old"]]);
});

test("a full storage is not mended by another one: the writer gets the error", async () => {
  const store = await openStore();
  failing(1, "QuotaExceededError");
  expect(store.put(item("a"))).rejects.toThrow("refused");
  expect(store.kind).toBe("indexeddb");
});

test("what was kept in the second storage comes back to the first, once", async () => {
  globalThis.indexedDB = { open: () => { throw refusal("UnknownError"); } };
  await (await openStore()).put(item("a"));
  globalThis.indexedDB = real;
  const store = await openStore();
  expect([await names(store), Object.keys(localStorage)]).toEqual([["a"], []]);
  await store.remove("a");
  expect(await names(await openStore())).toEqual([]);
});

test("the bytes of a file outlive the database they were in", async () => {
  const store = await openStore();
  const bytes = new Blob(["photo"]);
  await store.put(item("a"), [["f", bytes]]);
  unsent = [item("a")];
  await deleteDatabase(`user ${number}`);
  expect(await store.blob("a", "f")).toBe(bytes);
  await store.remove("a");
  expect(await store.blob("a", "f")).toBe(undefined);
});

test("a healthy storage is written to before anything is awaited: a page may be left right after Enter", async () => {
  const store = await openStore();
  let begun = 0;
  IDBDatabase.prototype.transaction = function (...args) {
    begun += 1;
    return transaction.apply(this, args);
  };
  const written = store.put(item("a"));
  expect(begun).toBe(1);
  await written;
});

test("a page that was given up opens nothing any more", async () => {
  const store = await openStore();
  store.close();
  unsent = [item("a")];
  await deleteDatabase(`user ${number}`);
  expect(store.put(item("a"))).rejects.toThrow();
});

test("under any faults, what was put and not removed is there, and what was removed is not", async () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    number += 1;
    unsent = [];
    const chance = seeded(seed);
    const held = new Map();
    const store = await openStore();
    const steps = [
      async () => {
        const id = `m${held.size}-${chance.below(100)}`;
        await store.put(item(id));
        held.set(id, item(id));
        unsent = [...held.values()];
      },
      async () => {
        const id = [...held.keys()][chance.below(held.size)];
        if (!id) return;
        held.delete(id);
        unsent = [...held.values()];
        await store.remove(id);
      },
      async () => failing(1 + chance.below(2), ["UnknownError", "InvalidStateError"][chance.below(2)]),
      async () => store.kind === "indexeddb" && deleteDatabase(`user ${number}`).catch(() => null),
    ];
    for (let step = 0; step < 40; step += 1) await steps[chance.below(steps.length)]();
    IDBDatabase.prototype.transaction = transaction;
    expect(await names(store)).toEqual([...held.keys()].sort());
  }
});
