// What the rows of a conversation are made from: its events, and the messages that wait. Pure.

import { eventText } from "./event_text.js";
import { changesByMessage, withPending } from "./pending_changes.js";

/**
 * @typedef {import("../base/types.js").RowEvent} RowEvent
 * @typedef {import("../base/types.js").OutboxItem} OutboxItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("./row_context.js").Context} Context
 * @typedef {import("./rows.js").View} View
 */

/** @type {never[]} */
const NONE = [];

/** @type {WeakMap<RowEvent, {context: Context, source: Source}>} what was made of an event that nothing waits to change */
const sources = new WeakMap();

/**
 * What is shown, by its place, and what stands above and below it. A message that was stored although its ack was lost is in
 * both lists, and is shown once.
 * @param {View} view
 * @param {Context} context  of this view
 * @returns {{count: number, at(i: number): Source, above: Source | null, below: Source | null}}  `at`: those of the same events
 *   are the same objects, unless something waits to change them
 */
export function sourcesOf(view, context) {
  const { events, pending, me, above = null, below = null } = view;
  const unstored = unstoredOf(pending, events);
  const changesOf = changesByMessage(pending);
  const of = (/** @type {RowEvent} */ event) => sourceOf(event, changesOf, view, context);
  return {
    count: events.length + unstored.length,
    at: (i) => (i < events.length ? of(events[i]) : fromItem(unstored[i - events.length], changesOf, me)),
    above: above && of(above),
    below: below && of(below),
  };
}

/**
 * @param {OutboxItem[]} pending
 * @param {RowEvent[]} events
 */
function unstoredOf(pending, events) {
  const messages = pending.filter((item) => !item.kind);
  if (!messages.length) return NONE;
  const stored = new Set(events.map((event) => event.type === "message" && event.client_id));
  return messages.filter((item) => !stored.has(item.client_id));
}

/**
 * @typedef {{
 *   key: string, kind: "message" | "member" | "renamed", client_id: string, seq: number, author_id: string, author_name: string, text: string,
 *   at: Date, iso: string, pending: OutboxItem | null, person: Person | null, message_id: string,
 *   files: (import("../base/types.js").StoredFile | import("../base/types.js").OutboxFile)[],
 *   edited_at: string, deleted: boolean, change: import("./pending_changes.js").Pending, failed: OutboxItem | null, undo: string,
 *   reactions: import("../generated/types.js").ReactionBody[], reply_to: import("../generated/types.js").QuoteBody | null,
 *   mentions: string[], mentions_all: boolean
 * }} Source  `pending`: the item of a message that is not stored; `change`: the kind of what is done to it and not stored;
 *   `failed`: an edit of it that was refused; `undo`: a deletion of it that has not left
 * @typedef {ReturnType<typeof changesByMessage>} ChangesOf
 */

const UNCHANGED = { message_id: "", edited_at: "", deleted: false, change: /** @type {const} */ (""), failed: null, undo: "", reactions: NONE, reply_to: null, mentions: NONE, mentions_all: false };

/**
 * @param {RowEvent} event
 * @param {ChangesOf} changesOf
 * @param {View} view
 * @param {Context} context
 * @returns {Source}
 */
function sourceOf(event, changesOf, view, context) {
  const changes = event.type === "message" ? changesOf(event.message_id, event.client_id) : NONE;
  if (changes.length) return fromEvent(event, changes, view);
  const known = sources.get(event);
  if (known?.context === context) return known.source;
  const source = fromEvent(event, changes, view);
  sources.set(event, { context, source });
  return source;
}

/**
 * @param {RowEvent} event
 * @param {OutboxItem[]} changes
 * @param {View} view
 * @returns {Source}
 */
function fromEvent(event, changes, view) {
  const shared = { ...UNCHANGED, seq: event.seq, at: new Date(event.created_at), iso: event.created_at, pending: null, files: NONE };
  if (event.type === "message") {
    const { client_id, author_id, author_name = "", message_id, reply_to = null } = event;
    const { message, pending: change, failed, undo } = withPending(event, changes, view.me.user_id);
    const { text, files = NONE, edited_at = "", reactions = NONE } = message;
    const now = { edited_at, deleted: Boolean(message.deleted), change, failed, undo, reactions, reply_to, text, files, message_id };
    const mentioned = { mentions: event.mentions ?? NONE, mentions_all: Boolean(event.mentions_all) };
    return { ...shared, key: client_id, kind: "message", client_id, author_id, author_name, person: null, ...now, ...mentioned };
  }
  const text = eventText(event, view);
  const line = { ...shared, key: `seq:${event.seq}`, kind: event.type, client_id: "", text };
  if (event.type === "renamed") return { ...line, author_id: event.actor_id, author_name: event.actor_name, person: null };
  const person = { user_id: event.user_id, username: event.username, display_name: event.display_name };
  return { ...line, author_id: event.user_id, author_name: event.display_name, person };
}

/**
 * @param {OutboxItem} item
 * @param {ChangesOf} changesOf
 * @param {Person} me
 * @returns {Source}
 */
function fromItem(item, changesOf, me) {
  const { message, pending: change, failed, undo } = withPending({ ...item, deleted: false, reactions: NONE }, changesOf("", item.client_id), me.user_id);
  return {
    ...UNCHANGED,
    key: item.client_id,
    kind: "message",
    client_id: item.client_id,
    seq: 0,
    author_id: me.user_id,
    author_name: me.display_name,
    text: message.text,
    at: new Date(item.created_at),
    iso: item.created_at,
    pending: item,
    person: null,
    files: message.files ?? NONE,
    deleted: message.deleted,
    change,
    failed,
    undo,
    reactions: message.reactions,
    reply_to: item.reply_to ?? null,
  };
}
