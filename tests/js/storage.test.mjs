import "fake-indexeddb/auto";
import { expect, test } from "bun:test";
import { openIdbOutbox } from "../../assets/nova/messages/storage_indexeddb.js";
import { openLocalOutbox } from "../../assets/nova/messages/storage_local.js";
import { openMemoryOutbox } from "../../assets/nova/messages/storage_memory.js";
import { FakeStorage } from "./fake_storage.mjs";

const shared = new FakeStorage();
const insides = {
  indexeddb: (user) => openIdbOutbox(user),
  localstorage: async (user) => openLocalOutbox(user, shared),
  memory: async () => openMemoryOutbox(),
};
const item = (id, order) => ({ client_id: id, conversation_id: "r", text: id, created_at: "", order, state: "queued", error: null });

for (const [kind, open] of Object.entries(insides)) {
  test(`${kind}: what is put is loaded, replaced and removed`, async () => {
    const storage = await open(`${kind}-user`);
    expect(storage.kind).toBe(kind);
    await storage.put(item("a", 1));
    await storage.put(item("b", 2));
    await storage.put({ ...item("b", 2), state: "failed" });
    await storage.remove("a");
    await storage.remove("nobody");
    expect(await storage.load()).toEqual([{ ...item("b", 2), state: "failed" }]);
    await storage.clear();
    expect(await storage.load()).toEqual([]);
  });
}

for (const kind of ["indexeddb", "localstorage"]) {
  test(`${kind}: outlives the page and is kept apart by account`, async () => {
    const first = await insides[kind]("ana");
    await first.put(item("a", 1));
    expect((await (await insides[kind]("ana")).load()).length).toBe(1);
    expect(await (await insides[kind]("ben")).load()).toEqual([]);
  });
}

test("localstorage: what another program wrote there does no harm", async () => {
  shared.setItem("nova:outbox:cleo:broken", "{");
  shared.setItem("nova:outbox:cleo:odd", "7");
  expect(await openLocalOutbox("cleo", shared).load()).toEqual([]);
});
