// One signed-in account in one tab: brings frames, queue, history and stores together. A shell.

import { Connection } from "./socket.js";
import * as frames from "./frames.js";
import { Drafts } from "./drafts.js";
import { draw } from "./draw.js";
import { History } from "./history.js";
import { Reading } from "./reading.js";
import { Sending } from "./sending.js";
import { World } from "./world.js";

/** @typedef {import("./types.js").Person} Person */

const TYPING_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
const REPAIR_MS = 2_050;

export class Messenger {
  /**
   * @param {Person} me
   * @param {{
   *   store: import("./store.js").Store<typeof import("./defaults.js").DEFAULTS.messages>,
   *   status: import("./status.js").Status, api: {get(path: string): Promise<any>},
   *   notify(failed: import("./errors.js").Failed): void, onMoved(): void,
   *   socket: Omit<
   *     ConstructorParameters<typeof Connection>[0], "cursors" | "onModel" | "onFrames" | "onFailMessage" | "metrics"
   *   >
   * }} given
   */
  constructor(me, given) {
    this.me = me;
    this.given = given;
    this.world = new World(me);
    this.drafts = new Drafts(me.user_id);
    this.activeId = "";
    this.isAtBottom = true;
    this.newAfter = -1;
    this.newBelow = 0;
    /** How many messages are being stored right now. */
    this.saves = 0;
    this.isEditedSince = false;
    this.typedAt = 0;
    this.isDrawDue = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.repairTimer = undefined;
    /** @type {Map<string, import("./timeline.js").Row>} */
    this.drawnRows = new Map();
    this.connection = new Connection({
      ...given.socket,
      metrics: given.status.metrics,
      cursors: () => this.#cursors(),
      onModel: (model) => this.#onModel(model),
      onFrames: (list) => this.#onFrames(list),
      onFailMessage: () => this.sending.failLargest(),
    });
    const send = (/** @type {string} */ text) => this.connection.send(text);
    this.sending = new Sending({
      send,
      metrics: given.status.metrics,
      onChange: () => this.drawSoon(),
      onStorageFault: () => given.notify({ code: "outbox_unavailable" }),
      onUnanswered: (since) => this.connection.unansweredSince(since),
    });
    this.history = new History({
      api: given.api,
      world: () => this.world,
      onChange: () => this.drawSoon(),
      onLoaded: (id) => this.#onLoaded(id),
    });
    this.reading = new Reading({
      send,
      isWatching: () => this.isAtBottom && !document.hidden && document.hasFocus(),
      activeId: () => this.activeId,
      readUpTo: (id, seq) => this.#readUpTo(id, seq),
    });
  }

  async start() {
    this.connection.apply({ type: "start" });
    await this.sending.open(this.me.user_id);
    // The history may have come before the queue was read.
    for (const log of this.world.logs.values()) this.#settleShown(log.events);
    this.drawSoon();
  }

  /** Another account, or none, uses this page from now on. */
  stop() {
    this.connection.apply({ type: "stop", reason: "signed_out" });
    this.sending.close();
    clearTimeout(this.repairTimer);
  }

  /**
   * Show this conversation from now on.
   * @param {string} id  empty for none
   */
  activate(id) {
    if (this.activeId === id) return;
    this.activeId = id;
    this.isAtBottom = true;
    this.newBelow = 0;
    this.drawnRows = new Map();
    this.#markNew();
    if (id) void this.history.load(id);
    this.look();
    this.draw();
  }

  /** @param {string} text */
  edit(text) {
    if (!this.activeId) return;
    this.isEditedSince = true;
    this.drafts.set(this.activeId, text);
    this.draw();
    const now = Date.now();
    if (text && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      this.connection.send(frames.typing(this.activeId));
    }
  }

  /** Send what stands in the composer: it is cleared when it is safe, and only if it is still the same. */
  async submit() {
    const id = this.activeId;
    const text = this.drafts.get(id);
    if (!id || !text.trim() || !this.sending.storage || this.sending.refusal(text)) return;
    // A second Enter before the composer cleared means the same message, unless it was typed in between.
    if (this.saves > 0 && !this.isEditedSince) return;
    this.isEditedSince = false;
    this.saves += 1;
    this.given.status.urged();
    try {
      await this.sending.submit(id, text);
      this.typedAt = 0;
      if (this.drafts.get(id) === text) this.drafts.set(id, "");
      this.drafts.save();
      this.#seeNewest();
      const { state } = this.connection.model;
      if (state !== "CONNECTED" && state !== "CLOSED") this.given.notify({ code: "saved_offline" });
    } catch {
      this.given.notify({ code: "outbox_unavailable" });
    } finally {
      this.saves -= 1;
      this.draw();
    }
  }

  /** @param {string} clientId */
  takeBack(clientId) {
    const text = this.sending.discard(clientId);
    if (text) this.edit([this.drafts.get(this.activeId), text].filter(Boolean).join("\n"));
  }

  /**
   * @param {boolean} isAtBottom
   * @param {boolean} isNearTop
   */
  scrolled(isAtBottom, isNearTop) {
    this.isAtBottom = isAtBottom;
    if (isAtBottom && this.newBelow) this.#seeNewest();
    if (isAtBottom) this.look();
    if (isNearTop) void this.history.loadOlder(this.activeId);
  }

  look() {
    this.reading.look(() => this.world.logs.get(this.activeId)?.last ?? 0);
  }

  /** Draw at the end of this turn, however many changes it brings. */
  drawSoon() {
    if (this.isDrawDue) return;
    this.isDrawDue = true;
    queueMicrotask(() => this.draw());
  }

  draw() {
    this.isDrawDue = false;
    this.#settleAcked();
    draw(this);
  }

  /** What is held, with what is looked at first: it is caught up first. */
  #cursors() {
    const { [this.activeId]: first, ...others } = this.world.cursors;
    return first === undefined ? others : { [this.activeId]: first, ...others };
  }

  /** @param {import("./machine.js").Model} model */
  #onModel(model) {
    if (model.state !== "CONNECTED") {
      if (this.sending.isOpenForFlush) this.sending.lost();
    } else if (model.synced) this.sending.resume();
    this.given.status.moved(model);
    this.given.onMoved();
    this.drawSoon();
  }

  /** @param {Array<{type: string} & Record<string, any>>} list */
  #onFrames(list) {
    for (const frame of list) this.#onFrame(/** @type {any} */ (frame));
    this.#repair();
    this.sending.flush();
    if (this.connection.model.state === "CONNECTED" && !this.connection.model.synced && this.world.isSynced) {
      this.connection.apply({ type: "synced" });
    }
    this.drawSoon();
  }

  /** @param {any} frame */
  #onFrame(frame) {
    const { world, sending } = this;
    switch (frame.type) {
      case "welcome":
        world.welcome(frame);
        for (const id of world.summaries.keys()) this.history.tell(id);
        this.history.retryFailed();
        void this.history.load(this.activeId);
        return;
      case "message":
      case "member":
        this.#onEvent(frame);
        return;
      case "ack":
        sending.ack(frame);
        this.given.status.banner.acked();
        return;
      case "nack":
        sending.nack(frame);
        return;
      case "read":
      case "delivered":
        world.position(frame);
        return;
      case "typing":
        world.isTyping(frame, Date.now() + TYPING_MS);
        setTimeout(() => this.drawSoon(), TYPING_MS + 50);
        return;
      case "conversation":
        world.conversation(frame.conversation);
        this.history.tell(frame.conversation.id);
        return;
      case "reset":
        this.given.status.metrics.resets += 1;
        void this.history.reload(frame.conversation_id, frame.last_seq);
    }
  }

  /** @param {import("./types.js").LogEvent} event */
  #onEvent(event) {
    const shown = this.world.event(event);
    if (event.type !== "message") return;
    if (event.author_id === this.me.user_id) {
      if (!this.world.logs.has(event.conversation_id)) this.sending.settle(event.client_id);
    } else this.reading.receive(event.conversation_id, event.seq);
    this.#afterShown(event.conversation_id, shown);
  }

  /**
   * @param {string} id
   * @param {import("./types.js").LogEvent[]} shown
   */
  #afterShown(id, shown) {
    this.#settleShown(shown);
    if (id !== this.activeId || shown.length === 0) return;
    const others = shown.filter((event) => event.type === "message" && event.author_id !== this.me.user_id);
    if (!this.isAtBottom) this.newBelow += others.length;
    this.look();
  }

  /**
   * What the log shows leaves the queue.
   * @param {import("./types.js").LogEvent[]} shown
   */
  #settleShown(shown) {
    for (const event of shown) if (event.type === "message") this.sending.settle(event.client_id);
  }

  /** Acked messages leave the queue once the log shows them; where no log is open there is none to wait for. */
  #settleAcked() {
    this.sending.outbox.settleAcked((id) => {
      const log = this.world.logs.get(id);
      if (!log) return Infinity;
      return log.seeded ? log.last : 0;
    });
  }

  /** Ask for what is missing; again after a while, if it does not come. */
  #repair() {
    for (const { id, after_seq, until_seq } of this.world.takeGaps(Date.now())) {
      this.given.status.metrics.gaps += 1;
      this.connection.send(frames.events(id, after_seq, until_seq));
    }
    clearTimeout(this.repairTimer);
    if (!this.world.isSynced) this.repairTimer = setTimeout(() => this.#repair(), REPAIR_MS);
  }

  /** @param {string} id */
  #onLoaded(id) {
    const log = this.world.logs.get(id);
    // What went out before the history came stays on the screen.
    const acked = this.sending.outbox.items.map((item) => (item.conversation_id === id && item.seq) || Infinity);
    void this.history.loadBackTo(id, Math.min(Infinity, ...acked));
    this.#settleShown(log?.events ?? []);
    const others = (log?.events ?? []).filter((e) => e.type === "message" && e.author_id !== this.me.user_id);
    if (others.length) this.reading.receive(id, others[others.length - 1].seq);
    if (id === this.activeId) this.#markNew();
    this.#onFrames([]);
    this.look();
  }

  #markNew() {
    const summary = this.world.summaries.get(this.activeId);
    this.newAfter = summary && summary.unread > 0 ? summary.read_seq : -1;
  }

  #seeNewest() {
    this.newBelow = 0;
    this.newAfter = -1;
    this.drawSoon();
  }

  /**
   * @param {string} id
   * @param {number} seq
   */
  #readUpTo(id, seq) {
    const isNews = this.world.readUpTo(id, seq);
    this.drawSoon();
    return isNews;
  }
}
