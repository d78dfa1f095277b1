import { expect, test } from "bun:test";
import { COUNT_MAX, LAYOUT_SHIFT_MAX, WEEK_MS } from "../../assets/nova/generated/bounds.js";
import { ConnectionStats } from "../../assets/nova/connection/connection_stats.js";
import { bounded } from "../../assets/nova/telemetry/bounded_report.js";

const page = {
  errors: { TIMEOUT: 2 },
  calls: [{ route: "search", status: "2xx", ms: 12.5 }],
  vitals: { ttfb: 30, lcp: 410.5 },
  layout_shift: 0.03,
  reconnects: 1,
  roundtrips_ms: [40, 50],
};

test("what is within its bounds stays as it is, and so does what is not a figure", () => {
  expect(bounded(page)).toEqual(page);
  expect(bounded({ layout_shift: null })).toEqual({ layout_shift: null });
});

test("a clock that was set back or far ahead makes figures of nothing and of a week", () => {
  const year = 366 * 86_400_000;
  const calls = [{ route: "search", status: "2xx", ms: year }];

  const report = bounded({ ...page, calls, vitals: { ttfb: -year, lcp: year }, roundtrips_ms: [-year, year] });

  expect(report.calls).toEqual([{ route: "search", status: "2xx", ms: WEEK_MS }]);
  expect([report.vitals, report.roundtrips_ms]).toEqual([{ ttfb: 0, lcp: WEEK_MS }, [0, WEEK_MS]]);
});

test("counts and shifts of the layout have bounds of their own", () => {
  const report = bounded({ ...page, errors: { TIMEOUT: 1e9 }, reconnects: 1e9, layout_shift: 1e9 });

  expect([report.errors, report.reconnects]).toEqual([{ TIMEOUT: COUNT_MAX }, COUNT_MAX]);
  expect(report.layout_shift).toBe(LAYOUT_SHIFT_MAX);
});

test("every duration of a connection is bounded, however long its machine slept", () => {
  const year = 366 * 86_400_000;
  const stats = new ConnectionStats();
  stats.answered(year, year);
  stats.acked(-year);
  stats.acked(NaN);
  stats.acked(year);
  stats.downtime_ms = year;

  const report = bounded(stats.snapshot({ now: year, queued: 1, oldest_at: 0 }));

  const durations = Object.entries(report).filter(([name]) => name.endsWith("_ms"));
  expect(durations).toHaveLength(6);
  expect(durations.filter(([, ms]) => !(Number(ms) >= 0 && Number(ms) <= WEEK_MS))).toEqual([]);
});
