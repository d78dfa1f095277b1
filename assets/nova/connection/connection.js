// The messaging socket: runs what the state machine and the heartbeat decide. A shell; timers,
// sockets and facts of the page are passed in.

import { areForOther } from "./account_guard.js";
import { HEARTBEAT, CONNECT_RULES } from "../generated/codes.js";
import { decode, hello, ping, pong } from "./frames.js";
import { Heartbeat } from "./heartbeat.js";
import { INITIAL, transition } from "./state_machine.js";

/**
 * @typedef {import("./state_machine.js").Model} Model
 * @typedef {Array<{type: string} & Record<string, any>>} Frames
 * @typedef {{
 *   url: string, userId: string,
 *   open(url: string): WebSocket,
 *   cursors(): Record<string, number>,
 *   onModel(model: Model): void,
 *   onFrames(frames: Frames): void,
 *   onFault(fault: unknown): void,
 *   onFailMessage(): void,
 *   now(): number, random(): number, isOnline(): boolean, isHidden(): boolean,
 *   setTimer(work: () => void, delayMs: number): any, clearTimer(timer: any): void,
 *   stats: import("./connection_stats.js").ConnectionStats
 * }} ConnectionDeps
 */

const LOST_SILENTLY = 4408;

export class Connection {
  /** @param {ConnectionDeps} deps */
  constructor(deps) {
    this.deps = deps;
    /** @type {Model} */
    this.model = { ...INITIAL, hidden: deps.isHidden() };
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {Heartbeat | null} */
    this.heartbeat = null;
    this.retryTimer = null;
    this.deadlineTimer = null;
    this.pollTimer = null;
    this.welcomedAt = 0;
    this.lostAt = 0;
    /** @type {number | undefined} */
    this.retryAfterMs = undefined;
  }

  /**
   * Send one frame.
   * @param {string} text
   * @returns {boolean} false if it cannot be sent now
   */
  send(text) {
    return this.model.state === "CONNECTED" && this.#write(text);
  }

  /**
   * @param {string} text
   * @returns {boolean} false, and nothing happened, if the socket is not open
   */
  #write(text) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(text);
    return true;
  }

  /** @param {import("./state_machine.js").Event} event */
  apply(event) {
    const { now, random, isOnline, stats } = this.deps;
    const { model, effects } = transition(this.model, { ...event, now: now(), random: random(), online: isOnline() });
    const before = this.model;
    this.model = model;
    if (model.state !== before.state) stats.connectionChanged(before, model, now());
    for (const effect of effects) this.#run(effect);
    if (model !== before) this.#show();
  }

  /** A page that cannot render the connection's state must not stop the pings. */
  #show() {
    try {
      this.deps.onModel(this.model);
    } catch (fault) {
      this.deps.onFault(fault);
    }
  }

  /**
   * The oldest message that was sent and not answered.
   * @param {number | null} since  epoch ms; null for none
   */
  unansweredSince(since) {
    if (!this.heartbeat || this.heartbeat.unanswered === since) return;
    this.heartbeat.unansweredSince(since);
    this.#poll();
  }

  /** @param {import("./state_machine.js").Effect} effect */
  #run(effect) {
    const { deps } = this;
    switch (effect.type) {
      case "connect":
        return this.#connect(effect.deadline_ms);
      case "set_deadline":
        return this.#setDeadline(effect.delay_ms);
      case "close":
        return this.#drop();
      case "probe":
        this.heartbeat?.probe();
        return this.#poll();
      case "fail_message":
        return deps.onFailMessage();
      case "cancel_timer":
        return deps.clearTimer(this.retryTimer);
      case "set_timer":
        deps.clearTimer(this.retryTimer);
        this.retryTimer = deps.setTimer(() => this.apply({ type: "timer" }), effect.delay_ms);
    }
  }

  /** @param {number} deadlineMs */
  #connect(deadlineMs) {
    this.#drop();
    this.retryAfterMs = undefined;
    const socket = this.deps.open(this.deps.url);
    this.socket = socket;
    const resume = this.lostAt ? { reason: this.model.reason, gap_ms: this.deps.now() - this.lostAt } : null;
    // An abandoned socket may still deliver events: ignore all but the current one.
    const ifPresent = (/** @type {(event: any) => void} */ work) => (/** @type {any} */ event) => {
      if (this.socket === socket) work(event);
    };
    socket.onopen = ifPresent(() => {
      this.#write(hello(this.deps.userId, this.deps.cursors(), resume));
      this.apply({ type: "opened" });
    });
    socket.onmessage = ifPresent((event) => this.#receive(event.data));
    socket.onclose = ifPresent((event) => this.#lost(event.code, event.reason));
    this.#setDeadline(deadlineMs);
  }

  /** @param {number} delayMs */
  #setDeadline(delayMs) {
    this.deps.clearTimer(this.deadlineTimer);
    this.deadlineTimer = this.deps.setTimer(() => this.#lost(LOST_SILENTLY), delayMs);
  }

  /** @param {string} data */
  #receive(data) {
    const frames = decode(data);
    if (areForOther(this.deps.userId, frames)) return this.apply({ type: "stop", reason: "account_changed" });
    for (const frame of frames) {
      if (frame.type === "welcome") this.#welcome(frame);
      else if (frame.type === "pong") this.#pong(frame.id);
      else if (frame.type === "ping") this.#write(pong(frame.id));
      else if (frame.type === "error") this.retryAfterMs = frame.error?.retry_after_ms;
      else if (frame.type === "bye") this.apply(/** @type {any} */ (frame));
    }
    try {
      this.deps.onFrames(frames);
    } catch (fault) {
      // A page that cannot render something must not lose the connection.
      this.deps.onFault(fault);
    }
  }

  /** @param {Record<string, any>} frame */
  #welcome(frame) {
    this.deps.clearTimer(this.deadlineTimer);
    this.welcomedAt = this.deps.now();
    this.heartbeat = new Heartbeat({ ...HEARTBEAT, ...frame.heartbeat }, this.welcomedAt);
    this.apply({ type: "welcome" });
    this.#poll();
  }

  /**
   * Ping, wait or give up the connection, as is due now.
   * @returns {void}
   */
  #poll() {
    const { deps, heartbeat } = this;
    deps.clearTimer(this.pollTimer);
    if (!heartbeat || this.model.state !== "CONNECTED") return;
    const due = heartbeat.poll(deps.now(), deps.isHidden());
    if (due.do === "wait") {
      this.pollTimer = deps.setTimer(() => this.#poll(), Math.max(0, due.until - deps.now()));
    } else if (due.do === "ping") {
      this.send(ping(heartbeat.id));
      this.#poll();
    } else {
      deps.stats.silences += 1;
      this.#lost(LOST_SILENTLY);
    }
  }

  /** @param {unknown} id */
  #pong(id) {
    const trip = this.heartbeat?.pong(id, this.deps.now()) ?? null;
    if (trip === null) return;
    this.deps.stats.answered(trip, this.deps.now());
    if (this.deps.now() - this.welcomedAt >= CONNECT_RULES.stable_ms) this.apply({ type: "proven" });
    // The figures on the screen follow each proof.
    this.#show();
    this.#poll();
  }

  /**
   * @param {number} code
   * @param {string} [reason]  as the server gave it
   */
  #lost(code, reason) {
    if (this.model.state === "CONNECTED") this.lostAt = this.deps.now();
    this.deps.stats.closed(code);
    this.apply({ type: "closed", code, close_reason: reason, retry_after_ms: this.retryAfterMs });
  }

  /** Give up the socket at once: browsers may take minutes to say that it is closed. */
  #drop() {
    const { socket, deps } = this;
    this.socket = this.heartbeat = null;
    deps.clearTimer(this.deadlineTimer);
    deps.clearTimer(this.pollTimer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
