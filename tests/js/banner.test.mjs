import { beforeEach, expect, test } from "bun:test";
import { Banner } from "../../assets/nova/connection/banner.js";
import { INITIAL } from "../../assets/nova/connection/state_machine.js";

const model = (state, facts = {}) => ({ ...INITIAL, state, reason: "network", ...facts });
const UP = model("CONNECTED", { synced: true, reason: "synced" });
const DOWN = model("DISCONNECTED");

let banner, now, current, waiting, reflexDownSince, spoken, found;

function go(next) {
  banner.connectionChanged(current, next, now);
  current = next;
  return update();
}

function update() {
  const view = banner.update(current, { now, waiting, reflexDownSince, ...found });
  if (view.announcement && view.announcement !== spoken.at(-1)) spoken.push(view.announcement);
  return view;
}

/** Let time pass as the page does: looking again whenever that was asked for. */
function pass(ms) {
  const end = now + ms;
  let view = update();
  while (view.until <= end && view.until !== Infinity) {
    now = Math.max(now + 1, view.until);
    view = update();
  }
  now = Math.max(now, end);
  return update();
}

beforeEach(() => {
  [banner, now, current, waiting, reflexDownSince, spoken] = [new Banner(), 1_000_000, INITIAL, 0, null, []];
  found = {};
  go(UP);
});

test("short trouble is nobody's business", () => {
  go(DOWN);
  expect(pass(1_500).banner).toBe("");
  go(UP);
  expect([pass(9_000).banner, spoken]).toEqual(["", []]);
});

test("trouble of four seconds has a banner, and its end is shown for three", () => {
  go(DOWN);
  expect(pass(3_900).banner).toBe("");
  expect(pass(200)).toMatchObject({ banner: "network" });
  pass(56_000);
  expect(go(UP).banner).toBe("back");
  expect(pass(2_900).banner).toBe("back");
  expect(pass(200).banner).toBe("");
  expect(spoken).toEqual(["network", "back"]);
});

test("who just sent something, or whose browser says offline, sees it at once", () => {
  go(DOWN);
  banner.sendAttempted();
  expect(update().banner).toBe("network");
  go(UP);
  pass(10_000);
  expect(go(model("DISCONNECTED", { reason: "offline" })).banner).toBe("offline");
});

test("a banner that was shown stays for a second", () => {
  go(DOWN);
  banner.sendAttempted();
  update();
  now += 300;
  expect(go(UP).banner).toBe("network");
  expect(pass(701).banner).toBe("back");
});

test("while it catches up there is no success, and then it says how many went out", () => {
  go(DOWN);
  waiting = 3;
  pass(9_000);
  const catching = model("CONNECTED", { synced: false, reason: "" });
  expect(go(catching).banner).toBe("");
  for (let n = 0; n < 3; n += 1) banner.acked();
  expect(go(UP).banner).toBe("");
  waiting = 0;
  expect(update()).toMatchObject({ banner: "back_sent", sent: 3 });
});

test("three losses in a minute are an unstable connection until half a minute without one", () => {
  for (let n = 0; n < 3; n += 1) {
    go(DOWN);
    pass(5_000);
    go(UP);
    pass(5_000);
  }
  expect(update().banner).toBe("unstable");
  expect(pass(19_000).banner).toBe("unstable");
  expect(pass(3_000).banner).not.toBe("unstable");
});

test("a wait of five seconds or more is counted down, and never spoken", () => {
  go(model("DISCONNECTED", { next_retry_at: now + 12_000 }));
  expect(pass(4_000).banner_seconds).toBe(8);
  expect(pass(7_000).banner_seconds).toBe(1);
  expect(spoken.length).toBe(1);
  go(model("DISCONNECTED", { next_retry_at: now + 3_000 }));
  expect(update().banner_seconds).toBe(0);
});

test("screen readers announce at most once in ten seconds while trouble changes its name", () => {
  go(model("DISCONNECTED", { reason: "offline" }));
  pass(1_500);
  go(DOWN);
  pass(3_000);
  expect(spoken.length).toBe(1);
  pass(6_000);
  expect(spoken.length).toBe(2);
});

test("what only a person can change is said at once, with what to do", () => {
  expect(go(model("CLOSED", { reason: "signed_out" }))).toMatchObject({ banner: "signed_out" });
  waiting = 1;
  expect(pass(1_100).banner).toBe("signed_out_waiting");
  expect(go(model("FAILED", { reason: "exhausted" })) && pass(1_100)).toMatchObject({ banner: "exhausted" });
});

test("messages that work while the controls do not are distinguished, and there is one banner", () => {
  reflexDownSince = now;
  expect(pass(3_900).banner).toBe("");
  expect(pass(200).banner).toBe("pages");
  go(DOWN);
  expect(pass(5_000).banner).toBe("network");
  go(UP);
  expect(pass(4_000).banner).toBe("pages");
  reflexDownSince = null;
  expect(pass(1_100).banner).toBe("");
});

test.each([
  [{ isForgotten: true, waiting: 2 }, "signed_out_elsewhere"],
  [{ isForgotten: false, waiting: 2 }, "signed_out_waiting"],
  [{ isForgotten: false, waiting: 0 }, "signed_out"],
])("whether the person signed out, in another tab, or the session ended is distinguished: %j", (facts, about) => {
  const view = new Banner().update(model("CLOSED", { reason: "signed_out" }), { now: 0, reflexDownSince: null, ...facts });
  expect(view.banner).toBe(about);
});

test("a newer version is offered while all is well, and not in trouble", () => {
  found = { hint: "newer" };
  expect(update()).toMatchObject({ banner: "newer", banner_seconds: 0 });
  go(DOWN);
  expect(pass(5_000).banner).toBe("network");
  expect(go(UP).banner).toBe("back");
  expect(pass(4_000).banner).toBe("newer");
  found = {};
  expect(pass(4_000).banner).toBe("");
  expect(go(UP).banner).toBe(""); // nothing was lost: nothing is back
});

test("a proxy that does not pass Upgrade is named, also when the quick tries are over", () => {
  found = { hint: "no_upgrade" };
  go(DOWN);
  expect(pass(5_000).banner).toBe("no_upgrade");
  expect(go(model("FAILED", { reason: "exhausted" })).banner).toBe("no_upgrade");
  expect(go(model("FAILED", { reason: "outdated" })).banner).toBe("outdated");
});
