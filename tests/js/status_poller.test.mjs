import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/status.js";
import { StatusPoller, halfHours, verdictOf } from "../../assets/nova/status/status_poller.js";
import { timeLabel } from "../../assets/nova/base/dates.js";
import { createStore } from "../../assets/nova/base/store.js";

const ANSWER = {
  is_admin: true,
  is_well: true,
  version: "1",
  revision: "abc",
  since: "2026-01-01T00:00:00Z",
  figures: [{ name: "Open sockets", value: "3", about: "", path: "M0,0", is_bad: false }],
  kinds: [{ kind: "TIMEOUT", count: 2 }],
  alerts_state: "known",
  alerts: [{ name: "A", severity: "critical", summary: "s", runbook_url: "r", dashboard_url: "d", since: "2026-01-01T00:00:00Z" }],
  dashboards_url: "",
};

function createRig(/** @type {(() => any)[]} */ ...answers) {
  const store = createStore(DEFAULTS.status);
  const timers = /** @type {(() => void)[]} */ ([]);
  const rig = { isVisible: true, asked: 0 };
  const poller = new StatusPoller({
    store,
    get: async () => answers[Math.min(rig.asked++, answers.length - 1)](),
    isVisible: () => rig.isVisible,
    now: () => new Date("2026-01-01T00:00:05Z"),
    setTimer: (work) => timers.push(work),
  });
  return { store, timers, rig, poller };
}

const fail = () => {
  throw new ApiError("network_unreachable");
};

test("an answer is shown, with the version and its moment", async () => {
  const { store, poller } = createRig(() => ANSWER);
  await poller.ask();

  expect(store.get()).toMatchObject({ state: "ready", version: "1 (abc)", alerts_state: "known", kinds: ANSWER.kinds });
});

test("somebody who is no admin learns whether all is well, and nothing else", async () => {
  const { store, poller } = createRig(() => ({ is_admin: false, is_well: false }));
  await poller.ask();

  expect(store.get()).toMatchObject({ state: "ready", is_admin: false, is_well: false, version: "", figures: [], alerts: [] });
});

test("a first failure is an error with words, a later one leaves what is known and says how old it is", async () => {
  const first = createRig(fail, () => ANSWER, fail);
  await first.poller.ask();
  expect(first.store.get().state).toBe("error");
  expect(first.store.get().problem_code).toBe("network_unreachable");
  await first.poller.ask();
  await first.poller.ask();

  expect(first.store.get()).toMatchObject({ state: "stale", figures: ANSWER.figures });
});

test("it keeps polling while the page is visible, one request at a time", async () => {
  const { timers, rig, poller } = createRig(() => ANSWER);
  await Promise.all([poller.ask(), poller.ask()]);
  expect([rig.asked, timers.length]).toEqual([1, 1]);
  rig.isVisible = false;
  timers[0]();
  await Promise.resolve();
  expect([rig.asked, timers.length]).toEqual([1, 2]);
  rig.isVisible = true;
  timers[1]();
  expect(rig.asked).toBe(2);
});

test("a question that is never answered does not hold up the next one, nor does its late answer count", async () => {
  let answerFirst = (/** @type {any} */ answer) => answer;
  const { store, poller } = createRig(() => new Promise((answer) => (answerFirst = answer)), () => ANSWER);
  void poller.ask();
  await poller.ask();
  expect(store.get().state).toBe("loading");

  await poller.askAgain();
  expect(store.get()).toMatchObject({ state: "ready", version: "1 (abc)" });
  answerFirst({ ...ANSWER, version: "0" });
  await new Promise((done) => setTimeout(done));
  expect(store.get().version).toBe("1 (abc)");
});

test("one word says whether all is well", () => {
  const figures = (...flags) => flags.map((is_bad) => ({ is_bad }));
  expect(verdictOf({ figures: figures(false, false), alerts: [] })).toBe("good");
  expect(verdictOf({ figures: figures(false, true), alerts: [] })).toBe("figures");
  expect(verdictOf({ figures: figures(false), alerts: [{ severity: "info" }] })).toBe("good");
  expect(verdictOf({ figures: figures(true), alerts: [{ severity: "info" }, { severity: "warning" }] })).toBe("alerts");
});

test("each half hour says when it began; the last one is now", () => {
  const [first, last] = halfHours(["good", "bad"], new Date(2026, 0, 1, 12, 44));
  expect([first.state, last.state]).toEqual(["good", "bad"]);
  expect([first.label, last.label]).toEqual([timeLabel(new Date(2026, 0, 1, 12, 0)), timeLabel(new Date(2026, 0, 1, 12, 30))]);
});
