import { beforeEach, expect, test } from "bun:test";
import { createErrorLog, redact } from "../../assets/nova/error_log.js";
import { Notices } from "../../assets/nova/notices.js";

let notices, number;
const add = (code, now, more = {}) => notices.add({ code, ...more }, { id: `n${(number += 1)}`, now });
const codes = () => notices.shown.map((notice) => notice.code);

beforeEach(() => {
  [notices, number] = [new Notices(), 0];
});

test("fifty of the same in five seconds are one with a counter, and later it is a new one", () => {
  for (let n = 0; n < 50; n += 1) add("timed_out", n * 100);
  expect(notices.shown.map((notice) => [notice.id, notice.count])).toEqual([["n1", 50]]);
  notices.dismiss("n1");
  add("timed_out", 15_000);
  expect(notices.shown.map((notice) => [notice.id, notice.count])).toEqual([["n51", 1]]);
});

test("what offers nothing to do leaves after five seconds, what does stays", () => {
  add("timed_out", 0);
  add("unexpected_answer", 0);
  add("network_unreachable", 0, { can_retry: true });
  expect(notices.look(0)).toBe(5_000);
  expect(notices.look(5_000)).toBe(Infinity);
  expect(codes()).toEqual(["unexpected_answer", "network_unreachable"]);
});

test("nothing leaves while somebody reads or nobody looks", () => {
  add("timed_out", 0);
  notices.pause(true, 1_000);
  expect(notices.look(60_000)).toBe(Infinity);
  notices.pause(false, 60_000);
  expect(notices.look(60_000)).toBe(64_000);
  notices.look(64_000);
  expect(codes()).toEqual([]);
});

test("at most five are shown; those that would leave anyway go first", () => {
  add("outbox_unavailable", 0);
  for (let n = 0; n < 7; n += 1) add(`code_${n}`, n, { kind: "TIMEOUT", message: "x" });
  expect(codes()).toEqual(["outbox_unavailable", "code_3", "code_4", "code_5", "code_6"]);
  expect(notices.history.length).toBe(8);
});

test("a session ends once, however many calls find out", () => {
  add("not_signed_in", 0);
  add("not_signed_in", 60_000);
  expect(notices.shown.map((notice) => [notice.action, notice.count])).toEqual([["sign_in", 2]]);
});

test("being slowed down is shown for as long as it lasts", () => {
  add("too_many_attempts", 0, { retry_after_ms: 30_000 });
  expect(notices.shown[0].wait_seconds).toBe(30);
  expect(notices.look(0)).toBe(30_000);
});

test("an unknown failure is one of the nine kinds", () => {
  expect(add("nonsense", 0).kind).toBe("UNKNOWN");
});

class FakeStorage {
  constructor(room = Infinity) {
    Object.defineProperty(this, "room", { value: room });
  }
  getItem(key) {
    return this[key] ?? null;
  }
  setItem(key, value) {
    if (Object.keys(this).length >= this.room) throw new DOMException("full", "QuotaExceededError");
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}
const entry = (n, detail = "") => ({ at: n * 1000, id: `id${n}`, kind: "UNKNOWN", code: "x", request_id: "", count: 1, detail });

test("the last fifty are kept, one key each, and nothing else is touched", () => {
  const storage = new FakeStorage();
  storage.setItem("other", "mine");
  const log = createErrorLog(storage);
  for (let n = 0; n < 60; n += 1) log.add(entry(n));
  const kept = JSON.parse(log.dump());
  expect([kept.length, kept[0].id, kept.at(-1).id]).toEqual([50, "id10", "id59"]);
  expect(Object.keys(storage).every((key) => key === "other" || key.startsWith("nova:error:"))).toBe(true);
  log.clear();
  expect(Object.keys(storage)).toEqual(["other"]);
});

test("a storage that is full loses the older half, one that is forbidden loses nothing but the log", () => {
  const log = createErrorLog(new FakeStorage(10));
  for (let n = 0; n < 11; n += 1) log.add(entry(n));
  expect(JSON.parse(log.dump()).at(-1).id).toBe("id10");
  const forbidden = createErrorLog(new Proxy({}, { ownKeys: () => { throw new DOMException("no", "SecurityError"); } }));
  forbidden.add(entry(1));
  expect(forbidden.dump()).toBe("[]");
  forbidden.clear();
});

test("no secret stays in the log", () => {
  const secret = "eyJhbGciOiJIUzI1NiJ9abcdefghijkl";
  const text = redact(`ana@example.org token=${secret} Bearer abc123 at https://nova.example/c/1?x=2 password: "hunter2"`);
  for (const word of ["ana@", secret, "abc123", "nova.example", "hunter2"]) expect(text).not.toContain(word);
  expect(redact("x".repeat(10) + " y ".repeat(900)).length).toBeLessThanOrEqual(500);
});
