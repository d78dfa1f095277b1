import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/posts.js";
import { Posts } from "../../assets/nova/posts/posts.js";
import { sizeLabel } from "../../assets/nova/files/upload_items.js";
import { createStore } from "../../assets/nova/base/store.js";
import { Uploads } from "../../assets/nova/files/uploads.js";

const post = (number) => ({
  number, id: `p${number}`, author_id: "a", author_name: "Ada Byron", text: `post ${number}`,
  created_at: "2026-01-01T12:00:00Z", files: [],
});

/** A feed whose server answers from a list of newest numbers, or throws. */
function feed(...answers) {
  const calls = [];
  let now = 1_000_000;
  const saved = { form: null };
  const answer = async (...call) => {
    calls.push(call);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    return next;
  };
  const store = createStore(DEFAULTS.posts);
  const uploads = new Uploads({ send: answer, sleep: async () => {}, random: () => 0, mintId: () => "k", onChange() {} });
  const posts = new Posts({
    store, uploads, origin: "http://nova", mintId: () => "key", now: () => now, notify: (failed) => calls.push(["notify", failed]),
    api: { get: answer, post: answer }, save: (form) => (saved.form = form),
  });
  return { posts, store, calls, saved, later: (ms) => (now += ms) };
}
const page = (from, to, has_more = false) => ({
  items: Array.from({ length: from - to + 1 }, (_, n) => post(from - n)), has_more,
});
const numbers = ({ store }) => store.get().items.map((item) => Number(item.text.slice(5)));
const down = new ApiError("network_unreachable");

test("a feed that cannot be loaded says so, and asks again only on request", async () => {
  const rig = feed(down, down, page(2, 1));
  await rig.posts.load();
  expect(rig.store.get()).toMatchObject({ state: "error", problem_code: "network_unreachable" });
  rig.posts.onShown();
  expect(rig.calls.length).toBe(1);
  rig.later(31_000);
  rig.posts.onShown();
  expect(rig.calls.length).toBe(2);
  await rig.posts.load();
  expect(rig.store.get().state).toBe("ready");
});

test("what is on the screen stays when a later refresh fails", async () => {
  const rig = feed(page(2, 1), down);
  await rig.posts.load();
  await rig.posts.load();
  expect(rig.store.get().state).toBe("ready");
  expect(numbers(rig)).toEqual([2, 1]);
});

test("newer posts come in front, older ones that were loaded stay, and a gap is not hidden", async () => {
  const rig = feed(page(40, 21, true), page(20, 1), page(41, 22, true), page(90, 71, true));
  await rig.posts.load();
  await rig.posts.loadMore();
  expect(rig.calls.at(-1)).toEqual(["posts?before=21"]);
  await rig.posts.load();
  expect(numbers(rig)).toEqual(Array.from({ length: 41 }, (_, n) => 41 - n));
  expect(rig.store.get().has_more).toBe(false);
  await rig.posts.load();
  expect(numbers(rig)[0]).toBe(90);
  expect(numbers(rig).length).toBe(20);
  expect(rig.store.get().has_more).toBe(true);
});

test("a post that is not taken stays in the form, and goes out under the same key", async () => {
  const refused = new ApiError("internal", { message: "Words." });
  const rig = feed(refused, null, page(1, 1));
  rig.posts.edit("hello");
  expect(rig.saved.form).toEqual({ text: "hello", key: "key", stored: [] });
  await rig.posts.publish();
  expect(rig.store.get()).toMatchObject({ text: "hello", form_text: "Words.", publishing: false });
  await rig.posts.publish();
  expect(rig.calls.slice(0, 2).map(([path, body, key]) => [path, body.text, key])).toEqual([
    ["posts", "hello", "key"], ["posts", "hello", "key"],
  ]);
  expect(rig.store.get()).toMatchObject({ text: "", form_problem: "" });
  expect(rig.saved.form).toBe(null);
});

test("an older window that cannot be loaded is a notice with a retry", async () => {
  const rig = feed(page(2, 2, true), down, page(1, 1));
  await rig.posts.load();
  await rig.posts.loadMore();
  const [, failed] = rig.calls.at(-1);
  expect(failed.code).toBe("network_unreachable");
  await failed.retry();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(numbers(rig)).toEqual([2, 1]);
});

test("sizes are shown with two digits", () => {
  expect([0, 999, 1000, 3_420_000, 52_428_800, 2e9, 5e12].map(sizeLabel)).toEqual([
    "0 B", "999 B", "1.0 kB", "3.4 MB", "52 MB", "2.0 GB", "5000 GB",
  ]);
});

test("a refused form says what is wrong with which field", async () => {
  const words = "There is half a character in it (an unpaired surrogate). Take it out.";
  const refused = new ApiError("invalid_fields", { kind: "VALIDATION_ERROR", message: "Some fields need another look.", fields: { text: words } });
  const rig = feed(refused);
  rig.posts.edit("half");
  await rig.posts.publish();
  expect(rig.store.get()).toMatchObject({ form_problem: "invalid_fields", form_text: words, text: "half", publishing: false });
});
