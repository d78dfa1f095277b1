import { expect, test } from "bun:test";
import { Notifier } from "../../assets/nova/account/desktop_notifications.js";
import { USUAL } from "../../assets/nova/account/notification_rule.js";

const settle = () => new Promise((resolve) => setTimeout(resolve, 1));
const NOW = new Date("2026-03-12T12:00:00Z");

/** What the tabs of one browser share: a channel, and what was claimed. */
function browser() {
  const claimed = new Map();
  const tabs = [];
  const claim = async (_, entry) => {
    const known = claimed.get(entry.id);
    if (known && (known.shows || known.isMention || !entry.isMention)) return false;
    claimed.set(entry.id, entry);
    return true;
  };
  return { claimed, tabs, claim };
}

function rig({ general = USUAL, shared = browser(), summaries } = {}) {
  const timers = [];
  const shown = [];
  const state = { looking: false, opened: "", failures: 0, faults: 0, general };
  const channel = { postMessage: (data) => shared.tabs.filter((tab) => tab !== channel).forEach((tab) => tab.onmessage({ data })), onmessage: null };
  shared.tabs.push(channel);
  const conversations = {
    me: { user_id: "me" },
    known: new Map([["ben", { user_id: "ben", display_name: "Ben" }]]),
    people: () => new Map([["ben", { user_id: "ben", display_name: "Ben" }]]),
    summaries: new Map(Object.entries(summaries ?? { r: { kind: "direct", read_seq: 0 }, g: { kind: "group", title: "Plans", read_seq: 0 } })),
  };
  const notifier = new Notifier({
    isFocused: () => state.looking,
    setTimer: (work) => timers.push(work),
    now: () => NOW,
    general: async () => state.general,
    claim: shared.claim,
    onFault: () => (state.faults += 1),
    onOpen: (id) => (state.opened = id),
    show: async (title, options, onClick) => {
      if (state.failures-- > 0) throw new TypeError("Illegal constructor");
      const one = { title, ...options, onclick: onClick, closed: false, close: () => (one.closed = true) };
      shown.push(one);
      return one;
    },
    channel,
  });
  const receive = (event) => notifier.receive(event, conversations);
  const add = (seq, overrides) => receive(message(seq, overrides));
  const tick = async () => {
    await settle();
    timers.splice(0).forEach((work) => work());
    await settle();
  };
  return { notifier, shown, state, add, receive, tick, conversations, shared, texts: () => shown.map(({ body }) => body) };
}

const message = (seq, overrides) => ({
  type: "message", conversation_id: "r", message_id: `id-${overrides?.conversation_id ?? "r"}-${seq}`, seq, text: `m${seq}`, author_id: "ben", mentions: [], ...overrides,
});
const edited = (seq, of, overrides) => ({
  type: "edited", conversation_id: "g", message_id: `id-g-${of}`, seq, author_id: "ben", text: `edited ${of}`, mentions: [], ...overrides,
});

test("messages of a moment become one notification, by the newest, each conversation for itself", async () => {
  const { shown, add, tick } = rig();
  add(1);
  add(2);
  add(7, { conversation_id: "g", text: " two\n lines " });
  await tick();
  expect(shown.map(({ title, body, tag }) => [title, body, tag])).toEqual([
    ["Ben", "m2 (and 1 more)", "nova:r:2"],
    ["Ben in Plans", "two lines", "nova:g:7"],
  ]);
});

test("what this user wrote on another device is no news", async () => {
  const { shown, add, tick } = rig();
  add(1, { author_id: "me" });
  await tick();
  expect(shown).toEqual([]);
});

test("a focused tab suppresses notifications, here or in another tab", async () => {
  const shared = browser();
  const [here, there] = [rig({ shared }), rig({ shared })];
  there.state.looking = true;
  here.add(1);
  there.add(1);
  await here.tick();
  await there.tick();
  expect([...here.shown, ...there.shown]).toEqual([]);
  expect(shared.claimed.get("id-r-1")).toMatchObject({ reason: "focused", shows: false });
});

test("of several tabs one shows it, and looking at any of them closes it", async () => {
  const shared = browser();
  const tabs = [rig({ shared }), rig({ shared }), rig({ shared })];
  for (const tab of tabs) tab.add(1);
  for (const tab of tabs) await tab.tick();
  const shown = tabs.flatMap((tab) => tab.shown);
  expect(shown.map(({ body }) => body)).toEqual(["m1"]);
  tabs[2].notifier.markSeen();
  expect(shown[0].closed).toBe(true);
});

test("a notification is replaced by the next one, and closed when a tab has focus", async () => {
  const { notifier, shown, state, add, tick } = rig();
  add(1);
  await tick();
  add(2);
  await tick();
  expect(shown.map((one) => one.closed)).toEqual([true, false]);
  shown[1].onclick();
  expect(state.opened).toBe("r");
  notifier.markSeen();
  expect(shown[1].closed).toBe(true);
});

test("a long text is cut between characters, and a file alone is named", async () => {
  const { add, tick, texts } = rig();
  add(1, { text: "👋".repeat(200) });
  await tick();
  add(2, { text: "", files: [{ name: "plan.pdf" }] });
  await tick();
  expect(texts()).toEqual([`${"👋".repeat(140)}…`, "plan.pdf"]);
});

test("one that cannot be shown costs neither the others of the moment nor those that come later", async () => {
  const { shown, state, add, tick } = rig();
  state.failures = 1;
  add(1);
  add(1, { conversation_id: "g" });
  await tick();
  expect(shown.map(({ tag }) => tag)).toEqual(["nova:g:1"]);
  add(2);
  await tick();
  expect(shown.map(({ tag }) => tag)).toEqual(["nova:g:1", "nova:r:2"]);
  expect(state.faults).toBe(1);
});

test("only what the rule allows is shown and counted, and every decision is recorded with its reason", async () => {
  const { add, tick, texts, shared } = rig({ general: { default: "mentions", quiet_hours: null } });
  add(1, { conversation_id: "g" });
  add(2, { conversation_id: "g", mentions: ["me"], text: "@me look" });
  add(3, { conversation_id: "g", mentions: ["cleo"] });
  await tick();
  expect(texts()).toEqual(["@me look"]);
  expect([...shared.claimed.values()].map(({ reason, shows }) => [reason, shows])).toEqual([
    ["mentions", false],
    ["mention", true],
    ["mentions", false],
  ]);
});

test("what was read or muted on another device in the meantime is not shown", async () => {
  const { add, tick, texts, conversations } = rig();
  add(1);
  add(1, { conversation_id: "g" });
  conversations.summaries.set("r", { kind: "direct", read_seq: 1 });
  conversations.summaries.set("g", { kind: "group", title: "Plans", read_seq: 0, muted_until: "forever" });
  await tick();
  expect(texts()).toEqual([]);
});

test("an edit that adds a mention notifies once, and one that removes it withdraws", async () => {
  const { receive, add, tick, shown } = rig({ general: { default: "mentions", quiet_hours: null } });
  add(1, { conversation_id: "g" });
  await tick();
  expect(shown).toEqual([]);
  receive(edited(2, 1, { mentions: ["me"] }));
  await tick();
  receive(edited(3, 1, { mentions: ["me"], text: "a typo less" }));
  await tick();
  expect(shown.map(({ body, closed }) => [body, closed])).toEqual([["edited 1", false]]);
  receive(edited(4, 1));
  expect(shown[0].closed).toBe(true);
});

test("an edit in the same moment changes what is shown", async () => {
  const { receive, add, tick, texts } = rig();
  add(1, { conversation_id: "g" });
  receive(edited(2, 1));
  await tick();
  expect(texts()).toEqual(["edited 1"]);
});

test("a message that is deleted is withdrawn, shown or not", async () => {
  const { receive, add, tick, shown, texts } = rig();
  add(1, { conversation_id: "g" });
  receive({ type: "deleted", conversation_id: "g", message_id: "id-g-1", seq: 2, user_id: "ben" });
  await tick();
  expect(shown).toEqual([]);
  add(3, { conversation_id: "g" });
  await tick();
  expect(texts()).toEqual(["m3"]);
  receive({ type: "deleted", conversation_id: "g", message_id: "id-g-3", seq: 4, user_id: "ben" });
  expect(shown[0].closed).toBe(true);
});
