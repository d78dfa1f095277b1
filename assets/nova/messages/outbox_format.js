// The format of the outbox: what is stored in this browser, and what tabs tell each other. Pure.
//
// After an upgrade, tabs of several versions share a browser. A tab reads every format up to its own and writes only its
// own: the newer one takes over what the older one stored, and hears what it announces; the older one never meets what it
// does not understand. Therefore the number is in every name that tabs share, and a change of the format raises it:
//   - the version of the IndexedDB database (its upgrade carries the items over),
//   - the prefix of the keys in localStorage, the tab channel and the tab lock.
// A tab that finds a newer database keeps its messages in localStorage and asks for a reload; the newer one collects them.

import { triesOf } from "./outbox_items.js";

/** @typedef {import("../base/types.js").OutboxItem} OutboxItem */

/** Format 3 has edits, deletions, reactions and replies. */
export const FORMAT = 3;
/** Those before it; format 2 had no number in its names. */
export const OLDER_FORMATS = [2];

/**
 * What the names of one account begin with.
 * @param {string} userId
 * @param {number} [format]
 */
export const scopeOf = (userId, format = FORMAT) => (format === 2 ? userId : `${format}:${userId}`);

/**
 * An item of an older format. A tab of that version may be sending it: what is done to it here has to follow it.
 * @param {OutboxItem} item
 * @returns {OutboxItem}
 */
export const fromOlder = (item) => ({ ...item, state: item.state === "sending" ? "queued" : item.state, tries: Math.max(1, triesOf(item)) });
