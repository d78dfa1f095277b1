import { expect, test } from "bun:test";
import { send as toFrame } from "../../assets/nova/connection/frames.js";
import { LIMITS } from "../../assets/nova/generated/codes.js";
import { Outbox } from "../../assets/nova/messages/outbox.js";
import { newItem } from "../../assets/nova/messages/outbox_items.js";
import { LogModel } from "./log_model.mjs";
import { seeded } from "./random.mjs";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const refusal = (code) => ({ kind: "VALIDATION_ERROR", code, message: code, retryable: false });
const conflict = refusal("edit_conflict");

let order = 0;
const item = (fields) => newItem({ conversation_id: "room", text: "", order: (order += 1), client_id: `c${order}`, target_id: "", waits_for: "", ...fields }, NOW);
const message = (client_id, fields = {}) => item({ client_id, text: client_id, ...fields });
const edit = (target_id, text, fields = {}) => item({ kind: "edit", target_id, text, base_seq: 1, ...fields });
const remove = (target_id, fields = {}) => item({ kind: "delete", target_id, ...fields });
const react = (target_id, on, emoji = "👍", fields = {}) => item({ kind: "react", target_id, emoji, on, ...fields });
const of = (waits_for) => ({ target_id: "", waits_for });

const frames = (outbox, now = NOW) => outbox.takeDue(now).map((due) => JSON.parse(toFrame(due)));
const kinds = (outbox) => outbox.items.map((each) => `${each.kind ?? "send"} ${each.state}`);

test("each kind goes out as its own frame, and nothing else with it", () => {
  const outbox = new Outbox();
  outbox.add(message("a", { target_id: "m9" }));
  outbox.addChange(edit("m1", "new", { base_seq: 4 }));
  outbox.addChange(remove("m2"));
  outbox.addChange(react("m3", true));

  expect(frames(outbox).map(({ client_id, ...frame }) => frame)).toEqual([
    { type: "send", conversation_id: "room", text: "a", reply_to: "m9" },
    { type: "edit", conversation_id: "room", message_id: "m1", text: "new", base_seq: 4 },
    { type: "delete", conversation_id: "room", message_id: "m2" },
    { type: "react", conversation_id: "room", message_id: "m3", emoji: "👍", on: true },
  ]);
});

test("an edit of a message that has not left changes it, a deletion drops it and what hangs on it", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  expect(outbox.addChange(edit("", "better", of("a"))).changed).toEqual(["a"]);
  expect(outbox.items.map(({ text }) => text)).toEqual(["better"]);
  outbox.addChange(react("", true, "👍", of("a")));
  expect(outbox.addChange(remove("", of("a"))).gone).toEqual(["a"]);
  outbox.sweep(NOW);
  expect(outbox.items).toEqual([]);
});

test("once a message has left, what is done to it waits for its ack and then names it", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  frames(outbox);
  outbox.addChange(edit("", "better", of("a")));
  outbox.add(message("reply", of("a")));
  outbox.lost();
  expect(frames(outbox).map(({ client_id }) => client_id)).toEqual(["a"]);
  outbox.ack("a", 7, "m7");
  expect(frames(outbox)).toMatchObject([{ type: "edit", message_id: "m7", base_seq: 7 }, { client_id: "reply", reply_to: "m7" }]);
});

test("the message itself tells the id where its ack was lost", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  frames(outbox);
  outbox.addChange(remove("", of("a")));
  outbox.noteStored({ client_id: "a", message_id: "m7", seq: 7 });
  outbox.settle("a");
  expect(frames(outbox)).toMatchObject([{ type: "delete", message_id: "m7" }]);
});

test("what is written in another tab about a message that was just stored finds it", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  frames(outbox);
  outbox.ack("a", 7, "m7");
  outbox.settle("a");
  outbox.mergeFromTab(react("", true, "👍", of("a")));
  expect(frames(outbox)).toMatchObject([{ type: "react", message_id: "m7" }]);
});

test("what hangs on a message that fails for good fails with it, keeps its text, and is sent with it later", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  frames(outbox);
  outbox.addChange(edit("", "better", of("a")));
  outbox.addChange(react("", true, "👍", of("a")));
  outbox.add(message("reply", of("a")));
  outbox.nack("a", refusal("text_too_long"), NOW);
  outbox.sweep(NOW);
  outbox.sweep(NOW);
  expect(kinds(outbox)).toEqual(["send failed", "edit failed", "send failed"]);
  expect(outbox.items.slice(1).map(({ text, error }) => [text, error.code])).toEqual([["better", "target_failed"], ["reply", "target_failed"]]);
  outbox.retry("a", NOW);
  expect(kinds(outbox)).toEqual(["send queued", "edit queued", "send queued"]);
});

test("a reply to a message that was withdrawn keeps its text, and is sent without the quote", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  outbox.add(message("reply", { ...of("a"), reply_to: { text: "a" } }));
  outbox.discard("a");
  outbox.sweep(NOW);
  expect(outbox.find("reply")).toMatchObject({ state: "failed", text: "reply" });
  outbox.retry("reply", NOW);
  outbox.sweep(NOW);
  expect(frames(outbox)).toEqual([{ type: "send", client_id: "reply", conversation_id: "room", text: "reply" }]);
  expect(outbox.find("reply").reply_to).toBe(undefined);
});

test("a newer edit replaces one that has not left, and is about the version that one was about", () => {
  const outbox = new Outbox();
  outbox.addChange(edit("m1", "first", { base_seq: 4 }));
  outbox.addChange(edit("m2", "other"));
  outbox.addChange(edit("m1", "second", { base_seq: 6 }));
  expect(frames(outbox)).toMatchObject([{ message_id: "m2" }, { message_id: "m1", text: "second", base_seq: 4 }]);
});

test("edits of one outbox never conflict: each follows the ack of the one before", () => {
  const outbox = new Outbox();
  const first = outbox.addChange(edit("m1", "first", { base_seq: 4 })).added.client_id;
  frames(outbox);
  const second = outbox.addChange(edit("m1", "second", { base_seq: 4 })).added.client_id;
  expect(frames(outbox)).toEqual([]);
  outbox.lost();
  expect(frames(outbox).map(({ client_id }) => client_id)).toEqual([first]);
  outbox.ack(first, 9, "m1");
  expect(frames(outbox)).toMatchObject([{ client_id: second, base_seq: 9 }]);
  outbox.ack(second, 10, "m1");
  outbox.settle(first);
  outbox.settle(second);
  outbox.addChange(edit("m1", "third", { base_seq: 4 }));
  expect(frames(outbox)).toMatchObject([{ text: "third", base_seq: 10 }]);
});

test("an edit that is refused keeps its text; the next one takes its place", () => {
  const outbox = new Outbox();
  const { client_id } = outbox.addChange(edit("m1", "mine", { base_seq: 4 })).added;
  frames(outbox);
  outbox.nack(client_id, conflict, NOW);
  outbox.sweep(NOW);
  expect(outbox.find(client_id)).toMatchObject({ state: "failed", text: "mine", error: conflict });
  outbox.addChange(edit("m1", "mine again", { base_seq: 8 }));
  expect(frames(outbox)).toMatchObject([{ text: "mine again", base_seq: 8 }]);
});

test("on and off of one reaction cancel each other unless the first may have left", () => {
  const outbox = new Outbox();
  outbox.addChange(react("m1", true));
  outbox.addChange(react("m1", true, "🎉"));
  outbox.addChange(react("m1", true));
  expect(outbox.items.length).toBe(2);
  outbox.addChange(react("m1", false));
  expect(frames(outbox)).toMatchObject([{ emoji: "🎉", on: true }]);
  outbox.addChange(react("m1", false, "🎉"));
  outbox.lost();
  outbox.addChange(react("m1", true, "🎉"));
  expect(outbox.items.map(({ on }) => on)).toEqual([true]);
});

test("a deletion waits for its moment, then drops edits and reactions of the message", () => {
  const outbox = new Outbox();
  outbox.addChange(edit("m1", "new"));
  outbox.addChange(react("m2", true));
  const { client_id } = outbox.addChange(remove("m1", { due_at: NOW + 5_000 })).added;
  expect(outbox.addChange(react("m1", true)).added).toBe(null);
  outbox.sweep(NOW);
  expect(kinds(outbox)).toEqual(["edit queued", "react queued", "delete queued"]);
  expect(outbox.nextDueAt(NOW)).toBe(NOW + 5_000);
  outbox.sweep(NOW + 5_000);
  expect(kinds(outbox)).toEqual(["react queued", "delete queued"]);
  expect(frames(outbox, NOW + 5_000).map(({ type }) => type)).toEqual(["react", "delete"]);
  expect(outbox.discard(client_id)).toBe(null);
});

test("a deletion that is undone in time leaves what it would have dropped", () => {
  const outbox = new Outbox();
  outbox.addChange(edit("m1", "new"));
  const { client_id } = outbox.addChange(remove("m1", { due_at: NOW + 5_000 })).added;
  expect(outbox.discard(client_id).kind).toBe("delete");
  outbox.sweep(NOW + 5_000);
  expect(frames(outbox)).toMatchObject([{ type: "edit", text: "new" }]);
});

test("all kinds count for the limit and for what waits", () => {
  const outbox = new Outbox();
  for (let n = 0; n < LIMITS.outbox_max_messages; n += 1) outbox.addChange(react(`m${n}`, true));
  expect([outbox.waiting, outbox.hasRoom, outbox.refusal("more")]).toEqual([LIMITS.outbox_max_messages, false, "outbox_full"]);
});

test("reactions that come too quickly hold no message back", () => {
  const outbox = new Outbox();
  const { client_id } = outbox.addChange(react("m1", true)).added;
  frames(outbox);
  outbox.nack(client_id, { ...refusal("too_many_reactions"), retryable: true, retry_after_ms: 20_000 }, NOW);
  outbox.add(message("a"));
  outbox.addChange(edit("m2", "new"));
  expect(frames(outbox).map(({ type }) => type)).toEqual(["send", "edit"]);
  expect(frames(outbox, NOW + 20_000).map(({ type }) => type)).toEqual(["react"]);
});

test("a change does not wait for files that other messages upload", () => {
  const outbox = new Outbox();
  outbox.add(message("a", { files: [{ key: "k", name: "n", size: 1, stored: null }] }));
  outbox.addChange(remove("m1"));
  expect(frames(outbox).map(({ type }) => type)).toEqual(["delete"]);
});

test("refused deletions and reactions are taken back, and a failed edit goes with a deletion", () => {
  const outbox = new Outbox();
  const ids = [remove("m1"), react("m2", true), edit("m3", "new")].map((change) => outbox.addChange(change).added.client_id);
  frames(outbox);
  for (const id of ids) outbox.nack(id, refusal("not_allowed"), NOW);
  outbox.sweep(NOW);
  expect(kinds(outbox)).toEqual(["edit failed"]);
  outbox.addChange(remove("m3"));
  outbox.sweep(NOW);
  expect(kinds(outbox)).toEqual(["delete queued"]);
});

test("a text that another tab gave to a message that has left here is reported", () => {
  const outbox = new Outbox();
  outbox.add(message("a"));
  const [sending] = outbox.takeDue(NOW);
  expect(outbox.mergeFromTab({ ...sending, state: "queued", tries: 0, text: "changed" })).toBe(true);
  expect(outbox.find("a")).toMatchObject({ state: "sending", text: "a" });
});

test("whatever is done, lost, repeated and reloaded, the server ends with what this user wanted, without a conflict", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const end = play(seed);
    expect({ seed, ...end.shown }).toEqual({ seed, ...end.wanted });
  }
});

/** One user, one outbox, a line that loses answers, a page that reloads. */
function play(seed) {
  const chance = seeded(seed);
  const server = new LogModel();
  /** What the user did last to each message, by its client id. */
  const wanted = new Map();
  const messageIds = new Map();
  let outbox = new Outbox();
  const targetOf = (id) => (messageIds.has(id) ? { target_id: messageIds.get(id) } : of(id));
  const shown = new Set();
  const versionOf = (id) => Math.max(0, ...server.events.filter((event) => shown.has(event.seq) && event.message_id === messageIds.get(id) && event.type !== "reaction").map(({ seq }) => seq));
  const acts = [
    () => {
      const mail = message(`s${seed}-${wanted.size}`);
      outbox.add(mail);
      wanted.set(mail.client_id, { text: mail.text, deleted: false, on: false });
    },
    (id, want) => {
      want.text = `edit ${order}`;
      outbox.addChange(edit("", want.text, { ...targetOf(id), base_seq: versionOf(id) || server.messages.get(messageIds.get(id))?.seq }));
    },
    (id, want) => {
      want.deleted = true;
      outbox.addChange(remove("", { ...targetOf(id), due_at: NOW + chance.below(2) }));
    },
    (id, want) => {
      want.on = !want.on;
      outbox.addChange(react("", want.on, "👍", targetOf(id)));
    },
  ];
  /** The page knows the message's id from now on. */
  const learn = ({ client_id, message_id }) => wanted.has(client_id) && messageIds.set(client_id, message_id);
  const answer = (ack) => {
    outbox.ack(ack.client_id, ack.seq, ack.message_id);
    learn(ack);
  };
  const deliver = (isLossy) => {
    outbox.sweep(NOW + 5);
    for (const frame of frames(outbox, NOW + 5)) {
      if (isLossy && chance.below(4) === 0) break; // the line is cut before the rest
      const reply = server.take(frame);
      if (reply.type === "nack") throw new Error(`seed ${seed}: ${frame.type} refused with ${reply.error.code}`);
      if (!isLossy || chance.below(3)) answer(reply);
    }
  };
  // The log reaches the page at any time, also before an ack.
  const show = () => {
    for (const event of server.events) if (!shown.has(event.seq) && chance.below(2)) {
      shown.add(event.seq);
      outbox.noteStored(event);
      outbox.settle(event.client_id);
      learn(event);
    } else if (!shown.has(event.seq)) break;
  };
  const reload = () => {
    const kept = outbox.items.filter((each) => each.state !== "acked").map((each) => structuredClone(each));
    outbox = new Outbox();
    outbox.load(kept);
    // The history of the new page has everything.
    for (const event of server.events) {
      shown.add(event.seq);
      if (event.type !== "message") continue;
      outbox.noteStored(event);
      outbox.settle(event.client_id);
      learn(event);
    }
  };
  for (let step = 0; step < 60; step += 1) {
    const alive = [...wanted].filter(([, want]) => !want.deleted);
    const [id, want] = alive[chance.below(Math.max(1, alive.length))] ?? [];
    const roll = chance.below(12);
    if (!id || roll < 2) acts[0]();
    else if (roll < 4) acts[1](id, want);
    else if (roll === 4) acts[2](id, want);
    else if (roll < 7) acts[3](id, want);
    else if (roll < 9) deliver(true);
    else if (roll === 9) show();
    else if (roll === 10) outbox.lost();
    else reload();
    for (const each of outbox.items) if (each.tries >= LIMITS.sends_max - 1) each.tries = 1;
  }
  for (let n = 0; n < 200 && outbox.waiting; n += 1) {
    outbox.lost();
    deliver(false);
    for (const each of outbox.items) if (each.tries >= LIMITS.sends_max - 1) each.tries = 1;
  }
  const stored = new Map([...server.messages.values()].map((each) => [each.client_id, each]));
  const of_ = (want, each) => (want.deleted ? { deleted: true } : { text: each.text, on: each.reactions.get("👍")?.has("me") ?? false });
  return {
    wanted: { waiting: 0, ...Object.fromEntries([...wanted].map(([id, { text, deleted, on }]) => [id, deleted ? { deleted } : { text, on }])) },
    shown: { waiting: outbox.waiting, ...Object.fromEntries([...wanted].map(([id, want]) => [id, !stored.has(id) || stored.get(id).deleted ? { deleted: true } : of_({}, stored.get(id))])) },
  };
}
