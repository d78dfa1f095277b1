import { expect, test } from "bun:test";
import { EVENTS, START, VARIANTS, faultOf, misattributed, next } from "./account_model.mjs";

const DEPTH = Number(process.env.DEPTH ?? 7);

/** Every state of the browser that any order of so many events leads to; each is looked at once, however many orders lead there. */
function explore(variant, depth, check = faultOf) {
  let states = new Map([[JSON.stringify(START), { browser: START, path: [] }]]);
  const known = new Set(states.keys());
  for (let step = 0; step < depth; step += 1) {
    const found = new Map();
    for (const { browser, path } of states.values()) {
      for (const event of variant.events) {
        const after = next(browser, event, variant);
        if (!after) continue;
        const fault = check(after, browser, event);
        if (fault) return { fault, path: [...path, event], count: known.size };
        const key = JSON.stringify(after);
        if (known.has(key)) continue;
        known.add(key);
        found.set(key, { browser: after, path: [...path, event] });
      }
    }
    states = found;
  }
  return { fault: "", path: [], count: known.size };
}

for (const variant of VARIANTS) {
  test(`no order of ${DEPTH} events lets a page act for another account; server: ${variant.server}`, () => {
    const { fault, path, count } = explore(variant, DEPTH);
    expect({ fault, path }).toEqual({ fault: "", path: [] });
    expect(count).toBeGreaterThan(3 ** DEPTH);
  }, 600_000);
}

test("without the account of a page the model finds how one account writes as another", () => {
  const { fault, path } = explore({ server: "old", isGuarded: false, events: EVENTS }, 5, misattributed);
  expect(fault).toBe("something written for one account was taken as another's");
  expect(path.length).toBeGreaterThan(0);
});
