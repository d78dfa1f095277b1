// The shapes that travel between the modules: what the server sends, by the names used here, and what only the
// browser has. Types only. Pure.

/**
 * @typedef {import("../generated/types.js").MemberBody} Person
 * @typedef {import("../generated/types.js").MessageFrame & {as_of?: number}} MessageEvent  `as_of`: it contains every event
 *   up to this number, where that is more than its own
 * @typedef {import("../generated/types.js").MemberFrame} MemberEvent
 * @typedef {import("../generated/types.js").RenamedFrame} RenamedEvent
 * @typedef {import("../generated/types.js").FileBody} StoredFile
 * @typedef {import("../generated/types.js").SummaryBody} Summary
 * @typedef {import("../generated/types.js").ErrorBody} Failure
 *
 * @typedef {{key: string, name: string, size: number, stored: StoredFile | null}} OutboxFile  `stored` once it is on the
 *   server; until then its bytes lie in the outbox's storage under its key
 *
 * @typedef {MessageEvent | MemberEvent | RenamedEvent} RowEvent  an event with a row of its own
 * @typedef {import("../generated/types.js").EditedFrame | import("../generated/types.js").DeletedFrame | import("../generated/types.js").ReactionFrame} ChangeEvent
 *   it changes a message
 * @typedef {RowEvent | ChangeEvent} LogEvent  a durable event: it has a number in its conversation
 *
 * @typedef {{
 *   client_id: string, conversation_id: string, text: string, created_at: string, order: number,
 *   state: "queued" | "sending" | "failed" | "acked", error: Failure | null, seq?: number,
 *   files?: OutboxFile[], tries?: number, due_at?: number, waits_for?: string, target_id?: string,
 *   reply_to?: import("../generated/types.js").QuoteBody,
 *   kind?: "edit" | "delete" | "react", base_seq?: number, emoji?: string, on?: boolean
 * }} OutboxItem  a message or a change of one that is not yet part of the log; `seq` once acked, `tries`: sends without an
 *   answer, `due_at`: not sent before (epoch ms); a message has no `kind`. `target_id`: the message that is changed or replied
 *   to, `waits_for`: its client id while it is not stored; `reply_to`: the quote that a reply shows
 *
 * @typedef {{delivered: number, read: number}} Position
 */

export {};
