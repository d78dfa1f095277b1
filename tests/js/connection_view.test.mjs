// What the page learns of its server: a newer build, a proxy that does not pass Upgrade.

import { beforeEach, expect, test } from "bun:test";
import { createStore } from "../../assets/nova/base/store.js";
import { ConnectionView } from "../../assets/nova/connection/connection_view.js";
import { diagnose } from "../../assets/nova/connection/lost_upgrade.js";
import { INITIAL } from "../../assets/nova/connection/state_machine.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";

const model = (state, facts = {}) => ({ ...INITIAL, state, reason: "network", ...facts });
const UP = model("CONNECTED", { synced: true });

let store, view, asked, status;

beforeEach(() => {
  [store, asked, status] = [createStore(DEFAULTS.connection), 0, 0];
  const fetcher = () => {
    asked += 1;
    return status ? Promise.resolve({ status }) : Promise.reject(new TypeError("no answer"));
  };
  view = new ConnectionView({
    store,
    reflexDownSince: () => null,
    isForgotten: () => false,
    diagnose: () => void diagnose(view, "http://nova", fetcher),
  });
  globalThis.__reactRouterManifest = { version: "aaaa1111" };
});

/** Tries that fail before the socket is open, as the browser says it; and what is known then. */
async function fail(tries) {
  for (let count = 0; count < tries; count += 1) {
    view.stats.closed(1006);
    view.connectionChanged(model("DISCONNECTED", { attempt: count }));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return [asked, view.hint];
}

test.each([
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

test.each([
  [0, ""],
  [200, ""],
  [502, ""],
  [426, "no_upgrade"],
])("after three tries that came to nothing, the address of the socket answers %p: the hint is %p", async (answer, hint) => {
  status = answer;
  expect(await fail(2)).toEqual([0, ""]);
  await fail(1);
  expect(await fail(1)).toEqual([1, hint]);
});

test("it is asked now and then, until a page was connected", async () => {
  expect(await fail(7)).toEqual([2, ""]);
  status = 426;
  expect(await fail(2)).toEqual([3, "no_upgrade"])
  view.stats.connectionChanged(model("RECONNECTING"), UP, Date.now());
  view.connectionChanged(UP);
  view.serverHas("aaaa1111");
  expect(await fail(9)).toEqual([3, ""]);
});

test("a newer version in another tab is told, whatever the server says about its pages", () => {
  view.connectionChanged(UP);
  view.outdated();
  expect(store.get().banner).toBe("newer");
  view.serverHas("aaaa1111");
  view.render();
  expect(view.hint).toBe("newer");
});
