import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { WindowLoader } from "../../assets/nova/conversation/window_loader.js";
import { beginOf } from "../../assets/nova/conversation/history_actions.js";
import { PART } from "../../assets/nova/conversation/in_parts.js";
import { createStore } from "../../assets/nova/base/store.js";
import { CLOSED, isAwaited } from "../../assets/nova/conversation/conversation_state.js";
import { ConversationLog } from "../../assets/nova/messages/event_log.js";

const item = (seq) => ({ seq, client_id: `c${seq}`, text: String(seq) });
const items = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => item(first + i));
const settle = () => new Promise((done) => setTimeout(done));

/** A window loader over a conversation of this many messages; its requests are answered by hand. */
function loaderOf(last = 1_000, nextFrame = undefined) {
  const log = new ConversationLog();
  const asked = [];
  const targets = [];
  const newest = [];
  const get = (path, signal) =>
    new Promise((answer, refuse) => {
      asked.push({ query: path.replace(/^.*messages\?/, "").replace(/&limit=\d+$/, ""), answer, refuse, signal });
    });
  const state = createStore({ ...CLOSED, activeId: "room" });
  const windowLoader = new WindowLoader({
    state,
    api: { get },
    log: () => log,
    loadNewest: async (id) => void newest.push(id),
    onAuthors() {}, onTarget: (seq) => targets.push(seq), waiting: () => 0, nextFrame,
  });
  windowLoader.open();
  const seedLog = () => {
    log.seed(items(Math.max(1, last - 49), last).map((message) => ({ type: "message", ...message })), last, last > 50);
    windowLoader.seeded();
  };
  return { windowLoader, state, log, asked, targets, newest, seedLog };
}

const ends = ({ messageWindow }) => [messageWindow.events[0]?.seq, messageWindow.events.at(-1)?.seq, messageWindow.hasNewer];
const offline = () => new ApiError("network_unreachable");

test("older pages are loaded one at a time, and a failure waits for a user to ask", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.loadOlder();
  void windowLoader.loadOlder();
  expect(asked.map(({ query }) => query)).toEqual(["before_seq=951"]);
  expect(state.get().older.state).toBe("loading");
  asked[0].refuse(offline());
  await settle();
  expect(state.get().older).toEqual({ state: "error", code: "network_unreachable", text: "" });

  void windowLoader.loadOlder();
  expect(asked).toHaveLength(1);
  void windowLoader.loadOlder(true);
  asked[1].answer({ items: items(901, 950), has_older: true });
  await settle();
  expect([...ends(state.get()), state.get().older.state]).toEqual([901, 1_000, false, ""]);
});

test("a restored connection retries what failed, at either edge and for a jump", async () => {
  const { windowLoader, state, asked, seedLog, targets } = loaderOf();
  seedLog();
  void windowLoader.jumpTo(300);
  asked[0].answer({ items: items(276, 325), has_older: true, target_seq: 300 });
  await settle();
  void windowLoader.loadOlder();
  void windowLoader.loadNewer();
  void windowLoader.jumpTo(600);
  for (const { refuse } of asked.slice(1)) refuse(offline());
  await settle();
  expect([state.get().older.state, state.get().newer.state, state.get().jump.state]).toEqual(["error", "error", "error"]);
  expect(ends(state.get())).toEqual([276, 325, true]);

  windowLoader.retryFailed();
  expect(asked.slice(4).map(({ query }) => query)).toEqual(["before_seq=276", "after_seq=325", "around_seq=600"]);
  asked[6].answer({ items: items(576, 625), has_older: true, target_seq: 600 });
  await settle();
  asked[4].answer({ items: items(226, 275), has_older: true });
  asked[5].answer({ items: items(326, 375), has_older: true });
  await settle();
  expect(ends(state.get())).toEqual([576, 625, true]);
  expect(targets).toEqual([300, 600]);
});

test("what was in flight when the connection came back, and is lost, is asked for once more", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.loadOlder();
  windowLoader.retryFailed();
  expect(asked).toHaveLength(1);
  asked[0].refuse(offline());
  await settle();
  expect([asked.length, state.get().older.state]).toEqual([2, "loading"]);
  asked[1].refuse(offline());
  await settle();
  expect([asked.length, state.get().older.state]).toEqual([2, "error"]);
});

test("a jump that begins before the newest page came shows nothing else first", async () => {
  const { windowLoader, state, asked, targets, seedLog } = loaderOf();
  void windowLoader.jumpTo(300);
  seedLog();
  expect([isAwaited(state.get()), state.get().messageWindow.events]).toEqual([true, []]);
  asked[0].answer({ items: items(276, 325), has_older: true, target_seq: 300 });
  await settle();
  expect([...ends(state.get()), targets]).toEqual([276, 325, true, [300]]);
});

test("a jump that fails shows the newest and why", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  void windowLoader.jumpTo(300);
  seedLog();
  asked[0].refuse(offline());
  await settle();
  expect([...ends(state.get()), state.get().jump.state]).toEqual([951, 1_000, false, "error"]);
});

test("what is not there shows the newest and says so", async () => {
  const { windowLoader, state, asked, targets, seedLog } = loaderOf();
  seedLog();
  void windowLoader.jumpTo(5_000);
  asked[0].answer({ items: items(951, 1_000), has_older: true, target_seq: null });
  await settle();
  expect([...ends(state.get()), state.get().jump.state]).toEqual([951, 1_000, false, "missing"]);
  void windowLoader.jumpToMoment("2030-01-01T00:00:00.000Z");
  expect(asked[1].query).toBe("at=2030-01-01T00%3A00%3A00.000Z");
  asked[1].answer({ items: items(951, 1_000), has_older: true, target_seq: null });
  await settle();
  expect(state.get().jump.state).toBe("later");
  windowLoader.dismiss();
  void windowLoader.jumpTo(NaN);
  expect([state.get().jump.state, asked.length, targets]).toEqual(["missing", 2, []]);
});

test("the last jump counts, and what is shown already is not loaded", async () => {
  const { windowLoader, state, asked, targets, seedLog } = loaderOf();
  seedLog();
  void windowLoader.jumpTo(100);
  void windowLoader.jumpTo(500);
  expect(asked[0].signal.aborted).toBe(true);
  asked[1].answer({ items: items(476, 525), has_older: true, target_seq: 500 });
  asked[0].answer({ items: items(76, 125), has_older: true, target_seq: 100 });
  await settle();
  void windowLoader.jumpTo(480);
  expect([...ends(state.get()), targets, asked.length]).toEqual([476, 525, true, [500, 480], 2]);
});

test("after a jump the rest comes from the server, then from what the browser holds", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.jumpTo(900);
  asked[0].answer({ items: items(875, 924), has_older: true, target_seq: 900 });
  await settle();
  void windowLoader.loadNewer();
  asked[1].answer({ items: items(925, 974), has_older: true });
  await settle();
  await windowLoader.loadNewer();
  expect([asked.length, ...ends(state.get())]).toEqual([2, 875, 1_000, false]);
});

test("what came too late for its conversation is thrown away", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.loadOlder();
  state.set({ activeId: "other" });
  windowLoader.open();
  asked[0].answer({ items: items(901, 950), has_older: true });
  await settle();
  expect([...ends(state.get()), state.get().older.state]).toEqual([951, 1_000, false, ""]);
});

test("after a reset what is read stays, unless the server has lost it", async () => {
  const { windowLoader, state, seedLog, log } = loaderOf();
  seedLog();
  state.set({ isAtBottom: false });
  windowLoader.reset(3_000);
  expect(ends(state.get())).toEqual([951, 1_000, true]);
  windowLoader.reset(990);
  expect(state.get().messageWindow.events).toEqual([]);
  seedLog();
  state.set({ isAtBottom: true });
  windowLoader.reset(3_000);
  expect(state.get().messageWindow.events).toEqual([]);
  log.reset();
  windowLoader.showNewest();
  expect(state.get().messageWindow.events).toEqual([]);
});

test("a day begins where the reader is, and half a day is none", () => {
  expect(new Date(beginOf("2026-01-31")).toString()).toContain("Jan 31 2026 00:00:00");
  expect(["", "2026-01", "x", "0000-01-01", "99999-01-01"].map(beginOf)).toEqual(["", "", "", "", ""]);
});

test("what was asked for a part that is left ends there: it neither fails nor blocks the part that is shown", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.jumpTo(300);
  asked[0].answer({ items: items(276, 325), has_older: true, has_newer: true, target_seq: 300 });
  await settle();
  void windowLoader.loadOlder();
  void windowLoader.loadNewer();
  expect([state.get().older.state, state.get().newer.state]).toEqual(["loading", "loading"]);

  windowLoader.showNewest();
  for (const { refuse } of asked.slice(1)) refuse(offline());
  await settle();

  expect([state.get().older.state, state.get().newer.state]).toEqual(["", ""]);
  expect(ends(state.get())).toEqual([951, 1_000, false]);
  const before = asked.length;
  void windowLoader.loadOlder();
  expect(asked).toHaveLength(before + 1);
});

test("an older page is taken although its neighbour was edited while it loaded", async () => {
  const { windowLoader, state, asked, seedLog } = loaderOf();
  seedLog();
  void windowLoader.loadOlder();
  const { messageWindow } = state.get();
  const [first, ...rest] = messageWindow.events;
  state.set({ messageWindow: { ...messageWindow, events: [{ ...first, text: "edited" }, ...rest] } });
  asked[0].answer({ items: items(901, 950), has_older: true });
  await settle();
  expect(ends(state.get())).toEqual([901, 1_000, false]);
});

test("a page is shown part by part, one in each frame, as its messages are by then", async () => {
  const frames = [];
  const { windowLoader, state, log, asked, seedLog } = loaderOf(1_000, () => new Promise((render) => frames.push(render)));
  seedLog();
  void windowLoader.loadOlder();
  asked[0].answer({ items: items(901, 950).map((each) => ({ ...each, message_id: `m${each.seq}` })), has_older: false });
  await settle();
  expect([...ends(state.get()), state.get().messageWindow.hasOlder, state.get().older.state]).toEqual([951 - PART, 1_000, false, true, "loading"]);

  log.receive({ type: "edited", seq: 1_001, message_id: "m901", text: "edited", edited_at: "2030-01-01T00:00:00.000Z" });
  void windowLoader.loadOlder();
  while (frames.length) {
    frames.shift()();
    await settle();
  }
  expect([...ends(state.get()), state.get().messageWindow.hasOlder, state.get().older.state]).toEqual([901, 1_000, false, false, ""]);
  expect(state.get().messageWindow.events.map(({ seq }) => seq)).toEqual(items(901, 1_000).map(({ seq }) => seq));
  expect([state.get().messageWindow.events[0].text, asked.length]).toEqual(["edited", 1]);
});

test("a page of which a part is shown is left where something else is shown", async () => {
  const frames = [];
  const { windowLoader, state, asked, seedLog } = loaderOf(1_000, () => new Promise((render) => frames.push(render)));
  seedLog();
  void windowLoader.loadOlder();
  asked[0].answer({ items: items(901, 950), has_older: true });
  await settle();
  windowLoader.showNewest();
  frames.shift()();
  await settle();
  expect([...ends(state.get()), state.get().older.state, frames.length]).toEqual([951, 1_000, false, "", 0]);
});

test("what the browser holds is appended part by part, too, and never twice", async () => {
  const frames = [];
  const { windowLoader, state, asked, seedLog } = loaderOf(1_000, () => new Promise((render) => frames.push(render)));
  seedLog();
  void windowLoader.jumpTo(930);
  asked[0].answer({ items: items(901, 950), has_older: true, target_seq: 930 });
  await settle();
  void windowLoader.loadNewer();
  void windowLoader.loadNewer();
  expect(state.get().messageWindow.events.at(-1).seq).toBe(950 + PART);
  while (frames.length) {
    frames.shift()();
    await settle();
  }
  expect([...ends(state.get()), state.get().newer.state, asked.length]).toEqual([901, 1_000, false, "", 1]);
});

test("a reader who turns round loses nothing at the edge that is reached to what is added at the other", async () => {
  const frames = [];
  const { windowLoader, state, asked, seedLog } = loaderOf(1_000, () => new Promise((render) => frames.push(render)));
  const renderAll = async () => {
    while (frames.length) {
      frames.shift()();
      await settle();
    }
  };
  seedLog();
  for (let first = 951; first > 701; first -= 50) {
    void windowLoader.loadOlder();
    asked.at(-1).answer({ items: items(first - 50, first - 1), has_older: true });
    await settle();
    await renderAll();
  }
  expect(ends(state.get())).toEqual([701, 1_000, false]);
  void windowLoader.loadOlder();
  asked.at(-1).answer({ items: items(651, 700), has_older: true });
  await settle();
  expect(ends(state.get())).toEqual([701 - PART, 1_000 - PART, true]);

  void windowLoader.loadNewer();
  await renderAll();
  expect([...ends(state.get()), state.get().older.state, state.get().newer.state]).toEqual([701, 1_000, false, "", ""]);
});

test("where the reader goes on, the next page is asked for as soon as the last part of one is shown, and nothing says in between that none loads", async () => {
  const frames = [];
  const { windowLoader, state, asked, seedLog } = loaderOf(1_000, () => new Promise((render) => frames.push(render)));
  seedLog();
  const said = [];
  state.subscribe(() => said.push(state.get().older.state));
  void windowLoader.loadOlder();
  asked[0].answer({ items: items(901, 950), has_older: true });
  await settle();
  while (state.get().messageWindow.events[0].seq > 901) {
    void windowLoader.loadOlder();
    frames.shift()();
    await settle();
  }
  expect(asked.length).toBe(1);

  void windowLoader.loadOlder();
  void windowLoader.loadOlder();
  expect(asked.map(({ query }) => query)).toEqual(["before_seq=951", "before_seq=901"]);
  frames.shift()();
  await settle();
  expect([...new Set(said)]).toEqual(["loading"]);

  asked[1].answer({ items: items(851, 900), has_older: true });
  await settle();
  while (frames.length) {
    frames.shift()();
    await settle();
  }
  expect([...ends(state.get()), state.get().older.state]).toEqual([851, 1_000, false, ""]);
});
