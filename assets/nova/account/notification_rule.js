// Whether a message becomes a notification, and why. Pure.

import { isMuted } from "../base/mute.js";

/**
 * @typedef {"all" | "mentions" | "none"} Level
 * @typedef {{from: string, until: string, time_zone: string}} QuietHours  "22:00" to "07:30", in a time zone
 * @typedef {{default: Level, quiet_hours: QuietHours | null}} General  what the user chose for all conversations
 *
 * @typedef {"on" | "off" | "blocked" | "unsupported" | "failed"} Browser  what this browser does about notifications
 * @typedef {"own" | "no_member" | "read" | "muted" | "none_here" | "none" | "mentions_here" | "mentions" | "quiet_hours" |
 *   "off" | "blocked" | "unsupported" | "failed" | "focused"} Against
 * @typedef {"mention" | "mention_all" | "direct" | "all_here" | "all"} For
 * @typedef {{shows: true, reason: For} | {shows: false, reason: Against}} Decision
 *
 * @typedef {{
 *   message: {author_id: string, seq: number, mentions?: string[], mentions_all?: unknown},
 *   myId: string, summary: Pick<import("../base/types.js").Summary, "kind" | "read_seq" | "muted_until" | "notify"> | undefined,
 *   general: General, browser: Browser, isFocused: boolean, now: Date
 * }} Situation  `summary`: of the conversation, as this user sees it; none where they are no member; `isFocused`: a tab of
 *   Nova was looked at when the message arrived
 */

/** @type {General} what applies until the user chooses */
export const USUAL = { default: "all", quiet_hours: null };

/**
 * Decide about a message. The reasons against come first, those that concern the conversation before those of the
 * moment and of the browser.
 * @param {Situation} situation
 * @returns {Decision}
 */
export function decide(situation) {
  const reason = reasonAgainst(situation);
  return reason ? { shows: false, reason } : { shows: true, reason: reasonFor(situation) };
}

/**
 * @param {Situation} situation
 * @returns {Against | ""}
 */
function reasonAgainst({ message, myId, summary, general, browser, isFocused, now }) {
  if (message.author_id === myId) return "own";
  if (!summary) return "no_member";
  if (isMuted(summary.muted_until, now)) return "muted";
  const level = levelOf(summary, general);
  if (level === "none") return summary.notify ? "none_here" : "none";
  if (level === "mentions" && !mentions(message, myId) && !countsAsMention(summary)) return summary.notify ? "mentions_here" : "mentions";
  if (general.quiet_hours && isQuiet(general.quiet_hours, now)) return "quiet_hours";
  if (browser !== "on") return browser;
  if (message.seq <= summary.read_seq) return "read";
  return isFocused ? "focused" : "";
}

/**
 * @param {Situation} situation
 * @returns {For}
 */
function reasonFor({ message, myId, summary, general }) {
  if (message.mentions?.includes(myId)) return "mention";
  if (message.mentions_all) return "mention_all";
  if (summary?.notify === "all") return "all_here";
  return general.default === "all" ? "all" : "direct";
}

/**
 * @param {NonNullable<Situation["summary"]>} summary
 * @param {General} general
 * @returns {Level}
 */
const levelOf = (summary, general) => summary.notify ?? general.default;

/**
 * Whether every message of a conversation is meant for the user: a direct one, unless they chose mentions for it.
 * @param {NonNullable<Situation["summary"]>} summary
 */
const countsAsMention = ({ kind, notify }) => kind === "direct" && !notify;

/**
 * @param {Situation["message"]} message
 * @param {string} myId
 */
export const mentions = (message, myId) => Boolean(message.mentions_all || message.mentions?.includes(myId));

/**
 * Whether a moment is in the quiet hours, which may pass midnight. From a time to the same one: never.
 * @param {QuietHours} hours
 * @param {Date} now
 */
export function isQuiet({ from, until, time_zone }, now) {
  const time = timeIn(time_zone, now);
  return from <= until ? from <= time && time < until : time >= from || time < until;
}

/**
 * "07:05"; in the browser's own time zone where it does not know this one.
 * @param {string} time_zone
 * @param {Date} now
 */
function timeIn(time_zone, now) {
  const form = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  try {
    return new Intl.DateTimeFormat("en", { ...form, timeZone: time_zone }).format(now);
  } catch {
    return new Intl.DateTimeFormat("en", form).format(now);
  }
}
