import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { LinkPreviews } from "../../assets/nova/conversation/link_previews.js";

const ITEM = { url: "https://e.org/a", host: "e.org", title: "A", description: "" };
const a_row = (message_id, text = "see https://e.org/a", more = {}) => ({ message_id, seq: 1, text, is_deleted: false, pending: "", ...more });
const settled = () => new Promise((resolve) => setTimeout(resolve));

/** Previews of a server whose answers the test gives one by one. */
function page() {
  const calls = [];
  const timers = [];
  const faults = [];
  const state = { changes: 0 };
  const previews = new LinkPreviews({
    call: (method, path) => new Promise((resolve, reject) => calls.push({ method, path, resolve, reject })),
    onChange: () => (state.changes += 1),
    onFault: (fault) => faults.push(fault.code),
    setTimer: (work, ms) => timers.push({ work, ms }),
  });
  return { previews, calls, timers, faults, state };
}

test("a message with a link is asked for once, and shown when the answer is there", async () => {
  const { previews, calls, state } = page();
  for (let i = 0; i < 3; i += 1) previews.ask("c", [a_row("m")]);
  expect(calls.map(({ method, path }) => [method, path])).toEqual([["GET", "conversations/c/messages/m/previews"]]);
  expect(previews.of("m", a_row("m").text)).toEqual([]);
  calls[0].resolve({ items: [ITEM, { ...ITEM, url: "javascript:alert(1)" }] });
  await settled();
  expect(previews.of("m", a_row("m").text)).toEqual([ITEM]);
  expect(state.changes).toBe(1);
  previews.ask("c", [a_row("m")]);
  expect(calls.length).toBe(1);
});

test("messages without a link, not stored, deleted or being changed are not asked for", () => {
  const { previews, calls } = page();
  const others = [{ seq: 0 }, { message_id: "" }, { is_deleted: true }, { pending: "edit" }, { text: "no link" }, { text: "https:// " }];
  previews.ask("c", others.map((more) => a_row("m", "https://e.org", more)));
  expect(calls).toEqual([]);
});

test("two are under way at once, the newest first", async () => {
  const { previews, calls } = page();
  previews.ask("c", ["1", "2", "3"].map((id) => a_row(id)));
  expect(calls.map(({ path }) => path.split("/")[3])).toEqual(["3", "2"]);
  calls[0].resolve({ items: [] });
  await settled();
  expect(calls.map(({ path }) => path.split("/")[3])).toEqual(["3", "2", "1"]);
});

test("an edited message is asked for again, and what was asked before is passed over", async () => {
  const { previews, calls } = page();
  previews.ask("c", [a_row("m")]);
  previews.ask("c", [a_row("m", "now https://e.org/b")]);
  calls[0].resolve({ items: [ITEM] });
  await settled();
  expect(previews.of("m", "now https://e.org/b")).toEqual([]);
  calls[1].resolve({ items: [{ ...ITEM, url: "https://e.org/b" }] });
  await settled();
  expect(previews.of("m", "now https://e.org/b").map(({ url }) => url)).toEqual(["https://e.org/b"]);
  expect(previews.of("m", a_row("m").text)).toEqual([]);
});

test("without a connection nothing more is asked for until it is back", async () => {
  const { previews, calls, state } = page();
  previews.ask("c", ["1", "2", "3"].map((id) => a_row(id)));
  for (const call of calls) call.reject(new ApiError("network_unreachable"));
  await settled();
  previews.ask("c", [a_row("1")]);
  expect(calls.length).toBe(2);
  previews.welcomed("c");
  expect(state.changes).toBe(1);
  previews.ask("c", [a_row("1")]);
  expect(calls.length).toBe(3);
});

test("a limit is waited for", async () => {
  const { previews, calls, timers } = page();
  previews.ask("c", [a_row("m")]);
  calls[0].reject(new ApiError("too_many_attempts", { retryAfterMs: 5_000 }));
  await settled();
  expect(timers.map(({ ms }) => ms)).toEqual([5_000]);
  timers[0].work();
  previews.ask("c", [a_row("m")]);
  expect(calls.length).toBe(2);
});

test("a message that is gone is not asked for again", async () => {
  const { previews, calls } = page();
  previews.ask("c", [a_row("m")]);
  calls[0].reject(new ApiError("not_found"));
  await settled();
  previews.ask("c", [a_row("m")]);
  expect(calls.length).toBe(1);
});

async function shown() {
  const made = page();
  made.previews.ask("c", [a_row("m")]);
  made.calls[0].resolve({ items: [ITEM] });
  await settled();
  return made;
}

test("a dismissed preview is gone at once; without a connection that is reported later", async () => {
  const { previews, calls } = await shown();
  void previews.dismiss("c", "m");
  expect(previews.of("m", a_row("m").text)).toEqual([]);
  calls[1].reject(new ApiError("network_unreachable"));
  await settled();
  expect(previews.of("m", a_row("m").text)).toEqual([]);
  previews.welcomed("c");
  expect(calls.slice(1).map(({ method, path }) => [method, path])).toEqual(Array(2).fill(["DELETE", "conversations/c/messages/m/previews"]));
  calls[2].resolve(null);
  await settled();
  previews.welcomed("c");
  expect(calls.length).toBe(3);
  expect(previews.of("m", a_row("m").text)).toEqual([]);
});

test("a dismissal that is refused is taken back, with the reason", async () => {
  const { previews, calls, faults } = await shown();
  void previews.dismiss("c", "m");
  calls[1].reject(new ApiError("not_allowed"));
  await settled();
  expect(previews.of("m", a_row("m").text)).toEqual([ITEM]);
  expect(faults).toEqual(["not_allowed"]);
});

test("what its author takes away elsewhere is gone here, and not asked for again", async () => {
  const { previews, calls, state } = await shown();
  previews.removed("m");
  previews.removed("never seen");
  expect(previews.of("m", a_row("m").text)).toEqual([]);
  previews.ask("c", [a_row("m")]);
  expect([calls.length, state.changes]).toEqual([1, 2]);
});

test("what is shown is asked for again when the connection is back, and shown until the answer is there", async () => {
  const { previews, calls } = await shown();
  previews.welcomed("c");
  expect(calls[1]).toMatchObject({ method: "GET", path: "conversations/c/messages/m/previews" });
  expect(previews.of("m", a_row("m").text)).toEqual([ITEM]);
  calls[1].resolve({ items: [] });
  await settled();
  expect(previews.of("m", a_row("m").text)).toEqual([]);
});

test("those of another conversation are forgotten then, and asked for when they are shown", async () => {
  const { previews, calls } = await shown();
  previews.welcomed("another");
  expect(calls.length).toBe(1);
  previews.ask("c", [a_row("m")]);
  expect(calls.length).toBe(2);
});

test("an answer from before its author took it away does not bring it back", async () => {
  const { previews, calls } = await shown();
  previews.welcomed("c");
  previews.removed("m");
  calls[1].resolve({ items: [ITEM] });
  await settled();
  expect(previews.of("m", a_row("m").text)).toEqual([]);
});

test("of a message that is edited while it waits, only the links it has now are asked for", async () => {
  const { previews, calls } = page();
  previews.ask("c", ["m", "2", "3"].map((id) => a_row(id)));
  previews.ask("c", [a_row("m", "now https://e.org/b")]);
  for (const call of calls) call.resolve({ items: [] });
  await settled();
  const asked = calls.filter(({ path }) => path.includes("/m/"));
  expect(asked.length).toBe(1);
  asked[0].resolve({ items: [{ ...ITEM, url: "https://e.org/b" }] });
  await settled();
  expect(previews.of("m", "now https://e.org/b").map(({ url }) => url)).toEqual(["https://e.org/b"]);
});
