import { expect, test } from "bun:test";
import { buildRows } from "../../assets/nova/conversation/rows.js";
import { deepFreeze } from "./deep_freeze.mjs";
import { seeded } from "./random.mjs";

const HOUR = 3_600_000;
const BEGIN = Date.parse("2026-03-10T20:00:00Z");
const person = (id, name = id.toUpperCase()) => ({ user_id: id, username: id, display_name: name });
const at = (seq) => new Date(BEGIN + seq * HOUR).toISOString();
const message = (seq, author) => ({
  type: "message", conversation_id: "r", message_id: `id${seq}`, seq, client_id: `c${seq}`, author_id: author,
  text: `m${seq} https://nova.example @b`, created_at: at(seq), mentions: ["b"],
  reply_to: seq > 1 ? { message_id: "id1", seq: 1, author_id: "b", author_name: "Ben", text: "m1" } : null,
  reactions: [{ emoji: "👍", count: 2, user_ids: ["a", "b"] }],
});
const joined = (seq, id) => ({
  type: "member", conversation_id: "r", seq, user_id: id, username: id, display_name: id, action: "joined", actor_id: "b",
  actor_name: "Ben", created_at: at(seq),
});
const change = (seq, kind, state = "queued") => ({
  client_id: `${kind}${seq}`, conversation_id: "r", target_id: `id${seq}`, kind, text: "changed", emoji: "🎉", on: true, created_at: at(40),
  order: seq, state, error: state === "failed" ? { code: "edit_conflict", message: "No." } : null,
});

const EVENTS = Array.from({ length: 24 }, (_, i) => (i % 7 === 6 ? joined(i + 1, "c") : message(i + 1, "abc"[i % 3])));

/** Everything that rows depend on, one thing changed at a time. */
const CHANGES = {
  begin: (view, n) => ({ ...view, first: n(10) }),
  end: (view, n) => ({ ...view, last: 12 + n(12) }),
  edited: (view, n) => replace(view, n, (event) => ({ ...event, text: "new", edited_at: at(30) })),
  deleted: (view, n) => replace(view, n, (event) => ({ ...event, text: "", deleted: { by: "a" } })),
  renamed: (view, n) => ({ ...view, people: new Map(view.people ?? []).set("b", person("b", `Ben ${n(5)}`)) }),
  left: (view) => ({ ...view, people: new Map([...(view.people ?? [])].filter(([id]) => id !== "c")) }),
  unknown: (view) => ({ ...view, people: null }),
  met: (view, n) => {
    // As the store of conversations does it.
    view.known.set("c", person("c", `Cleo ${n(5)}`));
    return view;
  },
  myself: (view, n) => {
    // The store of conversations changes its own user in place.
    Object.assign(view.me, { display_name: `Anna ${n(5)}` });
    return view;
  },
  me: (view, n) => ({ ...view, me: { ...view.me, display_name: `Ana ${n(5)}` } }),
  clock: (view, n) => ({ ...view, place: { ...view.place, hourCycle: ["h12", "h23", undefined][n(3)] } }),
  tomorrow: (view, n) => ({ ...view, now: new Date(BEGIN + (20 + n(40)) * HOUR) }),
  admin: (view, n) => ({ ...view, mayDelete: n(2) === 1 }),
  delivered: (view, n) => ({ ...view, deliveredTo: n(25) }),
  read: (view, n) => ({ ...view, readTo: n(25) }),
  joined: (view, n) => ({ ...view, othersSince: n(10) }),
  unread: (view, n) => ({ ...view, newAfter: n(25) - 1 }),
  readers: (view, n) => ({ ...view, readersOf: (seq) => (seq * view.last) % (1 + n(1)) }),
  previews: (view, n) => {
    const seen = n(25);
    const items = [{ url: "https://nova.example", host: "nova.example", title: "Nova", description: "" }];
    return { ...view, linkPreviews: { of: (id) => (id === `id${seen}` ? items : []) } };
  },
  waits: (view, n) => ({ ...view, pending: [change(1 + n(20), ["edit", "delete", "reaction"][n(3)])] }),
  refused: (view, n) => ({ ...view, pending: [change(1 + n(20), "edit", "failed")] }),
  settled: (view) => ({ ...view, pending: [] }),
};

function replace(view, n, by) {
  const seq = 1 + n(24);
  return { ...view, all: view.all.map((event) => (event.seq === seq && event.type === "message" ? by(event) : event)) };
}

/** @param {any} view */
const seen = ({ all, first, last, people, ...view }) => ({
  ...view,
  people: people && new Map(people).set("a", view.me),
  events: all.slice(first, last),
});
/** The same as if it was seen for the first time. */
const fresh = (view) => ({ ...view, events: structuredClone(view.events), linkPreviews: view.linkPreviews });

test("rows that are kept are those that would be made from nothing, whatever has changed", () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const chance = seeded(seed);
    let view = {
      all: deepFreeze(EVENTS), first: 0, last: 24, pending: [], me: person("a"), people: new Map(["a", "b", "c"].map((id) => [id, person(id)])),
      known: new Map(["a", "b"].map((id) => [id, person(id)])), deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1,
      origin: "http://nova", now: new Date(BEGIN + 20 * HOUR), place: { locale: "en-GB", timeZone: "UTC" },
    };
    let rows = [];
    for (let i = 0; i < 25; i += 1) {
      const names = Object.keys(CHANGES);
      const name = names[chance.below(names.length)];
      view = CHANGES[name](view, chance.below);
      rows = deepFreeze(buildRows(seen(view), rows));
      expect([seed, name, rows]).toEqual([seed, name, buildRows(fresh(seen(view)), [])]);
    }
  }
});

test("a row above and one below leave the others as they are", () => {
  const rest = { pending: [], me: person("a"), people: new Map(), known: new Map(), deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, origin: "", now: new Date(BEGIN), place: { locale: "en-GB", timeZone: "UTC" } };
  const before = buildRows({ ...rest, events: EVENTS.slice(2, 20) }, []);
  const after = buildRows({ ...rest, events: EVENTS.slice(1, 21) }, before);
  // The first one had no row above; the last one ended its group.
  expect(after.slice(2, -2)).toEqual(before.slice(1, -1));
  for (const [i, row] of before.slice(1, -1).entries()) expect(after[i + 2]).toBe(row);
});

test("the New line moves up to what is unread above an own row", () => {
  const rest = { pending: [], me: person("a"), people: new Map(), known: new Map(), deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: 0, origin: "", now: new Date(BEGIN), place: { locale: "en-GB", timeZone: "UTC" } };
  const newAt = (rows) => rows.filter((row) => row.is_new_marker).map(({ seq }) => seq);
  const before = buildRows({ ...rest, events: EVENTS.slice(3, 10) }, []);
  expect([before[0].mine, newAt(before)]).toEqual([true, [5]]);
  expect(newAt(buildRows({ ...rest, events: EVENTS.slice(1, 10) }, before))).toEqual([2]);
});

test("windows that share all rows, one or none are each made whole", () => {
  const rest = { pending: [], me: person("a"), people: new Map(), known: new Map(), deliveredTo: 0, readTo: 0, othersSince: 0, newAfter: -1, origin: "", now: new Date(BEGIN), place: { locale: "en-GB", timeZone: "UTC" } };
  const seqs = (rows) => rows.map(({ seq }) => seq);
  const before = buildRows({ ...rest, events: EVENTS.slice(5, 10) }, []);
  for (const [first, last] of [[5, 10], [0, 6], [9, 14], [0, 5], [10, 15], [5, 6], [9, 10], [7, 7]]) {
    expect(seqs(buildRows({ ...rest, events: EVENTS.slice(first, last) }, before))).toEqual(EVENTS.slice(first, last).map(({ seq }) => seq));
  }
});
