import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/posts.js";
import { Posts } from "../../assets/nova/posts/posts.js";
import { Texts } from "../../assets/nova/posts/texts.js";
import { UnreadPosts } from "../../assets/nova/account/unread_posts.js";
import { sizeLabel } from "../../assets/nova/files/upload_items.js";
import { createStore } from "../../assets/nova/base/store.js";
import { Uploads } from "../../assets/nova/files/uploads.js";

const post = (number) => ({
  number, id: `p${number}`, author_id: "a", author_name: "Ada Byron", text: `post ${number}`,
  created_at: "2026-01-01T12:00:00Z", files: [], reactions: [], comment_count: 0,
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
    api: { get: answer, post: answer, call: answer }, save: (form) => (saved.form = form),
    saveTexts: (kind, texts) => (saved[kind] = texts), myId: () => "me", nameOf: (id) => ({ me: "You", b: "Ben" })[id] ?? "", readNumber: () => 1,
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

const frame = (action, changed, user_id = "b", more = {}) => ({ type: "post", action, post: changed, user_id, ...more });
const gone = (number) => ({ ...post(number), text: "", deleted: true });
const refused = new ApiError("post_deleted", { kind: "VALIDATION_ERROR", message: "This post has been deleted.", retryable: false });
const settle = async () => { for (let n = 0; n < 10; n += 1) await null; };

async function loaded(...answers) {
  const rig = feed(page(3, 2, true), ...answers);
  await rig.posts.load();
  return rig;
}

test("news of posts change the feed, newest first; what was not loaded comes with its page", async () => {
  const rig = await loaded();
  for (const number of [5, 4, 1]) rig.posts.onNews(frame("created", post(number)));
  rig.posts.onNews(frame("deleted", gone(2)));
  rig.posts.onNews(frame("deleted", gone(9)));
  rig.posts.onNews(frame("edited", { ...post(3), text: "post 33", edited_at: "2026-01-01T13:00:00Z" }));
  expect(numbers(rig)).toEqual([5, 4, 33]);
  expect(rig.store.get().items.map((item) => [item.is_edited, item.is_fresh])).toEqual([[false, true], [false, true], [true, true]]);
});

test("an edit is sent with one key however often it is tried, kept when refused, and gone when stored", async () => {
  const rig = await loaded(down, refused, { ...post(2), text: "post 22" });
  rig.posts.revision.begin("p2");
  expect(rig.store.get().revision).toBe("post 2");
  rig.posts.revision.write("post 22");
  await rig.posts.revision.save();
  expect(rig.store.get().revision_problem).toBe("network_unreachable");
  rig.posts.onNews(frame("deleted", gone(2)));
  expect(rig.store.get().items.at(-1)).toMatchObject({ is_deleted: true, is_editing: true });
  await rig.posts.revision.save();
  expect(rig.store.get()).toMatchObject({ revision: "post 22", revision_text: "This post has been deleted.", revision_busy: false });
  expect(rig.saved.edits).toMatchObject({ p2: { text: "post 22" } });
  await rig.posts.revision.save();
  const sent = rig.calls.filter(([method]) => method === "PATCH");
  expect(new Set(sent.map(([, , { key }]) => key)).size).toBe(1);
  expect(numbers(rig)).toEqual([3, 22]);
  expect(rig.saved.edits).toBe(null);
});

test("a reaction is shown at once and taken back when it is refused", async () => {
  const rig = await loaded(refused);
  const chips = () => rig.store.get().items[0].reactions.map(({ emoji, count, is_mine, names }) => `${emoji}${count}${is_mine ? "!" : ""} ${names}`);
  rig.posts.onNews(frame("reaction", { ...post(3), reactions: [{ emoji: "👍", count: 2, user_ids: ["b", "c"] }] }));
  expect(chips()).toEqual(["👍2 Ben and 1 other"]);
  const done = rig.posts.revision.react("p3", "👍");
  expect(chips()).toEqual(["👍3! You, Ben and 1 other"]);
  await done;
  expect(chips()).toEqual(["👍2 Ben and 1 other"]);
  expect(rig.calls.at(-1)[0]).toBe("notify");
});

test("of many reactions a frame names only some, and one's own stays one's own", async () => {
  const rig = await loaded();
  const many = (...user_ids) => ({ ...post(3), reactions: [{ emoji: "👍", count: 40, user_ids }] });
  rig.posts.take(many("me", "a"), "b");
  rig.posts.onNews(frame("reaction", many("a", "b")));
  expect(rig.store.get().items[0].reactions[0].is_mine).toBe(true);
  rig.posts.onNews(frame("reaction", many("a", "b"), "me"));
  expect(rig.store.get().items[0].reactions[0].is_mine).toBe(false);
});

test("comments are folded under one post, come live, and one that is refused keeps its text and key", async () => {
  const said = (number) => ({ ...post(number), id: `c${number}`, post_id: "p3", text: `comment ${number}` });
  const rig = await loaded({ items: [said(1)], has_more: false }, down, said(3));
  rig.posts.thread.toggle("p3");
  await settle();
  rig.posts.onNews(frame("commented", { ...post(3), comment_count: 2 }, "b", { comment: said(2) }));
  rig.posts.thread.write("hello");
  await rig.posts.thread.send();
  expect(rig.store.get()).toMatchObject({ comment: "hello", comment_problem: "network_unreachable", comment_busy: false });
  rig.posts.thread.toggle("p3");
  rig.posts.thread.toggle("");
  expect(rig.saved.comments.p3.text).toBe("hello");
  rig.posts.thread.postId = "p3";
  rig.posts.thread.comments = [said(1), said(2)];
  rig.store.set({ comment: rig.posts.comments.get("p3") });
  await rig.posts.thread.send();
  expect(rig.store.get().comments.map(({ text }) => text)).toEqual(["comment 1", "comment 2", "comment 3"]);
  expect(rig.store.get().comment).toBe("");
  const sent = rig.calls.filter(([path, body]) => path === "posts/p3/comments" && body);
  expect(sent[0]).toEqual(sent[1]);
  expect(rig.saved.comments).toBe(null);
});

test("another text than the one that may have arrived gets another key", () => {
  let minted = 0;
  const texts = new Texts(() => `key ${(minted += 1)}`, () => {});
  texts.write("p", "a");
  texts.write("p", "ab");
  const first = texts.send("p");
  texts.write("p", "ab");
  expect([first, texts.send("p")]).toEqual(["key 1", "key 1"]);
  texts.write("p", "abc");
  expect(texts.send("p")).toBe("key 2");
});

test("unread posts are counted from the welcome on, and not guessed before", () => {
  const shown = [];
  const unread = new UnreadPosts({ set: ({ unread_posts }) => shown.push(unread_posts) });
  unread.take(frame("created", post(2)), "me");
  unread.take({ type: "posts", last_number: 2, read_number: 1, unread: 1 }, "me");
  unread.take(frame("created", post(3)), "me");
  unread.take(frame("created", post(3)), "me");
  unread.take(frame("created", { ...post(4), author_id: "me" }), "me");
  unread.take(frame("edited", post(3)), "me");
  unread.take(frame("deleted", gone(3)), "me");
  unread.take(frame("deleted", gone(1)), "me");
  expect(shown).toEqual([0, 1, 2, 2, 2, 2, 1, 1]);
});

test("an old post is reached by reading as far back as it, and not further", async () => {
  const rig = feed(page(400, 381, true), page(380, 281, true), page(280, 181, true));
  await rig.posts.load();
  expect(await rig.posts.reach(200)).toBe(true);
  expect(numbers(rig).at(-1)).toBe(181);
  expect(await rig.posts.reach(390)).toBe(true);
  expect(rig.calls.length).toBe(3);
});

test("a post that is gone is not reached, and nothing is read beyond its place", async () => {
  const rig = feed(page(20, 11, true), page(9, 1));
  await rig.posts.load();
  expect(await rig.posts.reach(10)).toBe(false);
  expect(rig.calls.length).toBe(2);
});

test("a post that is looked for twice at once is there once", async () => {
  const rig = feed(page(400, 381, true), page(380, 281), page(380, 281));
  await rig.posts.load();
  await Promise.all([rig.posts.reach(300), rig.posts.reach(300)]);
  expect(new Set(numbers(rig)).size).toBe(numbers(rig).length);
  expect(numbers(rig).at(-1)).toBe(281);
});
