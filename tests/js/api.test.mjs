import { expect, test } from "bun:test";
import { ApiError, createApi } from "../../assets/nova/api.js";
import { mintId } from "../../assets/nova/ids.js";

const answering = (status, body) => createApi("http://nova", async () => new Response(body, { status }));
const failure = async (api) => {
  try {
    await api.get("users/me");
  } catch (fault) {
    return fault;
  }
  throw new Error("expected a failure");
};

test("an answer is its JSON, and an empty one is null", async () => {
  expect(await answering(200, '{"a":1}').get("x")).toEqual({ a: 1 });
  expect(await createApi("http://nova", async () => new Response(null, { status: 204 })).post("x")).toBe(null);
});

test("a problem document becomes an error of its kind", async () => {
  const problem = { code: "invalid_fields", fields: { username: "taken" }, retry_after_seconds: 2 };
  const fault = await failure(answering(422, JSON.stringify(problem)));
  expect(fault).toBeInstanceOf(ApiError);
  expect([fault.kind, fault.fields, fault.retryAfterMs, fault.status]).toEqual([
    "VALIDATION_ERROR", { username: "taken" }, 2000, 422,
  ]);
});

test("whatever is no problem document is unexpected, never a crash", async () => {
  for (const [status, body] of [[200, "<html>"], [502, "<html>"], [500, '{"x":1}'], [500, '{"code":"nonsense"}']]) {
    expect((await failure(answering(status, body))).kind).toBe("UNKNOWN");
  }
});

test("no network is a network error", async () => {
  const api = createApi("http://nova", async () => {
    throw new TypeError("failed to fetch");
  });
  expect((await failure(api)).kind).toBe("NETWORK_ERROR");
});

test("an id is a version 7 UUID, begins with the time and never comes twice", () => {
  const ids = Array.from({ length: 1000 }, () => mintId(0x0123456789ab));
  expect(new Set(ids).size).toBe(1000);
  expect(ids[0].startsWith("01234567-89ab-7")).toBe(true);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
