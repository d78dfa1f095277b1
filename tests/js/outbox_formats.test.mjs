// Tabs of two versions of Nova in one browser, as during an upgrade: what they share is IndexedDB, localStorage, channels and locks.

import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { OutboxWorker } from "../../assets/nova/messages/outbox_worker.js";
import { FakeLockManager } from "./fake_locks.mjs";
import { FakeStorage } from "./fake_storage.mjs";
import { OutboxWorker as OldOutboxWorker } from "./fixtures/outbox_format_2.js";
import { LogModel } from "./log_model.mjs";

const { indexedDB: real } = globalThis;
let number = 0;
let user;
let server;
let open;

beforeEach(() => {
  globalThis.localStorage = new FakeStorage();
  Object.defineProperty(globalThis.navigator, "locks", { value: new FakeLockManager(), configurable: true });
  user = `upgrader ${(number += 1)}`;
  server = new LogModel();
  open = [];
});
afterEach(() => {
  for (const tab of open) tab.close();
  globalThis.indexedDB = real;
  delete globalThis.localStorage;
  delete globalThis.navigator.locks;
});

/** A tab that runs one version, without a connection; the server answers in a later turn, and tells every tab what happened. */
class Tab {
  constructor(Worker) {
    this.sent = [];
    this.isOutdated = false;
    this.worker = new Worker({
      send: (text) => this.#send(JSON.parse(text)),
      onFilesNeeded() {}, onChange() {}, onUnanswered() {}, onSendFailed() {}, onStorageFault() {},
      onNewer: () => (this.isOutdated = true),
      stats: { resends: 0, duplicate_acks: 0, acked() {}, refused() {} },
    });
  }
  get items() {
    return this.worker.outbox.items;
  }
  get texts() {
    return this.items.map((item) => item.text);
  }
  #send(frame) {
    this.sent.push(frame);
    const before = server.events.length;
    const answer = server.take(frame);
    setTimeout(() => {
      this.worker[answer.type](answer);
      for (const event of server.events.slice(before)) for (const tab of open) tab.hear(event);
    });
    return true;
  }
  hear(event) {
    if (!this.worker.isOpenForFlush) return;
    this.worker.settle(this.worker instanceof OldOutboxWorker ? event.client_id : event);
  }
  goOnline() {
    this.worker.resume();
    // The log may reach the page at any time after the welcome.
    setTimeout(() => server.events.forEach((event) => this.hear(event)), 20);
  }
  write(text, files) {
    return this.worker.submit("room", text, files);
  }
  change(kind, messageId, more = {}) {
    return this.worker.submitChange({ kind, conversation_id: "room", target_id: messageId, ...more });
  }
  close() {
    this.worker.close();
    open = open.filter((tab) => tab !== this);
  }
}

async function openTab(Worker) {
  const tab = new Tab(Worker);
  open.push(tab);
  await tab.worker.open(user);
  return tab;
}
const openOld = () => openTab(OldOutboxWorker);
const openNew = () => openTab(OutboxWorker);

const turns = () => new Promise((resolve) => setTimeout(resolve, 60));
const until = async (is) => {
  for (let n = 0; n < 200 && !is(); n += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(is()).toBe(true);
};
const stored = () => [...server.messages.values()].map(({ text, deleted }) => (deleted ? "(deleted)" : text));
const kindsOf = (tab) => tab.sent.map((frame) => frame.type);
const openAt = (version) =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(`nova:${user}`, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Four messages on the server, and in the new tab a reply and changes of three of them that wait. */
async function writeChanges(tab) {
  for (const id of ["a", "b", "c"]) server.take({ type: "send", client_id: id, conversation_id: "room", text: id });
  await tab.change("edit", "m1", { base_seq: 1, text: "a, edited" });
  await tab.change("delete", "m2");
  await tab.change("react", "m3", { emoji: "👍", on: true });
  await tab.worker.submit("room", "a reply", [], { target_id: "m1", waits_for: "" });
}

for (const [order, openBoth] of /** @type {const} */ ([
  ["that was open before", async () => { const old = await openOld(); return [old, await openNew()]; }],
  ["that wakes up later", async () => { const tab = await openNew(); return [await openOld(), tab]; }],
])) {
  test(`a tab of the previous version ${order} sends no change as a message and deletes none`, async () => {
    const [old, tab] = await openBoth();
    await writeChanges(tab);
    await turns();
    expect(old.items).toEqual([]);
    old.goOnline();
    await old.write("by the old tab");
    await turns();
    expect(old.sent.map((frame) => frame.text)).toEqual(["by the old tab"]);
    expect(stored()).toEqual(["a", "b", "c", "by the old tab"]);
    old.close();
    tab.close();
    // The page is loaded again: everything is there, goes out once and as what it is.
    const reloaded = await openNew();
    reloaded.goOnline();
    await until(() => reloaded.items.length === 0);
    expect(kindsOf(reloaded).sort()).toEqual(["delete", "edit", "react", "send"]);
    expect(stored()).toEqual(["a, edited", "(deleted)", "c", "by the old tab", "a reply"]);
    expect([...server.messages.values()].at(-1).reply_to).toBe("m1");
  });
}

test("messages that wait in the previous format are carried over once, in order and with their files", async () => {
  const old = await openOld();
  for (const text of ["one", "two"]) await old.write(text);
  await old.write("see", [{ key: "f", name: "a.txt", size: 3, stored: null, blob: new Blob(["abc"]) }]);
  const tab = await openNew();
  await turns();
  expect(tab.texts).toEqual(["one", "two", "see"]);
  const { client_id } = tab.items[2];
  expect(await (await tab.worker.storage.blob(client_id, "f")).text()).toBe("abc");
  // Both are there and send: the server stores each once.
  old.goOnline();
  tab.goOnline();
  tab.worker.files.ready(client_id, "f", { id: "u1" });
  await until(() => tab.items.length === 0);
  expect(stored()).toEqual(["one", "two", "see"]);
  tab.close();
  expect((await openNew()).items).toEqual([]);
});

test("what the old tab writes after the upgrade is sent by the new one when the old one is closed", async () => {
  const old = await openOld();
  await old.write("withdrawn early");
  const tab = await openNew();
  await turns();
  await old.write("written late");
  await old.write("withdrawn late");
  for (const item of old.items.filter(({ text }) => text.startsWith("withdrawn"))) old.worker.discard(item.client_id);
  await turns();
  old.close();
  await turns();
  expect(tab.texts).toEqual(["written late"]);
  tab.close();
  const reloaded = await openNew();
  expect(reloaded.texts).toEqual(["written late"]);
  reloaded.goOnline();
  await until(() => reloaded.items.length === 0);
  expect(stored()).toEqual(["written late"]);
  expect(Object.keys(localStorage).filter((key) => key.startsWith("nova:outbox"))).toEqual([]);
});

test("a message that an old tab may be sending is edited and deleted by changes that follow it", async () => {
  const old = await openOld();
  for (const text of ["helo", "unwanted"]) await old.write(text);
  const tab = await openNew();
  const [edited, unwanted] = tab.items.map((item) => item.client_id);
  await tab.change("edit", "", { waits_for: edited, text: "hello" });
  await tab.change("delete", "", { waits_for: unwanted });
  old.goOnline();
  await turns();
  expect(stored()).toEqual(["helo", "unwanted"]);
  tab.goOnline();
  await until(() => tab.items.length === 0);
  expect(stored()).toEqual(["hello", "(deleted)"]);
});

test("a sign-out in the old tab leaves nothing in the new one", async () => {
  const old = await openOld();
  await old.write("one");
  const tab = await openNew();
  await tab.change("edit", "m1", { base_seq: 1, text: "two" });
  await old.worker.clear();
  await until(() => tab.items.length === 0);
  tab.close();
  expect((await openNew()).items).toEqual([]);
});

test("a tab that finds a newer format leaves it alone, keeps what is written, and says that a newer version is ready", async () => {
  const first = await openNew();
  await first.write("carried over by the newer version");
  expect(first.isOutdated).toBe(false);
  const newer = await openAt(99);
  await until(() => first.isOutdated);
  await first.write("kept aside");
  first.close();
  const second = await openNew();
  expect(second.isOutdated).toBe(true);
  expect(second.texts).toEqual(["carried over by the newer version", "kept aside"]);
  expect(second.worker.storage.kind).toBe("localstorage");
  const names = await new Promise((resolve) => {
    const request = newer.transaction("outbox").objectStore("outbox").getAll();
    request.onsuccess = () => resolve(request.result.map((item) => item.text));
  });
  expect(names).toEqual(["carried over by the newer version"]);
  newer.close();
});

test("a tab that waits too long for another one does not hold the database afterwards", async () => {
  (await openOld()).close();
  const stubborn = await openAt(2);
  stubborn.onversionchange = () => {};
  const tab = await openNew();
  expect(tab.worker.storage.kind).toBe("localstorage");
  await tab.write("kept meanwhile");
  tab.close();
  stubborn.close();
  await turns();
  const again = await openNew();
  expect(again.worker.storage.kind).toBe("indexeddb");
  expect(again.texts).toEqual(["kept meanwhile"]);
});
