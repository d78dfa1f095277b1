import { beforeEach, expect, test } from "bun:test";
import { ReflexSocket } from "../../assets/nova/connection/reflex_socket.js";

let reflexSocket, model, account, timers, now, attempts, cancelled, reported;
const attempt = () => (attempts += 1);
const giveUp = () => (cancelled += 1);

beforeEach(() => {
  [model, timers, now, attempts, cancelled] = [null, [], 0, 0, 0];
  account = { id: "", isOwn: true };
  reported = [];
  reflexSocket = new ReflexSocket({
    model: () => model,
    account,
    onChange: () => {},
    now: () => now,
    random: () => 0.5,
    setTimer: (work, delay) => timers.push({ work, delay }),
    calls: { report: (fields) => reported.push(fields) },
  });
});

test("the controls come back after the messages did, spread out", () => {
  model = { state: "DISCONNECTED" };
  reflexSocket.beforeConnect(attempt, giveUp);
  expect(timers).toEqual([]);
  model = { state: "CONNECTED" };
  reflexSocket.connectionChanged();
  reflexSocket.connectionChanged();
  expect(timers.map((timer) => timer.delay)).toEqual([1000]);
  timers[0].work();
  expect(attempts).toBe(1);
});

test("an attempt whose time comes while the messages are lost waits for them", () => {
  model = { state: "CONNECTED" };
  reflexSocket.beforeConnect(attempt, giveUp);
  model = { state: "RECONNECTING" };
  timers[0].work();
  expect(attempts).toBe(0);
  model = { state: "CONNECTED" };
  reflexSocket.connectionChanged();
  timers[1].work();
  expect([attempts, cancelled]).toEqual([1, 0]);
});

test("an attempt in progress does not hold up the messages, and is made again after them", () => {
  model = { state: "CONNECTED" };
  reflexSocket.beforeConnect(attempt, giveUp);
  timers[0].work();
  for (const state of ["DISCONNECTED", "RECONNECTING"]) {
    model = { state };
    reflexSocket.connectionChanged();
  }
  expect([attempts, cancelled]).toEqual([1, 1]);
  model = { state: "CONNECTED" };
  reflexSocket.connectionChanged();
  timers[1].work();
  reflexSocket.up();
  model = { state: "DISCONNECTED" };
  reflexSocket.connectionChanged();
  expect([attempts, cancelled]).toEqual([2, 1]);
});

test("each failure waits longer, by the same policy as the messages", () => {
  model = { state: "CONNECTED" };
  for (let n = 0; n < 6; n += 1) reflexSocket.beforeConnect(attempt, giveUp);
  expect(timers.map((timer) => timer.delay)).toEqual([1000, 1250, 2250, 4250, 7750, 7750]);
});

test("a page without an account connects by the policy, too", () => {
  reflexSocket.beforeConnect(attempt, giveUp);
  model = { state: "CLOSED" };
  reflexSocket.beforeConnect(attempt, giveUp);
  expect(timers.map((timer) => timer.delay)).toEqual([750, 1250]);
});

test("it is known since when they do not answer, and only a stable return counts as one", () => {
  now = 100;
  reflexSocket.up();
  now = 20_100;
  reflexSocket.down();
  reflexSocket.beforeConnect(attempt, giveUp);
  now = 21_000;
  reflexSocket.down();
  expect([reflexSocket.downSince, reflexSocket.tries]).toEqual([20_100, 1]);
  reflexSocket.up();
  expect(reflexSocket.downSince).toBe(null);
  now = 22_000;
  reflexSocket.down();
  expect(reflexSocket.tries).toBe(1);
});

test("controls that never answered since the page was loaded are known to be down", () => {
  now = 500;
  reflexSocket.begin();
  expect(reflexSocket.downSince).toBe(500);
  reflexSocket.up();
  reflexSocket.begin();
  expect(reflexSocket.downSince).toBe(null);
});

test("the address names the page's account; no attempt is made for another one", () => {
  expect(reflexSocket.query).toEqual({});
  account.id = "ana";
  expect(reflexSocket.query).toEqual({ user_id: "ana" });
  model = { state: "CONNECTED" };
  reflexSocket.beforeConnect(attempt, giveUp);
  account.isOwn = false;
  timers[0].work();
  reflexSocket.connectionChanged();
  expect([attempts, timers.length]).toEqual([0, 1]);
  reflexSocket.beforeConnect(attempt, giveUp);
  model = { state: "CLOSED" };
  reflexSocket.connectionChanged();
  expect([attempts, timers.length]).toEqual([0, 1]);
});

test("a handler of the server calls by name what the page offers, and nothing else", () => {
  reflexSocket.called({ call: "report", fields: { code: "internal" } });
  for (const call of ["absent", "constructor", "toString", "__proto__"]) reflexSocket.called({ call, fields: {} });
  expect(reported).toEqual([{ code: "internal" }]);
});
