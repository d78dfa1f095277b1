import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { Uploads } from "../../assets/nova/files/uploads.js";

const MIB = 1 << 20;
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A server that keeps parts in memory, and a connection whose faults come from a list: one entry a request. */
function rig(faults = []) {
  const files = new Map();
  const calls = [];
  const waits = [];
  let ids = 0;
  const send = async (method, path, options = {}) => {
    calls.push(`${method} ${path}`);
    const fault = faults.shift();
    options.signal?.throwIfAborted();
    if (fault instanceof ApiError) throw fault;
    const answer = await serve(files, method, path, options);
    // "lost": the request arrived, its answer did not.
    if (fault === "lost") throw new ApiError("network_unreachable");
    return answer;
  };
  const sleep = async (ms) => void waits.push(ms);
  const uploads = new Uploads({ send, sleep, random: () => 1, mintId: () => `k${(ids += 1)}`, onChange() {} });
  return { uploads, files, calls, waits };
}

async function serve(files, method, path, options) {
  if (method === "POST") {
    if (!files.has(options.key)) files.set(options.key, { id: options.key, size: options.json.size_bytes, bytes: new Uint8Array() });
    return at(files.get(options.key));
  }
  const file = files.get(/uploads\/([^/?]+)/.exec(path)[1]);
  if (method === "DELETE") return void files.delete(file.id);
  if (method === "GET") return at(file);
  const offset = Number(/offset=(\d+)/.exec(path)[1]);
  if (offset !== file.bytes.length) throw new ApiError("offset_mismatch", { kind: "VALIDATION_ERROR", retryable: false });
  options.onProgress?.(options.bytes.byteLength);
  file.bytes = new Uint8Array([...file.bytes, ...new Uint8Array(options.bytes)]);
  return at(file);
}
const at = (file) => ({
  id: file.id,
  offset: file.bytes.length,
  size_bytes: file.size,
  file: file.bytes.length === file.size ? { id: file.id, name: "f", size_bytes: file.size } : null,
});
const blob = (size, name = "f.bin") => new File([new Uint8Array(size).map((_, i) => i % 251)], name);
async function settled(uploads) {
  for (let i = 0; i < 200; i += 1) {
    await turn();
    if (uploads.items.every((item) => ["done", "failed"].includes(item.state))) return;
  }
  throw new Error(`expected an end, got ${uploads.items.map((item) => item.state)}`);
}

test("a file arrives whole, in parts", async () => {
  const { uploads, files, calls } = rig();
  uploads.add([blob(2.5 * MIB)]);
  await settled(uploads);
  expect(uploads.isDone).toBe(true);
  expect(calls.map((call) => call.split(" ")[0])).toEqual(["POST", "PATCH", "PATCH", "PATCH"]);
  const [file] = files.values();
  expect(file.bytes).toEqual(new Uint8Array(2.5 * MIB).map((_, i) => i % 251));
});

test("after a cut it asks for the server's offset and continues there", async () => {
  const cut = () => new ApiError("network_unreachable");
  const { uploads, files, waits } = rig([cut(), null, null, cut(), cut(), null, "lost"]);
  uploads.add([blob(3 * MIB)]);
  await settled(uploads);
  const [file] = files.values();
  expect(files.size).toBe(1);
  expect(file.bytes).toEqual(new Uint8Array(3 * MIB).map((_, i) => i % 251));
  expect(waits.length).toBe(4);
  expect(Math.max(...waits)).toBeLessThan(16_000);
});

test("the server's advice is waited for", async () => {
  const { uploads, waits } = rig([new ApiError("too_many_uploads", { kind: "RATE_LIMITED", retryable: true, retryAfterMs: 7000 })]);
  uploads.add([blob(10)]);
  await settled(uploads);
  expect(waits[0]).toBeGreaterThan(7000);
});

test("a part that does not fit is no failure", async () => {
  const { uploads } = rig([null, new ApiError("taken_over", { kind: "VALIDATION_ERROR", retryable: false })]);
  uploads.add([blob(10)]);
  await settled(uploads);
  expect(uploads.isDone).toBe(true);
});

test("one file that is refused leaves the others alone and can be tried again", async () => {
  const refused = new ApiError("file_too_large", { kind: "VALIDATION_ERROR", retryable: false, message: "Too large." });
  const { uploads } = rig([refused]);
  uploads.add([blob(10, "a"), blob(20, "b"), blob(30, "c")]);
  await settled(uploads);
  expect(uploads.items.map((item) => item.state)).toEqual(["failed", "done", "done"]);
  expect(uploads.items[0].fault.message).toBe("Too large.");
  uploads.retry(uploads.items[0].key);
  await settled(uploads);
  expect(uploads.isDone).toBe(true);
});

test("at most two are under way at once", async () => {
  const { uploads } = rig();
  uploads.add([blob(10), blob(10), blob(10), blob(10)]);
  expect(uploads.items.map((item) => item.state)).toEqual(["sending", "sending", "waiting", "waiting"]);
  await settled(uploads);
});

test("a removed file stops and is forgotten by the server", async () => {
  const { uploads, files, calls } = rig();
  uploads.add([blob(3 * MIB)]);
  await turn();
  uploads.remove(uploads.items[0].key);
  for (let i = 0; i < 20; i += 1) await turn();
  expect(uploads.items).toEqual([]);
  expect(calls.at(-1).startsWith("DELETE")).toBe(true);
  expect(files.size).toBe(0);
});

test("an empty and an unreadable file say so", async () => {
  const { uploads, calls } = rig();
  const gone = blob(10);
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) });
  uploads.add([blob(0), gone]);
  await settled(uploads);
  expect(uploads.items.map((item) => item.fault?.code)).toEqual(["file_empty", "file_unreadable"]);
  expect(calls.filter((call) => call.startsWith("PATCH"))).toEqual([]);
});
