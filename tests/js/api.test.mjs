import { expect, test } from "bun:test";
import { ApiError, createApi } from "../../assets/nova/http/api.js";
import { mintId } from "../../assets/nova/base/ids.js";

/** An API whose server gives these answers in turn, the last one again and again; waits are noted, not waited for. */
function scripted(...answers) {
  const [calls, waits] = [[], []];
  let now = 0;
  const fetcher = async (url, init) => {
    calls.push({ url, ...init });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const { status = 200, body = "{}", headers = {}, fault, takes = 0 } = answer;
    now += takes;
    if (fault) throw fault;
    if (body === "never") return { ok: true, status, headers: new Headers(), text: () => until(init.signal) };
    return new Response(status === 204 ? null : body, { status, headers });
  };
  const sleep = async (ms, signal) => {
    waits.push(ms);
    now += ms;
    signal?.throwIfAborted();
  };
  const faults = [];
  const api = createApi("http://nova", { fetcher, now: () => now, random: () => 0.5, sleep, onFault: (fault) => faults.push(fault) });
  return { api, calls, waits, faults, later: (ms) => (now += ms) };
}
/** Never comes, but to an end with the signal. */
const until = (signal) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError"))));
const down = { fault: new TypeError("failed to fetch") };
const problem = (code, kind, status, more = {}) => ({
  status,
  body: JSON.stringify({ code, kind, message: "Words.", retryable: false, request_id: "r1", ...more }),
});
const failure = async (call) => {
  try {
    await call;
  } catch (fault) {
    return fault;
  }
  throw new Error("expected a failure");
};

test("an answer is its JSON, and an empty one is null", async () => {
  expect(await scripted({ body: '{"a":1}' }).api.get("x")).toEqual({ a: 1 });
  expect(await scripted({ status: 204 }).api.post("x")).toBe(null);
});

test("a problem document is an error with its kind, words and number", async () => {
  const { api } = scripted(problem("invalid_fields", "VALIDATION_ERROR", 422, { fields: { username: "taken" } }));
  const fault = await failure(api.get("x"));
  expect(fault).toBeInstanceOf(ApiError);
  expect([fault.kind, fault.fields, fault.message, fault.requestId, fault.status]).toEqual([
    "VALIDATION_ERROR", { username: "taken" }, "Words.", "r1", 422,
  ]);
});

test("whatever a proxy says instead has one of the nine kinds, too", async () => {
  const kinds = [];
  for (const [status, body] of [[200, "<html>"], [200, '{"a":'], [502, "<html>"], [429, ""], [401, "<html>"], [418, "{}"]]) {
    kinds.push((await failure(scripted({ status, body }).api.post("x"))).kind);
  }
  expect(kinds).toEqual(["UNKNOWN", "UNKNOWN", "SERVER_ERROR", "RATE_LIMITED", "UNAUTHORIZED", "UNKNOWN"]);
});

test("what is safe to repeat is tried three times more, ever later", async () => {
  const { api, calls, waits } = scripted(down);
  expect((await failure(api.get("x"))).kind).toBe("NETWORK_ERROR");
  expect([calls.length, waits]).toEqual([4, [150, 300, 600]]);
  expect(await scripted(down, { status: 502, body: "<html>" }, { body: "7" }).api.get("x")).toBe(7);
});

test("what is not safe is sent once, and with a key it keeps its key", async () => {
  const plain = scripted(down);
  await failure(plain.api.post("x", {}));
  expect(plain.calls.length).toBe(1);
  const keyed = scripted(down, { body: "1" });
  await keyed.api.post("x", {}, "k1");
  expect(keyed.calls.map((call) => call.headers["Idempotency-Key"])).toEqual(["k1", "k1"]);
});

test("a wait that the server asks for is kept, one that is too long is reported", async () => {
  const date = "Mon, 23 Nov 2026 12:00:00 GMT";
  const later = "Mon, 23 Nov 2026 12:00:02 GMT";
  process.env.TZ = "Asia/Tokyo";
  const old = { "Retry-After": "Mon Nov 23 12:00:02 2026", Date: date };
  for (const headers of [{ "Retry-After": "2" }, { "Retry-After": later, Date: date }, old]) {
    const { api, waits } = scripted({ status: 503, headers }, { body: "1" });
    await api.get("x");
    expect(waits).toEqual([2100]);
  }
  for (const [value, wait] of [["-5", 150], ["soon", 150]]) {
    const { api, waits } = scripted({ status: 503, headers: { "Retry-After": value } }, { body: "1" });
    await api.get("x");
    expect(waits).toEqual([wait]);
  }
  const { api, calls } = scripted({ status: 503, headers: { "Retry-After": "86400" } });
  expect((await failure(api.get("x"))).retryAfterMs).toBe(86_400_000);
  expect(calls.length).toBe(1);
});

test("all tries together take no longer than half a minute", async () => {
  const { api, calls } = scripted({ ...down, takes: 10_000 });
  await failure(api.get("x"));
  expect(calls.length).toBe(3);
});

test("a body that never ends is given up in time, and the last try has no more than what is left", async () => {
  const { api, calls } = scripted({ fault: new TypeError("cut"), takes: 29_950 }, { body: "never" });
  const begin = performance.now();
  expect((await failure(api.get("x"))).kind).toBe("NETWORK_ERROR");
  expect(calls.length).toBe(1);
  const slow = scripted({ fault: new TypeError("cut"), takes: 29_700 }, { body: "never" });
  expect((await failure(slow.api.get("x"))).kind).toBe("TIMEOUT");
  expect([slow.calls.length, performance.now() - begin < 1_000]).toEqual([2, true]);
});

test("many failures together are no storm, and the server is asked again later by one call", async () => {
  const { api, calls, later } = scripted(down);
  await Promise.all(Array.from({ length: 30 }, () => failure(api.get("x"))));
  expect(calls.length).toBeLessThanOrEqual(40);
  const before = calls.length;
  const refused = await failure(api.get("x"));
  expect([refused.code, refused.retryAfterMs]).toEqual(["unavailable", 12_500]);
  expect(calls.length).toBe(before);
  later(12_500);
  await Promise.all([failure(api.get("x")), failure(api.get("x"))]);
  expect(calls.length).toBe(before + 1);
  api.recover();
  await failure(api.get("x"));
  expect(calls.length).toBeGreaterThan(before + 1);
});

test("a person who tries again is not made to wait, and only one call asks", async () => {
  const { api, calls } = scripted(down);
  await Promise.all(Array.from({ length: 30 }, () => failure(api.get("x"))));
  const before = calls.length;
  expect((await failure(api.get("x"))).code).toBe("unavailable");
  api.tryNow();
  await Promise.all([failure(api.get("x")), failure(api.get("x"))]);
  expect(calls.length).toBe(before + 1);
  // That failed: others wait again.
  expect((await failure(api.get("x"))).code).toBe("unavailable");
  expect(calls.length).toBe(before + 1);
});

test("a server that fails half of the time is left alone, too", async () => {
  const half = Array.from({ length: 20 }, (_, n) => (n % 2 ? { status: 500 } : { body: "1" }));
  const { api, calls } = scripted(...half, { body: "1" });
  for (let n = 0; n < 20; n += 1) await api.post("x", {}).catch(() => null);
  expect((await failure(api.get("x"))).code).toBe("unavailable");
  expect(calls.length).toBe(20);
});

test("every failed call is reported once, whatever number of tries it took", async () => {
  const { api, faults } = scripted(down);
  const fault = await failure(api.get("x"));
  expect(faults).toEqual([fault]);
  const good = scripted(down, { body: "1" });
  await good.api.get("x");
  expect(good.faults).toEqual([]);
});

test("words that no person should read are replaced by those of the code", async () => {
  for (const message of ["at http://nova/api", "<b>no</b>", "WebSocket error", "TypeError: undefined", 7, "x".repeat(301), "error 503"]) {
    const fault = await failure(scripted(problem("internal", "SERVER_ERROR", 500, { message })).api.post("x"));
    expect([fault.code, fault.message]).toEqual(["internal", ""]);
  }
  const odd = await failure(scripted(problem("x", "TEAPOT", 500, { fields: "none" })).api.post("x"));
  expect([odd.code, odd.kind]).toEqual(["internal", "SERVER_ERROR"]);
  const fields = { a: "Words.", b: 7, c: null };
  expect((await failure(scripted(problem("x", "UNKNOWN", 422, { fields })).api.post("x"))).fields).toEqual({ a: "Words." });
});

test("a call that is given up during its wait asks no more", async () => {
  const { api, calls, faults } = scripted(down);
  const abort = new AbortController();
  const call = api.get("x", abort.signal);
  abort.abort();
  expect((await failure(call)).name).toBe("AbortError");
  expect(calls.length).toBe(1);
  expect((await failure(api.get("x", abort.signal))).name).toBe("AbortError");
  expect([calls.length, faults.length]).toEqual([1, 0]);
});

test("an id is a version 7 UUID, begins with the time and never comes twice", () => {
  const ids = Array.from({ length: 1000 }, () => mintId(0x0123456789ab));
  expect(new Set(ids).size).toBe(1000);
  expect(ids[0].startsWith("01234567-89ab-7")).toBe(true);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
