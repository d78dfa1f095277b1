import { beforeEach, expect, test } from "bun:test";
import { Pages } from "../../assets/nova/pages.js";

let pages, model, timers, now, dialled;
const dial = () => (dialled += 1);

beforeEach(() => {
  [model, timers, now, dialled] = [null, [], 0, 0];
  pages = new Pages({
    model: () => model,
    onChange: () => {},
    now: () => now,
    random: () => 0.5,
    setTimer: (work, delay) => timers.push({ work, delay }),
  });
});

test("the controls come back after the messages did, spread out", () => {
  model = { state: "DISCONNECTED" };
  pages.beforeDial(dial);
  expect(timers).toEqual([]);
  model = { state: "CONNECTED" };
  pages.moved();
  pages.moved();
  expect(timers.map((timer) => timer.delay)).toEqual([1000]);
  timers[0].work();
  expect(dialled).toBe(1);
});

test("each failure waits longer, by the same policy as the messages", () => {
  model = { state: "CONNECTED" };
  for (let n = 0; n < 6; n += 1) pages.beforeDial(dial);
  expect(timers.map((timer) => timer.delay)).toEqual([1000, 1250, 2250, 4250, 7750, 7750]);
});

test("a page without an account dials by the policy, too", () => {
  pages.beforeDial(dial);
  model = { state: "CLOSED" };
  pages.beforeDial(dial);
  expect(timers.map((timer) => timer.delay)).toEqual([750, 1250]);
});

test("it is known since when they do not answer, and only a stable return counts as one", () => {
  now = 100;
  pages.up();
  now = 20_100;
  pages.down();
  pages.beforeDial(dial);
  now = 21_000;
  pages.down();
  expect([pages.downSince, pages.tries]).toEqual([20_100, 1]);
  pages.up();
  expect(pages.downSince).toBe(null);
  now = 22_000;
  pages.down();
  expect(pages.tries).toBe(1);
});

test("controls that never answered since the page was loaded are known to be down", () => {
  now = 500;
  pages.begin();
  expect(pages.downSince).toBe(500);
  pages.up();
  pages.begin();
  expect(pages.downSince).toBe(null);
});
