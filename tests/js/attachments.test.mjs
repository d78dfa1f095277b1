import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { Attachments } from "../../assets/nova/files/attachments.js";
import { Outbox } from "../../assets/nova/messages/outbox.js";
import { OutboxFiles } from "../../assets/nova/messages/outbox_files.js";
import { newItem } from "../../assets/nova/messages/outbox_items.js";
import { toOutboxFile } from "../../assets/nova/files/upload_items.js";
import { Uploads } from "../../assets/nova/files/uploads.js";

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setTimeout(resolve));
};
const file = (name, size = 4) => new File([new Uint8Array(size)], name);

/** A composer and an outbox over a server that keeps whole files; `fault(name)` may refuse one. */
function rig(fault = () => null) {
  const stored = new Map();
  const calls = [];
  const rests = [];
  let ids = 0;
  const send = async (method, path, { json, key } = {}) => {
    calls.push(`${method} ${path.replace(/\/u?k?\d+.*/, "")}`);
    if (method === "DELETE") return null;
    if (method === "POST") {
      if (!stored.has(key)) stored.set(key, { id: `u${stored.size}`, name: json.name, offset: 0, size_bytes: json.size_bytes, file: null });
      return stored.get(key);
    }
    const entry = [...stored.values()].find(({ id }) => path.includes(id));
    const refused = fault(entry.name);
    if (refused) throw refused;
    if (method === "PATCH") entry.file = { id: entry.id, name: entry.name, size_bytes: entry.size_bytes };
    return entry;
  };
  const outbox = new Outbox();
  const failed = [];
  outbox.fail = (clientId, error) => failed.push([clientId, error]);
  const outboxFiles = new OutboxFiles({ outbox, storage: { blob: async () => file("from the outbox") } }, () => {});
  const held = new Map();
  const withLock = async (key, work) => {
    const before = held.get(key) ?? Promise.resolve();
    const mine = before.then(work);
    held.set(key, mine.catch(() => null));
    await mine;
  };
  const attachments = new Attachments({
    outboxFiles,
    onChange() {},
    uploads: (onChange) =>
      new Uploads({ send, sleep: async (ms) => void rests.push(ms), random: () => 0, mintId: () => `k${(ids += 1)}`, onChange }),
    withLock,
  });
  const flush = () => attachments.upload(outboxFiles.takeNeeded());
  /** Enter was pressed: the chips become part of a message. */
  const submit = (clientId, room = "room") => {
    const chips = attachments.chosen(room);
    const files = chips.map(({ key, name, size, stored: done }) => ({ key, name, size, stored: done }));
    outbox.add({ client_id: clientId, conversation_id: room, text: "t", created_at: "2026-01-01T00:00:00Z", order: 1, state: "queued", error: null, files });
    attachments.handOver(room, chips);
    flush();
  };
  const known = (clientId) => outbox.find(clientId).files.map((item) => item.stored?.name ?? null);
  return { attachments, outbox, stored, calls, rests, failed, flush, submit, known };
}

test("a file that was there at Enter belongs to the message, and nothing of it is kept", async () => {
  const { attachments, submit, known } = rig();
  attachments.add("room", [file("a.txt")]);
  await turns();
  expect(attachments.chosen("room").map(({ state }) => state)).toEqual(["done"]);
  submit("m1");
  expect(known("m1")).toEqual(["a.txt"]);
  expect(attachments.chosen("room")).toEqual([]);
  expect(attachments.uploads.items).toEqual([]);
  expect(attachments.isHolding).toBe(false);
});

test("a file under way at Enter goes on under the message, is announced once, and is forgotten then", async () => {
  const { attachments, submit, known, calls } = rig();
  attachments.add("room", [file("a.txt"), file("b.txt")]);
  submit("m1");
  expect(known("m1")).toEqual([null, null]);
  await turns();
  expect(known("m1")).toEqual(["a.txt", "b.txt"]);
  expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(2);
  expect(attachments.uploads.items).toEqual([]);
});

test("after a reload a file is taken from the outbox, and under the same name at the server", async () => {
  const { outbox, flush, known, stored } = rig();
  const files = [{ key: "kept", name: "a.txt", size: 4, stored: null }];
  outbox.add({ client_id: "m1", conversation_id: "room", text: "", created_at: "2026-01-01T00:00:00Z", order: 1, state: "queued", error: null, files });
  flush();
  flush();
  await turns();
  expect(known("m1")).toEqual(["a.txt"]);
  expect([...stored.keys()]).toEqual(["kept"]);
});

test("a refused file fails its message with its name and reason; the other file is kept", async () => {
  const refused = new ApiError("image_unreadable", { kind: "VALIDATION_ERROR", message: "This image is damaged.", retryable: false });
  const { attachments, submit, known, failed } = rig((name) => (name === "bad.png" ? refused : null));
  attachments.add("room", [file("good.png"), file("bad.png")]);
  submit("m1");
  await turns();
  expect(known("m1")).toEqual(["good.png", null]);
  expect(failed).toHaveLength(1);
  expect(failed[0][1]).toMatchObject({ code: "image_unreadable", message: "bad.png: This image is damaged.", retryable: false });
});

test.each(["not_signed_in", "account_changed"])("%s fails no message: the file waits for the next session of its author", async (code) => {
  const ended = new ApiError(code);
  const { attachments, submit, failed, rests, known } = rig(() => ended);
  attachments.add("room", [file("a.txt")]);
  submit("m1");
  await turns();
  expect(failed).toEqual([]);
  expect(known("m1")).toEqual([null]);
  expect(rests.at(-1)).toBe(5_000);
});

test("a message that is taken back gives its files to the conversation it was written in", async () => {
  const { attachments, outbox, submit } = rig();
  attachments.add("room", [file("a.txt")]);
  await turns();
  submit("m1");
  const item = outbox.find("m1");
  attachments.withdraw(item, await attachments.bytesOf(item));
  expect(attachments.chosen("room").map(({ name, state }) => [name, state])).toEqual([["a.txt", "done"]]);
});

test("a message that is thrown away takes its files from the server, wherever they stood", async () => {
  const { attachments, outbox, submit, calls } = rig();
  attachments.add("room", [file("a.txt")]);
  await turns();
  submit("m1");
  attachments.discard(outbox.find("m1"));
  await turns();
  expect(calls.at(-1)).toBe("DELETE uploads");
});

test("another account finds nothing of this one", async () => {
  const { attachments } = rig();
  attachments.add("room", [file("a.txt")]);
  attachments.close();
  expect(attachments.uploads.items).toEqual([]);
  expect(attachments.isHolding).toBe(false);
});

test("a file of a message that was withdrawn and written again is uploaded for the new one", async () => {
  const { attachments, outbox, submit, known, stored } = rig();
  attachments.add("room", [file("a.txt")]);
  submit("m1");
  attachments.withdraw(outbox.discard("m1"), new Map());
  submit("m2");
  await turns();
  expect(known("m2")).toEqual(["a.txt"]);
  expect(stored.size).toBe(1);
  expect(attachments.uploads.items).toEqual([]);
});

test("a description goes with its file into the outbox, and back into the composer", async () => {
  const { attachments, outbox } = rig();
  attachments.add("room", [file("a.png"), file("b.png")]);
  await turns();
  const [{ key }] = attachments.chosen("room");
  attachments.describe(key, " A red bicycle ");
  const item = newItem({ client_id: "m", conversation_id: "room", text: "", order: 1, files: attachments.chosen("room").map(toOutboxFile) }, 0);
  expect(item.files.map(({ name, alt }) => [name, alt])).toEqual([["a.png", "A red bicycle"], ["b.png", undefined]]);
  outbox.add(item);
  attachments.handOver("room", attachments.chosen("room"));
  attachments.withdraw(item, new Map());
  expect(attachments.chosen("room").map(({ name, alt }) => [name, alt])).toEqual([["a.png", "A red bicycle"], ["b.png", undefined]]);
});
