import { beforeEach, expect, test } from "bun:test";
import { ModuleLoader } from "../../assets/nova/loading/module_loader.js";

const URL = "/assets/page-1.js";
let loader, timers, probed, changes, status;

beforeEach(() => {
  [timers, probed, changes, status] = [[], [], 0, 0];
  loader = new ModuleLoader({
    probe: async (url) => {
      probed.push(url);
      if (!status) throw new TypeError("Failed to fetch");
      return status;
    },
    onChange: () => (changes += 1),
    random: () => 0.5,
    setTimer: (work, delay) => timers.push({ work, delay }),
  });
});

/** A load that fails a given number of times, then succeeds. */
function failing(times) {
  let tries = 0;
  const load = async () => {
    tries += 1;
    if (tries <= times) throw new TypeError("Failed to fetch dynamically imported module");
    return "the module";
  };
  return { load, tries: () => tries };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what can be loaded is loaded, without a report", async () => {
  expect(await loader.load(failing(0).load, URL)).toBe("the module");
  expect([probed, changes, timers.length]).toEqual([[], 0, 0]);
});

test("without a connection it waits, and comes when that is back", async () => {
  const { load, tries } = failing(2);
  const loading = loader.load(load, URL);
  await settled();
  expect(loader.faultOf(URL)).toBe("page_unreachable");
  expect(loader.faultOf("/assets/another.js")).toBe("");
  loader.retry();
  expect(loader.faultOf(URL)).toBe("");
  await settled();
  expect([loader.faultOf(URL), tries()]).toEqual(["page_unreachable", 2]);
  loader.retry();
  expect(await loading).toBe("the module");
  expect([loader.faultOf(URL), loader.waiting.size]).toEqual(["", 0]);
});

test("it is tried again without being asked, later each time", async () => {
  const loading = loader.load(failing(3).load, URL);
  for (let turn = 0; turn < 3; turn += 1) {
    await settled();
    timers[turn].work();
  }
  expect(await loading).toBe("the module");
  const delays = timers.map((timer) => timer.delay);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(new Set(delays).size).toBe(3);
});

test.each([
  [404, "page_outdated"],
  [410, "page_outdated"],
  [403, "page_outdated"],
  [500, "page_unreachable"],
  [503, "page_unreachable"],
  [429, "page_unreachable"],
  [408, "page_unreachable"],
])("an answer %d means %s", async (answer, fault) => {
  status = answer;
  void loader.load(failing(Infinity).load, URL);
  await settled();
  expect(loader.faultOf(URL)).toBe(fault);
  expect(probed).toEqual([URL]);
});

test("what is served and still cannot be loaded is tried once more, then a reload is right", async () => {
  status = 200;
  void loader.load(failing(Infinity).load, URL);
  await settled();
  expect(loader.faultOf(URL)).toBe("");
  timers[0].work();
  await settled();
  expect(loader.faultOf(URL)).toBe("page_outdated");
});

test("an attempt is one, and says why it failed", async () => {
  const { load, tries } = failing(1);
  const fault = await loader.attempt(load, URL).catch((thrown) => thrown);
  expect(fault).toBeInstanceOf(Error);
  expect([fault.code, tries(), loader.waiting.size]).toEqual(["network_unreachable", 1, 0]);
  expect(await loader.attempt(load, URL)).toBe("the module");
  status = 404;
  expect((await loader.attempt(failing(1).load, URL).catch((thrown) => thrown)).code).toBe("page_outdated");
});
