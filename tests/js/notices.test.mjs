import { beforeEach, expect, test } from "bun:test";
import { createErrorLog, redact } from "../../assets/nova/errors/error_log.js";
import { Notices } from "../../assets/nova/errors/notices.js";

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
  expect(notices.update(0)).toBe(5_000);
  expect(notices.update(5_000)).toBe(Infinity);
  expect(codes()).toEqual(["unexpected_answer", "network_unreachable"]);
});

test("nothing disappears while a user reads or the page is hidden", () => {
  add("timed_out", 0);
  notices.pause(true, 1_000);
  expect(notices.update(60_000)).toBe(Infinity);
  notices.pause(false, 60_000);
  expect(notices.update(60_000)).toBe(64_000);
  notices.update(64_000);
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

test("being slowed down is shown for as long as it lasts, and counted down", () => {
  add("too_many_attempts", 500, { retry_after_ms: 30_000 });
  const label = () => notices.shown.map((notice) => notice.wait_label);
  expect([label(), notices.update(500)]).toEqual([["30 s"], 1_500]);
  expect([notices.update(1_600), label()]).toEqual([2_500, ["29 s"]]);
  notices.update(30_500);
  expect(label()).toEqual([]);
});

test("a long wait names the time of day, and a retry waits for it", () => {
  add("too_many_searches", 0, { retry_after_ms: 900_000, can_retry: true });
  expect(notices.shown[0].wait_label).toMatch(/^until .*\d/);
  expect(notices.update(0)).toBe(840_000);
  notices.update(840_000);
  expect(notices.shown[0].wait_label).toBe("60 s");
  notices.update(900_000);
  expect(notices.shown[0].wait_label).toBe("");
});

test("what is said elsewhere is in the history alone, and counts once when it is shown, too", () => {
  add("timed_out", 0, { quiet: true, request_id: "r1" });
  expect([codes(), notices.history.length]).toEqual([[], 1]);
  add("timed_out", 10, { again: true, can_retry: true });
  expect(notices.shown.map(({ count, can_retry, request_id }) => [count, can_retry, request_id])).toEqual([[1, true, "r1"]]);
  add("timed_out", 20, { quiet: true });
  expect(notices.shown.map(({ count, can_retry }) => [count, can_retry])).toEqual([[2, true]]);
  notices.retried("n1");
  expect(notices.history.map(({ can_retry }) => can_retry)).toEqual([false]);
});

test("other words are another problem, and one that appears while a user reads has its whole time", () => {
  add("invalid_fields", 0, { kind: "VALIDATION_ERROR", message: "No user a." });
  notices.pause(true, 1_000);
  add("invalid_fields", 4_000, { kind: "VALIDATION_ERROR", message: "No user b." });
  expect(notices.shown.length).toBe(2);
  notices.pause(false, 10_000);
  expect(notices.update(10_000)).toBe(14_000);
  notices.update(14_999);
  expect(notices.shown.map(({ text }) => text)).toEqual(["No user b."]);
  notices.update(15_000);
  expect(codes()).toEqual([]);
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

test("a storage that is full loses the older half, one that is forbidden leaves it to the memory", () => {
  const log = createErrorLog(new FakeStorage(10));
  for (let n = 0; n < 11; n += 1) log.add(entry(n));
  const kept = JSON.parse(log.dump());
  expect([kept.length, kept.at(-1).id]).toEqual([11, "id10"]);
  const forbidden = createErrorLog(new Proxy({}, { ownKeys: () => { throw new DOMException("no", "SecurityError"); } }));
  for (let n = 0; n < 60; n += 1) forbidden.add(entry(n));
  expect(JSON.parse(forbidden.dump()).map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, n) => `id${n + 10}`));
  forbidden.clear();
  expect(forbidden.dump()).toBe("[]");
});

test("no secret stays in the log", () => {
  const secret = "eyJhbGciOiJIUzI1NiJ9abcdefghijkl";
  const text = redact(`ana@example.org token=${secret} Bearer abc123 at https://nova.example/c/1?x=2 password: "hunter2"`);
  for (const word of ["ana@", secret, "abc123", "nova.example", "hunter2"]) expect(text).not.toContain(word);
  const storage = new FakeStorage();
  createErrorLog(storage).add({ ...entry(1), text: `no user ana@example.org ${"w ".repeat(400)}`, request_id: secret.repeat(9) });
  const [line] = Object.values(storage);
  expect([line.includes("ana@"), line.length < 2_048]).toEqual([false, true]);
  expect(redact("x".repeat(10) + " y ".repeat(900)).length).toBeLessThanOrEqual(500);
});

test("what only offers its details leaves after half a minute: the recent errors offer them, too", () => {
  add("internal", 0);
  expect(notices.update(0)).toBe(30_000);
  expect(notices.update(30_000)).toBe(Infinity);
  expect(codes()).toEqual([]);
  expect(notices.history[0]).toMatchObject({ code: "internal", action: "copy" });
});

test("a Retry is offered only where it can succeed, whoever offers one", () => {
  const offered = (problem) => notices.add({ can_retry: true, ...problem }, { id: `r${(number += 1)}`, now: 0 }).can_retry;
  expect(offered({ code: "timed_out" })).toBe(true);
  expect(offered({ code: "not_a_member" })).toBe(false);
  expect(offered({ code: "file_empty", kind: "VALIDATION_ERROR", retryable: false })).toBe(false);
  expect(offered({ code: "quota_exceeded", kind: "VALIDATION_ERROR", retryable: false })).toBe(true);
  expect(offered({ code: "of_tomorrow", kind: "SERVER_ERROR", retryable: true })).toBe(true);
});
