import { expect, test } from "bun:test";
import { HERE, chooseClock, dayLabel, dayOf, listLabel, timeLabel } from "../../assets/nova/base/dates.js";
import { seeded } from "./random.mjs";

const inZone = (timeZone, locale = "en-US") => ({ timeZone, locale });
const labels = (zone, now, ...moments) => moments.map((at) => dayLabel(new Date(at), inZone(zone), new Date(now)));

test.each([
  ["Europe/Berlin", "2026-03-30T00:30+02:00", "2026-03-29T12:00+02:00", "2026-03-28T12:00+01:00", "Saturday, March 28"],
  ["Europe/Berlin", "2026-10-25T23:30+01:00", "2026-10-24T12:00+02:00", "2026-10-23T12:00+02:00", "Friday, October 23"],
  ["America/New_York", "2026-03-09T00:15-04:00", "2026-03-08T12:00-04:00", "2026-03-07T12:00-05:00", "Saturday, March 7"],
  ["America/New_York", "2026-11-01T23:15-05:00", "2026-10-31T12:00-04:00", "2026-10-30T12:00-04:00", "Friday, October 30"],
  ["Australia/Lord_Howe", "2026-10-05T00:10+11:00", "2026-10-04T12:00+11:00", "2026-10-03T12:00+10:30", "Saturday, October 3"],
  ["America/Santiago", "2026-04-04T23:30-04:00", "2026-04-03T12:00-03:00", "2026-04-02T12:00-03:00", "Thursday, April 2"],
  ["Pacific/Apia", "2020-09-28T00:30+14:00", "2020-09-27T12:00+14:00", "2020-09-26T12:00+13:00", "Saturday, September 26"],
])("around the change of clocks in %s yesterday is the day before today (%s)", (zone, now, yesterday, before, label) => {
  expect(labels(zone, now, now, yesterday, before)).toEqual(["Today", "Yesterday", label]);
});

/** How many days lie between two moments, one day after another through the calendar. */
function walk(zone, from, to) {
  const [first, last] = [dayOf(from, inZone(zone)), dayOf(to, inZone(zone))];
  const day = new Date(`${first}T12:00:00Z`);
  let steps = 0;
  while (day.toISOString().slice(0, 10) < last) {
    day.setUTCDate(day.getUTCDate() + 1);
    steps += 1;
  }
  return steps;
}

test("any day in any zone is named as a walk through the calendar names it", () => {
  const random = seeded(7);
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "UTC"];
  for (let round = 0; round < 3_000; round += 1) {
    const zone = zones[random.below(zones.length)];
    const now = new Date(Date.UTC(2012 + random.below(20), random.below(12), 1 + random.below(31), random.below(24), random.below(60)));
    const at = new Date(now.getTime() - random.below(9 * 24 * 60) * 60_000);
    const days = walk(zone, at, now);
    const place = inZone(zone);
    const weekday = new Intl.DateTimeFormat("en-US", { timeZone: zone, weekday: "short" }).format(at);
    const input = `${zone}, ${at.toISOString()}, now ${now.toISOString()}`;
    const named = days > 1 ? "" : ["Today", "Yesterday"][days];
    expect([input, dayLabel(at, place, now).match(/^(Today|Yesterday)$/)?.[0] ?? ""]).toEqual([input, named]);
    if (days > 0 && days < 7) expect([input, listLabel(at, place, now)]).toEqual([input, days === 1 ? "Yesterday" : weekday]);
    if (days >= 7) expect([input, listLabel(at, place, now)]).not.toEqual([input, weekday]);
  }
});

test("a day in the future is shown in full", () => {
  const place = inZone("UTC");
  const now = new Date("2026-03-12T14:03:00Z");
  for (const [at, day, short] of [
    ["2026-03-13T00:00:01Z", "Friday, March 13, 2026", "Mar 13, 2026"],
    ["2026-11-28T10:00:00Z", "Saturday, November 28, 2026", "Nov 28, 2026"],
    ["2027-01-01T10:00:00Z", "Friday, January 1, 2027", "Jan 1, 2027"],
  ]) {
    expect(dayLabel(new Date(at), place, now)).toBe(day);
    expect(listLabel(new Date(at), place, now)).toBe(short);
  }
});

test("a time has no leading zero where the language has none, and never seconds", () => {
  const at = new Date("2026-03-12T01:02:42Z");
  const plain = (locale) => timeLabel(at, inZone("UTC", locale)).replace(/\s/g, " ");
  expect(plain("en-US")).toBe("1:02 AM");
  expect(plain("en-GB")).toBe("01:02");
  expect(plain("de-DE")).toBe("01:02");
});

test.each([
  ["12", "en-GB", /^0?2:03\s?pm$/i, "12:03"],
  ["24", "en-US", /^14:03$/, "00:03"],
])("a clock of %s hours counts more than the language %s", (clock, locale, afternoon, midnight) => {
  chooseClock(clock);
  const place = { ...HERE, locale, timeZone: "UTC" };
  expect(timeLabel(new Date("2026-03-01T14:03Z"), place)).toMatch(afternoon);
  expect(timeLabel(new Date("2026-03-01T00:03Z"), place)).toStartWith(midnight);
  chooseClock("");
  expect(HERE.hourCycle).toBeUndefined();
  expect(timeLabel(new Date("2026-03-01T14:03Z"), { ...HERE, locale: "en-GB", timeZone: "UTC" })).toBe("14:03");
});
