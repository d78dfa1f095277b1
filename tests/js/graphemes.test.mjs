import { expect, test } from "bun:test";
import { toItem } from "../../assets/nova/conversation_list/list_items.js";
import { redact } from "../../assets/nova/errors/error_log.js";
import { bodyOf } from "../../assets/nova/account/desktop_notifications.js";
import { initialsOf } from "../../assets/nova/base/people.js";

const FAMILY = "👨‍👩‍👧‍👦";
const FLAG = "🇩🇪";
const MARKED = "e\u0301";
const SYMBOLS = ["😀", FAMILY, FLAG, MARKED, "👍🏽", "각"];

const preview = (text) => {
  const [ana, ben] = ["a", "b"].map((user_id) => ({ user_id, username: user_id, display_name: user_id }));
  const last_message = { author_id: "b", text, created_at: "2026-03-12T10:00:00Z" };
  const summary = { id: "r", kind: "direct", title: "", members: [ana, ben], last_seq: 1, read_seq: 0, unread: 0, last_message };
  const place = { locale: "en-GB", timeZone: "UTC" };
  const view = { myId: "a", activeId: "", origin: "", failed: new Set(), drafts: new Map(), online: new Set(), typists: () => [], now: new Date(0), place };
  return toItem(summary, view).preview;
};

const notified = (text) => bodyOf({ text });

const CUTTERS = [["a preview", preview, 120], ["a notification", notified, 140], ["an entry of the error log", redact, 500]];

test.each(CUTTERS)("%s is cut between characters as people see them", (_, cut, max) => {
  for (const symbol of SYMBOLS) {
    for (const before of [0, 1, 2]) {
      const whole = "x ".repeat(max).slice(0, max - before) + symbol.repeat(3);
      const kept = "x ".repeat(max).slice(0, max - before) + symbol.repeat(before);
      expect(cut(whole)).toBe(`${kept.trimEnd()}…`);
    }
  }
});

test.each(CUTTERS)("%s that fits stays whole", (_, cut, max) => {
  for (const symbol of SYMBOLS) {
    const whole = "x ".repeat(max).slice(0, max - 1) + symbol;
    expect(cut(whole)).toBe(whole);
  }
});

test("initials are whole characters", () => {
  expect(initialsOf(`${FLAG} Team`)).toBe(`${FLAG}T`);
  expect(initialsOf(FAMILY)).toBe(FAMILY);
  expect(initialsOf("e\u0301lan vital")).toBe("E\u0301V");
});

test("a browser without a segmenter cuts between code points", async () => {
  const { Segmenter } = Intl;
  Object.assign(Intl, { Segmenter: undefined });
  try {
    // @ts-ignore - another copy of the module, as such a browser loads it
    const { cut, firstGrapheme } = await import("../../assets/nova/base/graphemes.js?without-segmenter");
    expect([cut("x😀😀", 2), cut("x😀", 2), firstGrapheme("😀x")]).toEqual(["x😀…", "x😀", "😀"]);
  } finally {
    Object.assign(Intl, { Segmenter });
  }
});
