import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/search.js";
import { Search, whileTyping } from "../../assets/nova/search/search.js";
import { createStore } from "../../assets/nova/base/store.js";

const hit = (n) => ({
  message_id: `m${n}`, conversation_id: "c", seq: n, author_id: "a", author_name: "Ada", conversation_name: "Team",
  created_at: "2026-01-01T12:00:00Z", text: `text ${n}`, snippet: [{ text: `text ${n}`, hit: true }],
});
const found = (...numbers) => ({ items: numbers.map(hit), posts: [], has_more: false, index_type: "fts_words", rows_looked_at: 1, took_ms: 1 });

/** Questions that are answered by hand. */
function rig() {
  const asked = [];
  const timers = [];
  const store = createStore(DEFAULTS.search);
  const get = (path, signal) =>
    new Promise((resolve, reject) => {
      asked.push({ path: decodeURIComponent(path), answer: resolve, fail: reject, signal });
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  const search = new Search({
    store, get, now: () => Date.parse("2026-01-01T13:00:00Z"), onAsked() {},
    setTimer: (work) => timers.push(work), clearTimer: (id) => id && (timers[id - 1] = null),
  });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  const wait = () => timers.splice(0).forEach((work) => work?.());
  return { search, store, asked, wait, settle };
}
const ids = ({ store }) => store.get().items.map((item) => item.id);

test("only the text after a pause is searched for", () => {
  const { search, asked, wait } = rig();
  for (const text of ["l", "la", "lau"]) search.type(text);
  wait();
  expect(asked.map((question) => question.path)).toEqual(["search?q=lau*"]);
});

test("a late answer never replaces a newer one", async () => {
  const w = rig();
  void w.search.ask("old");
  void w.search.ask("new");
  w.asked[1].answer(found(2));
  w.asked[0].answer(found(1));
  await w.settle();
  expect(ids(w)).toEqual(["m2"]);
  expect(w.asked[0].signal.aborted).toBe(true);
});

test("a failed search says why, and the next one is a new beginning", async () => {
  const w = rig();
  void w.search.ask("x");
  w.asked[0].fail(new ApiError("too_many_searches", { kind: "RATE_LIMITED", message: "Wait." }));
  await w.settle();
  expect(w.store.get()).toMatchObject({ state: "error", problem_text: "Wait." });
  w.search.submit();
  expect(w.store.get().state).toBe("idle");
});

test("an empty text is no query", () => {
  const { search, asked, store } = rig();
  search.type("  ");
  search.submit();
  expect(asked).toEqual([]);
  expect(store.get().state).toBe("idle");
});

test("the next page goes on behind the last hit, and once", async () => {
  const w = rig();
  void w.search.ask("x");
  w.asked[0].answer({ ...found(9, 8), has_more: true });
  await w.settle();
  void w.search.more();
  void w.search.more();
  expect(w.asked.length).toBe(2);
  expect(w.asked[1].path).toBe("search?q=x&before=m8");
  w.asked[1].answer(found(7));
  await w.settle();
  expect(ids(w)).toEqual(["m9", "m8", "m7"]);
  expect(w.store.get().announcement).toBe("3 results");
});

test("what was said around a hit opens and closes, with its authors, also those who left", async () => {
  const w = rig();
  void w.search.ask("x");
  w.asked[0].answer(found(9));
  await w.settle();
  void w.search.around("m9");
  expect(w.asked.slice(1).map((question) => question.path)).toEqual(["conversations/c/messages?after_seq=5&limit=7"]);
  const dora = { user_id: "d", username: "dora", display_name: "Dora" };
  w.asked[1].answer({ items: [{ ...hit(8), author_id: "d", author_name: "Dora" }, hit(9)], former_authors: [dora] });
  await w.settle();
  expect(w.store.get().items[0].context.map((line) => [line.name, line.has_left, line.text, line.hit])).toEqual([
    ["Dora", true, "text 8", false], ["Ada", false, "text 9", true],
  ]);
  void w.search.around("m9");
  expect(w.store.get().items[0].around).toBe("");
});

test("a word that is being typed is searched for by its prefix", () => {
  expect(["la", "l", "C++", "two wor", '"two wor', "from:an", "laun*", "a b ", "日本"].map(whileTyping)).toEqual([
    "la*", "l", "C++", "two wor*", '"two wor', "from:an", "laun*", "a b ", "日本*",
  ]);
});

test("an address that this search wrote itself does not undo what is typed meanwhile", () => {
  const { search, store, asked, wait } = rig();
  search.open("laun");
  expect([store.get().text, asked.length]).toEqual(["laun", 1]);
  search.type("launch");
  search.open("laun");
  expect([store.get().text, asked.length]).toEqual(["launch", 1]);
  wait();
  search.open("launch");
  search.open("other");
  expect([store.get().text, asked.map(({ path }) => path)]).toEqual(["other", ["search?q=laun", "search?q=launch*", "search?q=other"]]);
});

test("an address that is not well formed is searched for once", () => {
  const { search, asked } = rig();
  search.open("a\ud800");
  search.open("a\ufffd");
  expect(asked.length).toBe(1);
});

test("a chip changes the query and asks at once", async () => {
  const w = rig();
  w.search.type("plan");
  w.search.toggle("has:file");
  expect(w.store.get()).toMatchObject({ text: "plan has:file", state: "loading" });
  expect(w.store.get().chips[0]).toEqual({ term: "has:file", kind: "has", value: "file", is_set: true });
  expect(w.asked.at(-1).path).toBe("search?q=plan has:file");
});

test("a letter in two parts is a letter while typing", () => {
  expect(whileTyping("cafe\u0301")).toBe("cafe\u0301*");
});

const post = (n) => ({
  id: `p${n}`, number: n, author_id: "a", author_name: "Ada", author_avatar_url: "", created_at: "2026-01-01T12:00:00Z", text: `post ${n}`,
  snippet: [{ text: `post ${n}`, hit: true }], files: [],
});

test("posts come before messages, and lead to themselves", async () => {
  const w = rig();
  void w.search.ask("x");
  w.asked[0].answer({ ...found(1), posts: [post(7)] });
  await w.settle();
  expect(w.store.get().items.map(({ id, is_post, href }) => [id, is_post, href])).toEqual([["p7", true, "/posts?at=7"], ["m1", false, "/c/c?m=1"]]);
  expect(w.store.get().announcement).toBe("2 results");
});

test("more posts are asked for after the last one", async () => {
  const w = rig();
  void w.search.ask("x is:post");
  w.asked[0].answer({ ...found(), posts: [post(7), post(6)], has_more: true });
  await w.settle();
  void w.search.more();
  expect(w.asked[1].path).toBe("search?q=x is:post&before=p6");
  w.asked[1].answer({ ...found(), posts: [post(5)] });
  await w.settle();
  expect(ids(w)).toEqual(["p7", "p6", "p5"]);
});

test("the posts, and each day of the messages, stand under one heading, whatever is loaded later", async () => {
  const w = rig();
  const on = (n, day) => ({ ...hit(n), created_at: `2025-12-${day}T12:00:00Z` });
  void w.search.ask("x");
  w.asked[0].answer({ ...found(9), posts: [post(7), post(6)], items: [hit(9), hit(8), on(7, 31), on(6, 31)], has_more: true });
  await w.settle();
  const labels = () => w.store.get().items.map((item) => item.group_label);
  expect(labels()).toEqual(["Posts", "", "Today", "", "Yesterday", ""]);
  void w.search.more();
  w.asked[1].answer({ ...found(), items: [on(5, 31), on(4, 12)] });
  await w.settle();
  expect(labels().slice(0, 7)).toEqual(["Posts", "", "Today", "", "Yesterday", "", ""]);
  expect(labels()[7]).toContain("12");
  w.search.renderTimes();
  expect(labels().slice(2, 5)).toEqual(["Today", "", "Yesterday"]);
});
