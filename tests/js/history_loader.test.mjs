import { expect, test } from "bun:test";

import { ApiError } from "../../assets/nova/http/api.js";
import { HistoryLoader } from "../../assets/nova/conversation/history_loader.js";
import { ConversationStore } from "../../assets/nova/messages/conversation_store.js";

const ID = "c1";
const PAGE = { items: [], last_seq: 0, has_more: false };

/** A history whose questions are answered by hand. */
function asking() {
  const conversationStore = new ConversationStore({ user_id: "me", username: "me", display_name: "Me" });
  const asked = [];
  const get = () => new Promise((answer, refuse) => asked.push({ answer, refuse }));
  const clock = { now: 0 };
  const now = () => clock.now;
  const facts = {
    openLog: (id) => conversationStore.open(id),
    resetLog: (id, known) => conversationStore.open(id).reset(known),
    takeHistory: (id, page) => conversationStore.seed(id, page),
  };
  const history = new HistoryLoader({ api: { get }, facts, onChange() {}, onLoaded() {}, now });
  return { conversationStore, history, asked, clock };
}

const missing = () => new ApiError("not_found", { kind: "NOT_FOUND" });
const settle = () => new Promise((done) => setTimeout(done));

test("what is not there is missing until the server confirms it", async () => {
  const { history, asked } = asking();
  void history.load(ID);
  asked[0].refuse(missing());
  await settle();
  expect(history.stateOf(ID)).toBe("missing");

  history.confirm(ID);
  asked[1].answer(PAGE);
  await settle();
  expect(history.stateOf(ID)).toBe("ready");
});

test("an answer that is older than the news does not outlive it", async () => {
  const { history, asked } = asking();
  void history.load(ID);
  history.confirm(ID);
  asked[0].refuse(missing());
  await settle();
  expect(history.stateOf(ID)).toBe("loading");

  asked[1].answer(PAGE);
  await settle();
  expect(history.stateOf(ID)).toBe("ready");
});

test("a confirmation is believed once: a second refusal counts", async () => {
  const { history, asked } = asking();
  void history.load(ID);
  history.confirm(ID);
  asked[0].refuse(missing());
  await settle();
  asked[1].refuse(missing());
  await settle();
  expect(history.stateOf(ID)).toBe("missing");
  expect(asked).toHaveLength(2);
});

test("what was asked for over a lost connection is asked for again when it is back", async () => {
  const { history, asked, clock } = asking();
  void history.load(ID);
  clock.now = 1_000;
  history.retryFailed();
  expect(asked.length).toBe(1);

  clock.now = 12_000;
  history.retryFailed();
  expect([history.stateOf(ID), asked.length]).toEqual(["loading", 2]);
  asked[0].refuse(missing());
  await settle();
  expect(history.stateOf(ID)).toBe("loading");
  asked[1].answer(PAGE);
  await settle();
  expect(history.stateOf(ID)).toBe("ready");
});

test("a reload replaces the load that is under way", async () => {
  const { conversationStore, history, asked } = asking();
  void history.load(ID);
  void history.reload(ID, 7);
  asked[0].answer({ ...PAGE, last_seq: 1 });
  await settle();
  expect([history.stateOf(ID), conversationStore.logs.get(ID).seeded]).toEqual(["loading", false]);
  asked[1].answer({ ...PAGE, last_seq: 7 });
  await settle();
  expect([history.stateOf(ID), conversationStore.logs.get(ID).last]).toEqual(["ready", 7]);
});
