import { expect, test } from "bun:test";
import { USUAL, decide, isQuiet } from "../../assets/nova/account/notification_rule.js";

const NOW = new Date("2026-03-12T23:30:00Z");
const QUIET = { from: "22:00", until: "07:00", time_zone: "UTC" };
const LOUD = { from: "01:00", until: "02:00", time_zone: "UTC" };
const CHOICES = {
  author: ["me", "ben"],
  kind: ["none", "direct", "group"],
  notify: [undefined, "all", "mentions", "none"],
  general: ["all", "mentions", "none"],
  mention: ["", "me", "all", "cleo"],
  muted: [undefined, "forever", "2026-03-12T23:29:59Z", "2026-03-12T23:30:01Z"],
  quiet: [null, QUIET, LOUD],
  browser: ["on", "off", "blocked", "unsupported", "failed"],
  isRead: [false, true],
  isFocused: [false, true],
};

function* situations(names = Object.keys(CHOICES), chosen = {}) {
  if (!names.length) return yield chosen;
  for (const value of CHOICES[names[0]]) yield* situations(names.slice(1), { ...chosen, [names[0]]: value });
}

const decided = ({ author, kind, notify, general, mention, muted, quiet, browser, isRead, isFocused }) =>
  decide({
    message: { author_id: author, seq: 5, mentions: mention === "all" || !mention ? [] : [mention], mentions_all: mention === "all" || undefined },
    myId: "me",
    summary: kind === "none" ? undefined : { kind, notify, muted_until: muted, read_seq: isRead ? 5 : 4 },
    general: { default: general, quiet_hours: quiet },
    browser,
    isFocused,
    now: NOW,
  });

/** The rule again, as one sentence for each reason: the first that is true is the one. */
const SENTENCES = [
  ["own", (s) => s.author === "me"],
  ["no_member", (s) => s.kind === "none"],
  ["muted", (s) => s.muted === "forever" || s.muted === "2026-03-12T23:30:01Z"],
  ["none_here", (s) => s.notify === "none"],
  ["none", (s) => !s.notify && s.general === "none"],
  ["mentions_here", (s) => s.notify === "mentions" && !["me", "all"].includes(s.mention)],
  ["mentions", (s) => !s.notify && s.general === "mentions" && s.kind === "group" && !["me", "all"].includes(s.mention)],
  ["quiet_hours", (s) => s.quiet === QUIET],
  ["off", (s) => s.browser === "off"],
  ["blocked", (s) => s.browser === "blocked"],
  ["unsupported", (s) => s.browser === "unsupported"],
  ["failed", (s) => s.browser === "failed"],
  ["read", (s) => s.isRead],
  ["focused", (s) => s.isFocused],
  ["mention", (s) => s.mention === "me"],
  ["mention_all", (s) => s.mention === "all"],
  ["all_here", (s) => s.notify === "all"],
  ["all", (s) => s.general === "all"],
  ["direct", (s) => s.kind === "direct"],
];
const FOR = ["mention", "mention_all", "all_here", "all", "direct"];

test("every situation has the first reason that is true of it", () => {
  let count = 0;
  const seen = new Set();
  for (const situation of situations()) {
    const wanted = SENTENCES.find(([, isTrue]) => isTrue(situation))?.[0];
    const { shows, reason } = decided(situation);
    if (reason !== wanted || shows !== FOR.includes(wanted)) expect([situation, reason, shows]).toEqual([situation, wanted, FOR.includes(wanted)]);
    seen.add(reason);
    count += 1;
  }
  expect(count).toBe(Object.values(CHOICES).reduce((product, values) => product * values.length, 1));
  expect([...seen].sort()).toEqual(SENTENCES.map(([reason]) => reason).sort());
});

test("what nobody chose notifies of everything", () => {
  const summary = { kind: "group", read_seq: 0 };
  const message = { author_id: "ben", seq: 1 };
  expect(decide({ message, myId: "me", summary, general: USUAL, browser: "on", isFocused: false, now: NOW })).toEqual({ shows: true, reason: "all" });
});

test.each([
  ["22:00", "07:00", "UTC", "21:59", false],
  ["22:00", "07:00", "UTC", "22:00", true],
  ["22:00", "07:00", "UTC", "00:00", true],
  ["22:00", "07:00", "UTC", "06:59", true],
  ["22:00", "07:00", "UTC", "07:00", false],
  ["09:00", "17:00", "UTC", "08:59", false],
  ["09:00", "17:00", "UTC", "09:00", true],
  ["09:00", "17:00", "UTC", "16:59", true],
  ["09:00", "17:00", "UTC", "17:00", false],
  ["00:00", "00:00", "UTC", "00:00", false],
  ["22:00", "22:00", "UTC", "22:00", false],
  ["22:00", "07:00", "Europe/Berlin", "21:00", true],
  ["22:00", "07:00", "Europe/Berlin", "06:00", false],
  ["22:00", "07:00", "America/New_York", "21:00", false],
  ["22:00", "07:00", "Asia/Kolkata", "16:30", true],
])("from %s until %s in %s: %s UTC is quiet: %s", (from, until, time_zone, time, isIn) => {
  expect(isQuiet({ from, until, time_zone }, new Date(`2026-01-12T${time}:00Z`))).toBe(isIn);
});

test("quiet hours follow the clocks of their time zone through the change to summer time", () => {
  const hours = { from: "22:00", until: "07:00", time_zone: "Europe/Berlin" };
  expect(isQuiet(hours, new Date("2026-03-28T20:59:00Z"))).toBe(false);
  expect(isQuiet(hours, new Date("2026-03-28T21:00:00Z"))).toBe(true);
  expect(isQuiet(hours, new Date("2026-03-29T04:59:00Z"))).toBe(true);
  expect(isQuiet(hours, new Date("2026-03-29T05:00:00Z"))).toBe(false);
});

test("a time zone that this browser does not know is its own", () => {
  const here = { from: "22:00", until: "07:00", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  for (const time of ["00:30", "08:00", "21:30", "23:00"]) {
    const now = new Date(`2026-01-12T${time}:00Z`);
    expect(isQuiet({ ...here, time_zone: "Mars/Olympus" }, now)).toBe(isQuiet(here, now));
  }
});
