// What the page learns of its server: a newer build, a proxy that does not pass Upgrade.

import { beforeEach, expect, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { ConnectionView } from "../../assets/nova/connection/connection_view.js";
import { INITIAL } from "../../assets/nova/connection/state_machine.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";

const model = (state, facts = {}) => ({ ...INITIAL, state, reason: "network", ...facts });
const UP = model("CONNECTED", { synced: true });

let store, view, asked, answer;

beforeEach(() => {
  [store, asked, answer] = [createStore(DEFAULTS.connection), 0, true];
  const hasLostUpgrade = () => {
    asked += 1;
    return Promise.resolve(answer);
  };
  view = new ConnectionView({ store, reflexDownSince: () => null, isForgotten: () => false, hasLostUpgrade });
  globalThis.__reactRouterManifest = { version: "aaaa1111" };
});

/** A try that fails before the socket is open, as the browser says it. */
const failed = async () => {
  view.stats.closed(1006);
  view.connectionChanged(model("DISCONNECTED", { attempt: 3 }));
  await Promise.resolve();
};

test.failing.each([
  ["aaaa1111", ""],
  ["bbbb2222", "newer"],
  ["", ""],
  [undefined, ""],
])("the server has the build %p: the banner is %p", (build, banner) => {
  view.connectionChanged(UP);
  view.serverHas(build);
  view.render();
  expect(store.get().banner).toBe(banner);
});

test.failing("after three tries that came to nothing it is found out why, now and then", async () => {
  answer = false;
  for (let tries = 0; tries < 7; tries += 1) await failed();
  expect(asked).toBe(2);
  answer = true;
  for (let tries = 0; tries < 2; tries += 1) await failed();
  view.banner.sendAttempted();
  view.render();
  expect([asked, store.get().banner]).toEqual([3, "no_upgrade"]);
});

test.failing("a page that was connected does not ask, and one that is connected forgets", async () => {
  for (let tries = 0; tries < 3; tries += 1) await failed();
  expect(asked).toBe(1);
  view.stats.connectionChanged(model("RECONNECTING"), UP, Date.now());
  view.connectionChanged(UP);
  for (let tries = 0; tries < 9; tries += 1) await failed();
  view.banner.sendAttempted();
  view.render();
  expect([asked, store.get().banner]).toEqual([1, "network"]);
});
