import { expect, test } from "bun:test";
import { ApiError, createApi } from "../../assets/nova/http/api.js";
import { createSend } from "../../assets/nova/http/upload_request.js";

const KINDS = [
  "NETWORK_ERROR", "TIMEOUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "VALIDATION_ERROR", "RATE_LIMITED", "SERVER_ERROR",
  "UNKNOWN",
];

/** An XMLHttpRequest that ends as scripted. */
class FakeRequest {
  constructor(end) {
    Object.assign(this, { upload: {}, headers: {}, status: 0, responseText: "", end });
  }
  open(method, url) { Object.assign(this, { method, url }); }
  setRequestHeader(name, value) { this.headers[name] = value; }
  getResponseHeader(name) { return this.answered?.[name] ?? null; }
  abort() { this.onabort?.(); this.onloadend?.(); }
  send(body) {
    this.body = body;
    queueMicrotask(() => { this.end(this); this.onloadend?.(); });
  }
}
const requests = [];
const faults = [];
const deps = (end) => ({ open: () => (requests.push(new FakeRequest(end)), requests.at(-1)), onFault: (fault) => faults.push(fault) });
const sender = (end) => createSend("http://nova", deps(end));
const failure = (promise) => promise.then(() => { throw new Error("expected a failure"); }, (fault) => fault);
const answers = (status, responseText, answered = {}) => (request) => {
  Object.assign(request, { status, responseText, answered });
  request.onload();
};
const problem = (kind, code) => JSON.stringify({ kind, code, message: "Words.", retryable: false });

test("an answer is its JSON; the request carries its key, its part and the cookie", async () => {
  const send = sender(answers(200, '{"offset":3}'));
  const bytes = new ArrayBuffer(3);
  expect(await send("PATCH", "uploads/u?offset=0", { bytes, key: "k" })).toEqual({ offset: 3 });
  expect(requests.at(-1)).toMatchObject({ url: "http://nova/api/v1/uploads/u?offset=0", body: bytes, withCredentials: true });
  expect(requests.at(-1).headers).toEqual({ "Idempotency-Key": "k" });
  expect(await sender(answers(204, ""))("DELETE", "uploads/u")).toBe(null);
});

test("whatever way a transfer ends badly, it is exactly one of the nine kinds", async () => {
  const ends = [
    [(request) => request.onerror(), "NETWORK_ERROR"],
    [(request) => request.onabort(), "TIMEOUT"],
    [answers(200, "<html>"), "UNKNOWN"],
    [answers(200, '{"a":'), "UNKNOWN"],
    [answers(413, problem("VALIDATION_ERROR", "file_too_large")), "VALIDATION_ERROR"],
    [answers(401, problem("UNAUTHORIZED", "not_signed_in")), "UNAUTHORIZED"],
    [answers(403, problem("FORBIDDEN", "account_disabled")), "FORBIDDEN"],
    [answers(404, problem("NOT_FOUND", "not_found")), "NOT_FOUND"],
    [answers(429, "", { "retry-after": "7" }), "RATE_LIMITED"],
    [answers(502, "<html>"), "SERVER_ERROR"],
    [answers(413, "<html>nginx"), "VALIDATION_ERROR"],
    [answers(403, "<html>firewall"), "FORBIDDEN"],
    [answers(511, "<html>portal"), "NETWORK_ERROR"],
    [answers(418, problem("TEAPOT", "teapot")), "UNKNOWN"],
  ];
  for (const [end, kind] of ends) {
    const fault = await failure(sender(end)("GET", "x"));
    expect(fault).toBeInstanceOf(ApiError);
    expect(fault.kind).toBe(kind);
    expect(faults.pop()).toBe(fault);
  }
  faults.length = 0;
  expect((await failure(sender(answers(429, "", { "retry-after": "7" }))("GET", "x"))).retryAfterMs).toBe(7000);
  faults.length = 0;
});

test("a transfer that is given up says whose wish that was", async () => {
  const abort = new AbortController();
  const promise = sender(() => {})("GET", "x", { signal: abort.signal });
  const wish = new Error("removed");
  abort.abort(wish);
  expect(await failure(promise)).toBe(wish);
  const before = requests.length;
  expect(await failure(sender(() => {})("GET", "x", { signal: abort.signal }))).toBe(wish);
  expect([requests.length, faults.length]).toEqual([before, 0]);
});

test("every way that fetch fails is exactly one of the nine kinds", async () => {
  const faults = [
    new TypeError("Failed to fetch"),
    ...["AbortError", "NotAllowedError", "NetworkError", "TimeoutError", "DataCloneError"].map((name) => new DOMException("x", name)),
  ];
  for (const cause of faults) {
    const api = createApi("http://nova", { fetcher: () => Promise.reject(cause), sleep: async () => {} });
    const fault = await failure(api.post("x", {}));
    expect(fault).toBeInstanceOf(ApiError);
    expect(KINDS).toContain(fault.kind);
  }
  // The body breaks off after the head has arrived.
  const broken = { ok: true, status: 200, headers: new Headers(), text: () => Promise.reject(new TypeError("network error")) };
  const api = createApi("http://nova", { fetcher: async () => broken, sleep: async () => {} });
  expect((await failure(api.post("x", {}))).kind).toBe("NETWORK_ERROR");
});

test("a transfer names the page's account, and nothing leaves a page that is another's", async () => {
  let account = () => "ana";
  const send = createSend("http://nova", { ...deps(answers(200, "{}")), account: () => account() });
  await send("PATCH", "uploads/u?offset=0", { bytes: new ArrayBuffer(1) });
  expect(requests.at(-1).headers).toEqual({ "Nova-Account": "ana" });
  const count = requests.length;
  account = () => { throw new ApiError("account_changed"); };
  expect(await failure(send("PATCH", "uploads/u?offset=1"))).toMatchObject({ code: "account_changed", kind: "FORBIDDEN", retryable: false });
  expect(requests[count]?.body).toBe(undefined);
});
