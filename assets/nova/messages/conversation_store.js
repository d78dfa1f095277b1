// Conversation state of the signed-in account, reduced from server frames. Pure.

import { ConversationLog } from "./event_log.js";
import { isMentioned } from "./message_changes.js";
import { advance, removalText, toPerson, withSettings } from "./summary_changes.js";

/**
 * @typedef {import("../base/types.js").LogEvent} LogEvent
 * @typedef {import("../base/types.js").Summary} Summary
 * @typedef {import("../base/types.js").Position} Position
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {{items: import("../base/types.js").RowEvent[], last_seq: number, has_more: boolean, former_authors?: Person[]}} HistoryPage  the newest events
 */

export class ConversationStore {
  /** @param {Person} me */
  constructor(me) {
    this.me = me;
    /** @type {Map<string, Summary>} */
    this.summaries = new Map();
    /** @type {Map<string, Summary>} conversations that this user left, with their last known summary */
    this.left = new Map();
    /** @type {Map<string, string>} why this user is no longer a member, where that is known */
    this.leftBecause = new Map();
    /** @type {Map<string, Person>} every present or former member and author */
    this.known = new Map([[me.user_id, me]]);
    /** @type {Map<string, ConversationLog>} of the conversations that were opened */
    this.logs = new Map();
    /** @type {Map<string, Map<string, Position>>} by conversation and member */
    this.positions = new Map();
    /** @type {Map<string, Map<string, number>>} by conversation and member: typing until (epoch ms) */
    this.typing = new Map();
    /** @type {Set<string>} users who are online */
    this.online = new Set();
    /** @type {Map<string, number>} up to which number the server announced to replay events */
    this.promised = new Map();
  }

  /** The cursor of each opened conversation, for `hello`. */
  get cursors() {
    /** @type {Record<string, number>} */
    const cursors = {};
    for (const [id, log] of this.logs) if (log.seeded && !this.left.has(id)) cursors[id] = log.last;
    return cursors;
  }

  /** Whether the opened conversations have every event that is known to exist. */
  get isSynced() {
    return ![...this.logs].some(([id, log]) => log.isBehind && !this.left.has(id));
  }

  /**
   * Take the ranges of missing events that have to be requested now.
   * @param {number} now  epoch ms
   * @returns {({id: string} & import("./event_log.js").Gap)[]}
   */
  takeGaps(now) {
    const gaps = [];
    for (const [id, log] of this.logs) {
      if (this.left.has(id)) continue;
      if (!log.isBehind || log.last >= (this.promised.get(id) ?? 0)) this.promised.delete(id);
      const gap = this.promised.has(id) ? null : log.takeGap(now);
      if (gap) gaps.push({ id, ...gap });
    }
    return gaps;
  }

  /** @param {{conversations: Summary[], recovered: Record<string, boolean>}} frame */
  welcome(frame) {
    const current = new Set(frame.conversations.map((summary) => summary.id));
    for (const id of this.summaries.keys()) if (!current.has(id)) this.leave(id);
    this.summaries = new Map(frame.conversations.map((summary) => [summary.id, summary]));
    for (const id of current) this.#rejoin(id);
    this.promised.clear();
    for (const summary of frame.conversations) {
      this.meet(summary.members);
      this.logs.get(summary.id)?.expect(summary.last_seq);
      if (frame.recovered[summary.id]) this.promised.set(summary.id, summary.last_seq);
    }
    for (const id of [...this.logs.keys()]) if (!this.summaries.has(id)) this.logs.delete(id);
  }

  /**
   * Record that this user is no longer a member; what is known of the conversation can still be read.
   * @param {string} id
   * @returns {boolean} whether they were one
   */
  leave(id) {
    const summary = this.summaries.get(id);
    if (!summary) return false;
    this.left.set(id, summary);
    this.summaries.delete(id);
    this.typing.delete(id);
    this.promised.delete(id);
    return true;
  }

  /**
   * @param {string} id
   * @returns {boolean} whether this user had left it
   */
  #rejoin(id) {
    this.leftBecause.delete(id);
    return this.left.delete(id);
  }

  /**
   * Record that a conversation appeared or changed. A summary may be older than events that were received since: then
   * only what is no event is taken from it.
   * @param {Summary} summary
   * @returns {boolean} whether this user had left it and is a member again
   */
  conversation(summary) {
    const isBack = this.#rejoin(summary.id);
    const known = this.summaries.get(summary.id);
    const isOlder = known && known.last_seq > summary.last_seq;
    this.logs.get(summary.id)?.expect(summary.last_seq);
    this.meet(summary.members);
    this.summaries.set(summary.id, isOlder ? withSettings(known, summary) : summary);
    return isBack;
  }

  /** Everybody else whom this user has met in a chat. */
  get acquaintances() {
    return [...this.known.values()].filter(({ user_id }) => user_id !== this.me.user_id);
  }

  /**
   * Remember the names and pictures of authors, whether or not they are still members.
   * @param {Person[]} people
   */
  meet(people) {
    for (const person of people) this.known.set(person.user_id, person);
  }

  /**
   * Record that a user changed their profile.
   * @param {Person} person
   */
  profile({ user_id, username, display_name, status, avatar_url }) {
    const person = { user_id, username, display_name, status, avatar_url };
    if (user_id === this.me.user_id) Object.assign(this.me, person);
    this.meet([person]);
    for (const [id, summary] of this.summaries) {
      const members = summary.members.map((member) => (member.user_id === user_id ? { ...member, ...person } : member));
      this.summaries.set(id, { ...summary, members });
    }
  }

  /**
   * Record a durable event.
   * @param {LogEvent} event
   * @returns {LogEvent[]} the events that the log of the conversation released
   */
  event(event) {
    const summary = this.summaries.get(event.conversation_id);
    // A summary is of a member: a removal that it has seen was followed by a return.
    const isHistory = summary !== undefined && event.seq <= summary.last_seq;
    if (event.type === "member" && event.user_id === this.me.user_id && event.action !== "joined" && !isHistory) {
      this.leave(event.conversation_id);
      if (event.action === "removed") this.leftBecause.set(event.conversation_id, removalText(event, this.left.get(event.conversation_id)?.title));
      return [];
    }
    if (summary && event.seq > summary.last_seq) this.summaries.set(summary.id, advance(summary, event, this.me));
    if (event.type === "member" && !this.known.has(event.user_id)) this.meet([toPerson(event)]);
    this.typing.get(event.conversation_id)?.delete(event.type === "message" ? event.author_id : "");
    return this.logs.get(event.conversation_id)?.receive(event) ?? [];
  }

  /** @param {{type: "read" | "delivered", conversation_id: string, user_id: string, seq: number}} frame */
  position(frame) {
    const members = this.positions.get(frame.conversation_id) ?? new Map();
    const old = members.get(frame.user_id) ?? { delivered: 0, read: 0 };
    const delivered = Math.max(old.delivered, frame.seq);
    const read = frame.type === "read" ? Math.max(old.read, frame.seq) : old.read;
    members.set(frame.user_id, { delivered, read });
    this.positions.set(frame.conversation_id, members);
    if (frame.type === "read" && frame.user_id === this.me.user_id) this.readUpTo(frame.conversation_id, frame.seq);
  }

  /**
   * Record that this user has read a conversation up to a number, on any device.
   * @param {string} id
   * @param {number} seq
   * @returns {boolean} whether the position advanced
   */
  readUpTo(id, seq) {
    const summary = this.summaries.get(id);
    if (!summary || (seq <= summary.read_seq && summary.unread === 0)) return false;
    const read_seq = Math.max(summary.read_seq, seq);
    this.summaries.set(id, { ...summary, read_seq, ...this.#countUnread(summary, read_seq) });
    return read_seq > summary.read_seq;
  }

  /**
   * Record that this user marked a conversation as unread after a number.
   * @param {string} id
   * @param {number} seq
   */
  unreadAfter(id, seq) {
    const summary = this.summaries.get(id);
    if (summary && seq < summary.read_seq) this.summaries.set(id, { ...summary, read_seq: seq, ...this.#countUnread(summary, seq) });
  }

  /**
   * @param {{conversation_id: string, user_id: string}} frame
   * @param {number} until  epoch ms
   */
  isTyping(frame, until) {
    if (frame.user_id === this.me.user_id) return;
    const members = this.typing.get(frame.conversation_id) ?? new Map();
    members.set(frame.user_id, until);
    this.typing.set(frame.conversation_id, members);
  }

  /** @param {{online: string[], offline: string[]}} frame */
  presence(frame) {
    for (const user of frame.online) this.online.add(user);
    for (const user of frame.offline) this.online.delete(user);
  }

  /**
   * The names of the users who are typing.
   * @param {string} id
   * @param {number} now
   * @returns {string[]}
   */
  typists(id, now) {
    const people = this.people(id);
    const active = [...(this.typing.get(id) ?? [])].filter(([, until]) => until > now);
    return active.flatMap(([user]) => people.get(user)?.display_name ?? []);
  }

  /**
   * @param {string} id
   * @returns {Map<string, Person>}
   */
  people(id) {
    return new Map((this.summaries.get(id)?.members ?? []).map((member) => [member.user_id, member]));
  }

  /**
   * The number that every other member has reached; 0 without other members.
   * @param {string} id
   * @param {"delivered" | "read"} kind
   */
  reachedByAll(id, kind) {
    const others = [...this.people(id).keys()].filter((user) => user !== this.me.user_id);
    const members = this.positions.get(id);
    return others.length ? Math.min(...others.map((user) => members?.get(user)?.[kind] ?? 0)) : 0;
  }

  /**
   * Open the log of a conversation, unless it is open.
   * @param {string} id
   */
  open(id) {
    const log = this.logs.get(id) ?? new ConversationLog();
    log.expect(this.summaries.get(id)?.last_seq ?? 0);
    this.logs.set(id, log);
    return log;
  }

  /**
   * Begin the log of an opened conversation with the newest page of its history.
   * @param {string} id
   * @param {HistoryPage} page
   * @returns {LogEvent[]}  everything that the log has now
   */
  seed(id, { items, last_seq, has_more, former_authors = [] }) {
    this.meet(former_authors);
    const log = this.logs.get(id);
    log?.seed(items, last_seq, has_more);
    return log?.events ?? [];
  }

  /**
   * Count messages of others after a number, and those of them that mention this user. Where this browser does not have
   * them all, the counts stay until the server sends them.
   * @param {Summary} summary
   * @param {number} readSeq
   */
  #countUnread({ id, last_seq, unread, unread_mentions = 0 }, readSeq) {
    if (readSeq >= last_seq) return { unread: 0, unread_mentions: 0 };
    const log = this.logs.get(id);
    if (!log?.seeded || (log.hasOlder && !((log.events[0]?.seq ?? 0) <= readSeq + 1))) return { unread, unread_mentions };
    const found = log.events.filter(
      (event) => event.seq > readSeq && event.type === "message" && event.author_id !== this.me.user_id && !event.deleted,
    );
    return { unread: found.length, unread_mentions: found.filter((event) => isMentioned(event, this.me)).length };
  }
}
