import { afterEach, expect, test } from "bun:test";
import { Drafts } from "../../assets/nova/messages/drafts.js";
import { presenceLabel, readerCounts, receiptsOf, typingLabel } from "../../assets/nova/conversation/presence_labels.js";
import { seeded } from "./random.mjs";

const person = (name) => ({ user_id: name.toLowerCase(), username: name.toLowerCase(), display_name: name });
const members = ["Me", "Ana", "Ben", "Cleo"].map(person);
const group = { id: "r", kind: "group", title: "Plans", members };
const names = ({ read, delivered, waiting }) => [read, delivered, waiting].map((list) => list.map((one) => one.display_name));
const joined = (seq, name) => ({ type: "member", action: "joined", seq, ...person(name) });

test("at most three are named who type", () => {
  expect(typingLabel([])).toBe("");
  expect(typingLabel(["Ana"])).toBe("Ana is typing…");
  expect(typingLabel(["Ana", "Bo"])).toBe("Ana and Bo are typing…");
  expect(typingLabel(["Ana", "Bo", "Cy"])).toBe("Ana, Bo and Cy are typing…");
  expect(typingLabel(["Ana", "Bo", "Cy", "Di"])).toBe("Ana, Bo and 2 others are typing…");
});

test("the other is here or is not; of a group it is said how many are", () => {
  const direct = { ...group, kind: "direct", members: members.slice(0, 2) };
  expect(presenceLabel(direct, "me", new Set(["ana"]))).toBe("online");
  expect(presenceLabel(direct, "me", new Set(["me", "ben"]))).toBe("");
  expect(presenceLabel(group, "me", new Set(["me", "ana", "cleo", "stranger"]))).toBe("2 online");
});

test("every other member is in one list: read, delivered or neither", () => {
  const positions = new Map([["ana", { delivered: 9, read: 5 }], ["ben", { delivered: 5, read: 4 }], ["cleo", { delivered: 4, read: 4 }]]);
  expect(names(receiptsOf(group, "me", 5, positions))).toEqual([["Ana"], ["Ben"], ["Cleo"]]);
  expect(names(receiptsOf(group, "me", 5, undefined))).toEqual([[], [], ["Ana", "Ben", "Cleo"]]);
  expect(names(receiptsOf({ ...group, members: [members[0]] }, "me", 5, positions))).toEqual([[], [], []]);
});

test("whoever joined after a message was not sent it, whatever their position says", () => {
  const late = { ...group, members: members.map((member) => (member.user_id === "cleo" ? { ...member, joined_seq: 6 } : member)) };
  const positions = new Map([["cleo", { delivered: 8, read: 8 }]]);
  expect(names(receiptsOf(late, "me", 5, positions))).toEqual([[], [], ["Ana", "Ben"]]);
  expect(names(receiptsOf(late, "me", 7, positions))[0]).toEqual(["Cleo"]);
  expect([5, 7].map(readerCounts(late, "me", positions))).toEqual([0, 1]);
});

test("whatever the positions are, no member is missing and none is listed twice", () => {
  const { below } = seeded(7);
  for (let round = 0; round < 300; round += 1) {
    const positions = new Map(members.map(({ user_id }) => {
      const delivered = below(10);
      return [user_id, { delivered, read: below(delivered + 1) }];
    }));
    const seq = 1 + below(9);
    const found = receiptsOf(group, "me", seq, positions);
    expect(names(found).flat().sort()).toEqual(["Ana", "Ben", "Cleo"]);
    expect(readerCounts(group, "me", positions)(seq)).toBe(found.read.length);
    for (const { user_id } of found.read) expect(positions.get(user_id).read).toBeGreaterThanOrEqual(seq);
    for (const { user_id } of found.waiting) expect(positions.get(user_id).delivered).toBeLessThan(seq);
  }
});

const { addEventListener, removeEventListener } = globalThis;
afterEach(() => {
  Object.assign(globalThis, { addEventListener, removeEventListener });
  delete globalThis.localStorage;
});

/** A localStorage whose keys are listed like those of the browser's, and the events of another tab. */
function browser(kept = {}) {
  const storage = Object.create({
    getItem(key) { return this[key] ?? null; },
    setItem(key, text) { this[key] = text; },
    removeItem(key) { delete this[key]; },
  });
  Object.assign(storage, kept);
  globalThis.localStorage = storage;
  const listeners = new Set();
  globalThis.addEventListener = (_, listener) => listeners.add(listener);
  globalThis.removeEventListener = (_, listener) => listeners.delete(listener);
  return { storage, elsewhere: (key, newValue) => listeners.forEach((listener) => listener({ key, newValue })) };
}

test("drafts are there after a reload, of this account only", () => {
  browser({ "nova:draft:me:r": "kept", "nova:draft:other:r": "not mine", "nova:account": "{}" });
  const drafts = new Drafts("me", () => {});
  expect([drafts.get("r"), drafts.get("s"), [...drafts.stored.keys()]]).toEqual(["kept", "", ["r"]]);
  drafts.close();
});

test("the list shows a draft once it is stored, and is notified of it", () => {
  let changes = 0;
  const { storage } = browser();
  const drafts = new Drafts("me", () => { changes += 1; });
  drafts.set("r", "hal");
  expect([drafts.get("r"), drafts.stored.get("r") ?? "", changes]).toEqual(["hal", "", 0]);
  drafts.save();
  expect([drafts.stored.get("r"), storage["nova:draft:me:r"], changes]).toEqual(["hal", "hal", 1]);
  drafts.set("r", "");
  drafts.save();
  expect([drafts.stored.get("r"), "nova:draft:me:r" in storage]).toEqual(["", false]);
  drafts.close();
});

test("what another tab stored is taken, but never over what is typed here right now", () => {
  const { elsewhere } = browser();
  const drafts = new Drafts("me", () => {});
  drafts.set("r", "mine");
  elsewhere("nova:draft:me:r", "theirs");
  expect(drafts.get("r")).toBe("mine");
  drafts.save();
  elsewhere("nova:draft:me:r", null);
  expect([drafts.get("r"), drafts.stored.get("r")]).toEqual(["", ""]);
  elsewhere("nova:draft:other:r", "x");
  elsewhere(null, null);
  expect(drafts.get("r")).toBe("");
  drafts.close();
});

test("a browser without storage keeps drafts as long as the page", () => {
  browser();
  globalThis.localStorage = { setItem() { throw new Error("full"); } };
  const drafts = new Drafts("me", () => {});
  drafts.set("r", "text");
  drafts.save();
  expect([drafts.get("r"), drafts.stored.get("r")]).toEqual(["text", "text"]);
  drafts.close();
});
