import { expect, test } from "bun:test";
import { PageReport } from "../../assets/nova/telemetry/page_report.js";

const nothing = { history: [], reconnects: 0, roundtrips_ms: [], isLeaving: false };

test("nothing is reported twice", () => {
  const page = new PageReport();
  page.called("http://nova/api/v1/search?q=secret", 12, 200);
  page.once("ttfb", 30);
  const history = [{ id: "a", kind: "TIMEOUT", count: 2 }];

  const first = page.take({ ...nothing, history, reconnects: 3, roundtrips_ms: [40] });
  const second = page.take({ ...nothing, history: [{ id: "a", kind: "TIMEOUT", count: 5 }], reconnects: 4 });

  expect(first.calls).toEqual([{ route: "search", status: "2xx", ms: 12 }]);
  expect([first.errors, first.vitals, first.reconnects]).toEqual([{ TIMEOUT: 2 }, { ttfb: 30 }, 3]);
  expect([second.errors, second.calls, second.vitals, second.reconnects]).toEqual([{ TIMEOUT: 3 }, [], {}, 1]);
});

test("a notice that fell out of the history is no news", () => {
  const page = new PageReport();
  page.take({ ...nothing, history: [{ id: "a", kind: "TIMEOUT", count: 2 }] });

  expect(page.take({ ...nothing, history: [{ id: "b", kind: "UNKNOWN", count: 1 }] }).errors).toEqual({ UNKNOWN: 1 });
});

test("what is only known at the end is reported at the end, the worst of each, once", () => {
  const page = new PageReport();
  page.worst("inp", 80);
  page.worst("inp", 50);
  page.shifted(0.02);
  page.shifted(0.01);

  expect(page.take(nothing)).toMatchObject({ vitals: {}, layout_shift: null });
  expect(page.take({ ...nothing, isLeaving: true })).toMatchObject({ vitals: { inp: 80 }, layout_shift: 0.03 });
  expect(page.take({ ...nothing, isLeaving: true })).toMatchObject({ vitals: {}, layout_shift: null });
});

test("only calls to Nova are reported, by route and never by their query", () => {
  const page = new PageReport();
  for (const [url, status] of [
    ["http://nova/api/v1/conversations/123/messages?limit=50", 200],
    ["http://nova/api/v1/users/me", 401],
    ["http://nova/api/v1/uploads/123", 0],
    ["http://nova/api/v1/telemetry", 204],
    ["http://elsewhere/script.js", 200],
  ])
    page.called(/** @type {string} */ (url), 5, /** @type {number} */ (status));

  expect(page.take(nothing).calls.map(({ route, status }) => [route, status])).toEqual([
    ["history", "2xx"],
    ["other", "4xx"],
    ["uploads", "network"],
  ]);
});

test("a report is bounded", () => {
  const page = new PageReport();
  for (let n = 0; n < 500; n += 1) page.called("http://nova/api/v1/posts", n, 200);

  const report = page.take({ ...nothing, roundtrips_ms: Array(500).fill(1) });
  expect([report.calls.length, report.roundtrips_ms.length]).toEqual([40, 40]);
});
