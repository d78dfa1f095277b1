import { expect, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { FirstRun } from "../../assets/nova/first_run/first_run.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/first_run.js";
import { ApiError } from "../../assets/nova/http/api.js";

const person = (username, display_name, status = "") => ({ user_id: username, username, display_name, status, avatar_url: "" });
const PEOPLE = [person("ines", "Ines Moreau", "Paris"), person("tom", "Tom Okafor"), person("dana", "דנה")];

function createRig({ posts = [] } = {}) {
  const store = createStore(DEFAULTS.first_run);
  const calls = { posted: [], sent: [], gone: [] };
  let minted = 0;
  const firstRun = new FirstRun({
    store,
    origin: "http://nova",
    mintId: () => `key${(minted += 1)}`,
    get: async () => ({ items: PEOPLE, has_more: true }),
    post: async (path, body, key) => {
      calls.posted.push({ path, body, key });
      const answer = posts.shift();
      if (answer) throw answer;
      return { id: "room" };
    },
    send: async (id, text) => calls.sent.push([id, text]),
    go: (path) => calls.gone.push(path),
  });
  return { store, firstRun, calls };
}

test("the people who are here are offered, with what is known of them", async () => {
  const { store, firstRun } = createRig();
  await firstRun.load();
  expect(store.get()).toMatchObject({ state: "ready", has_more: true, chosen: 0, can_start: false });
  expect(store.get().people.map(({ name, about, initials, is_chosen }) => [name, about, initials, is_chosen])).toEqual([
    ["Ines Moreau", "Paris", "IM", false], ["Tom Okafor", "@tom", "TO", false], ["דנה", "@dana", "ד", false],
  ]);
});

test("one person is a direct chat, two are a group, which is called after them unless it gets a name", async () => {
  const bodies = [];
  for (const [names, title] of [[["tom"], "ignored"], [["tom", "ines"], " "], [["tom", "ines"], "Release"]]) {
    const { store, firstRun, calls } = createRig();
    await firstRun.load();
    for (const name of names) firstRun.choose(name);
    firstRun.edit({ title });
    firstRun.edit({ text: "Hello!" });
    expect(store.get().can_start).toBe(true);
    await firstRun.start();
    bodies.push(calls.posted[0].body);
    expect([calls.sent, calls.gone]).toEqual([[["room", "Hello!"]], ["/c/room"]]);
  }
  expect(bodies).toEqual([
    { kind: "direct", title: "", members: ["tom"] },
    { kind: "group", title: "Ines Moreau, Tom Okafor", members: ["tom", "ines"] },
    { kind: "group", title: "Release", members: ["tom", "ines"] },
  ]);
});

test("it starts with somebody and a text, not with either alone, nor with blanks", async () => {
  const { store, firstRun, calls } = createRig();
  await firstRun.load();
  firstRun.edit({ text: "Hello!" });
  expect(store.get().can_start).toBe(false);
  firstRun.choose("tom");
  firstRun.edit({ text: " \n" });
  expect(store.get().can_start).toBe(false);
  firstRun.edit({ text: "Hello!" });
  firstRun.choose("tom");
  expect(store.get().can_start).toBe(false);
  await firstRun.start();
  expect(calls.posted).toEqual([]);
});

test("a start that failed is repeated with the same key, and a changed one with another; what is written stays", async () => {
  const lost = new ApiError("network_unreachable");
  const { store, firstRun, calls } = createRig({ posts: [lost, lost] });
  await firstRun.load();
  firstRun.choose("tom");
  firstRun.edit({ text: "Hello!" });
  await firstRun.start();
  expect(store.get()).toMatchObject({ problem_code: "network_unreachable", text: "Hello!", busy: false, chosen: 1 });
  await firstRun.start();
  firstRun.choose("ines");
  await firstRun.start();
  const keys = calls.posted.map(({ key }) => key);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(store.get()).toMatchObject({ problem_code: "", text: "", chosen: 0 });
});

test("people who could not be loaded are loaded again", async () => {
  const { store, firstRun } = createRig();
  const { get } = firstRun.deps;
  firstRun.deps.get = async () => { throw new ApiError("network_unreachable"); };
  await firstRun.load();
  expect(store.get()).toMatchObject({ state: "error", problem_code: "network_unreachable" });
  firstRun.deps.get = get;
  await firstRun.load();
  expect(store.get()).toMatchObject({ state: "ready", problem_code: "" });
});
