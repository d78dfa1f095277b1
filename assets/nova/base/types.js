// The shapes that travel between the modules; types only. Pure.

/**
 * @typedef {{
 *   user_id: string, username: string, display_name: string, status?: string, avatar_url?: string,
 *   joined_seq?: number
 * }} Person  `joined_seq`: of a member, which event let them in; `avatar_url` is a path of the server, empty or missing without a picture
 *
 * @typedef {{
 *   type: "message", conversation_id: string, message_id: string, seq: number, client_id: string,
 *   author_id: string, author_name?: string, text: string, created_at: string, files?: StoredFile[]
 * }} MessageEvent  `author_name`: missing from a server that is older than this page
 *
 * @typedef {{
 *   id: string, url: string, thumbnail_url: string, name: string, content_type: string, size_bytes: number,
 *   width: number, height: number
 * }} StoredFile  as the server describes it; the URLs are paths
 *
 * @typedef {{key: string, name: string, size: number, stored: StoredFile | null}} OutboxFile  `stored` once it is on the
 *   server; until then its bytes lie in the outbox's storage under its key
 *
 * @typedef {{
 *   type: "member", conversation_id: string, seq: number, user_id: string, username: string,
 *   display_name: string, action: "joined" | "left", actor_id: string, created_at: string
 * }} MemberEvent
 *
 * @typedef {MessageEvent | MemberEvent} LogEvent  a durable event: it has a number in its conversation
 *
 * @typedef {{
 *   id: string, kind: "direct" | "group", title: string, members: Person[], last_seq: number,
 *   read_seq: number, unread: number, created_at: string, created_by?: string, last_message: Omit<MessageEvent, "type"> | null
 * }} Summary
 *
 * @typedef {{kind: string, code: string, message: string, retryable: boolean, retry_after_ms?: number}} Failure
 *
 * @typedef {{
 *   client_id: string, conversation_id: string, text: string, created_at: string, order: number,
 *   state: "queued" | "sending" | "failed" | "acked", error: Failure | null, seq?: number,
 *   files?: OutboxFile[], tries?: number
 * }} OutboxItem  a message that is not yet part of the log; `seq` once acked, `tries`: sends without an answer
 *
 * @typedef {{delivered: number, read: number}} Position
 */

export {};
