// The messaging socket: runs what the machine decides. A shell; timers, sockets and events
// of the page are passed in.

import { HEARTBEAT, POLICY } from "./codes.js";
import { decode, hello, ping, pong } from "./frames.js";
import { INITIAL, transition } from "./machine.js";

/**
 * @typedef {import("./machine.js").Model} Model
 * @typedef {{
 *   url: string,
 *   open(url: string): WebSocket,
 *   cursors(): Record<string, number>,
 *   onModel(model: Model): void,
 *   onFrames(frames: Array<{type: string} & Record<string, any>>): void,
 *   now(): number, random(): number, isOnline(): boolean, isHidden(): boolean,
 *   setTimer(work: () => void, delayMs: number): any, clearTimer(timer: any): void
 * }} World
 */

/** A timer that fires this much late was held back by the browser: no proof that the line is dead. */
const LATE_MS = 2_000;
const LOST_SILENTLY = 4408;

export class Connection {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    /** @type {Model} */
    this.model = INITIAL;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.retryTimer = null;
    this.deadlineTimer = null;
    this.pingTimer = null;
    this.pingId = 0;
    this.welcomedAt = 0;
    this.lostAt = 0;
    this.heartbeat = HEARTBEAT;
    /** @type {number | undefined} */
    this.retryAfterMs = undefined;
  }

  /**
   * Send one frame.
   * @param {string} text
   * @returns {boolean} false if it cannot be sent now
   */
  send(text) {
    if (this.model.state !== "CONNECTED" || this.socket?.readyState !== 1) return false;
    this.socket.send(text);
    return true;
  }

  /** @param {import("./machine.js").Event} event */
  apply(event) {
    const { now, random, isOnline } = this.world;
    const { model, effects } = transition(this.model, {
      ...event,
      now: now(),
      random: random(),
      online: isOnline(),
    });
    const changed = model !== this.model;
    this.model = model;
    for (const effect of effects) this.#run(effect);
    if (changed) this.world.onModel(model);
  }

  /** Ask for a proof of life now. */
  probe() {
    if (this.model.state === "CONNECTED") this.#ping();
  }

  /** @param {import("./machine.js").Effect} effect */
  #run(effect) {
    if (effect.type === "dial") this.#dial();
    else if (effect.type === "close") this.#drop();
    else if (effect.type === "cancel_timer") this.world.clearTimer(this.retryTimer);
    else this.retryTimer = this.world.setTimer(() => this.apply({ type: "timer" }), effect.delay_ms);
  }

  #dial() {
    this.#drop();
    this.retryAfterMs = undefined;
    const socket = this.world.open(this.world.url);
    this.socket = socket;
    const resume = this.lostAt ? { reason: this.model.reason, gap_ms: this.world.now() - this.lostAt } : null;
    // A socket that was given up may still speak: only the present one is heard.
    const ifPresent = (/** @type {(event: any) => void} */ work) => (/** @type {any} */ event) => {
      if (this.socket === socket) work(event);
    };
    socket.onopen = ifPresent(() => socket.send(hello(this.world.cursors(), resume)));
    socket.onmessage = ifPresent((event) => this.#receive(event.data));
    socket.onclose = ifPresent((event) => this.#lost(event.code));
    this.deadlineTimer = this.world.setTimer(() => this.#lost(LOST_SILENTLY), POLICY.open_deadline_ms);
  }

  /** @param {string} data */
  #receive(data) {
    const frames = decode(data);
    for (const frame of frames) {
      if (frame.type === "welcome") this.#welcome(frame);
      else if (frame.type === "pong") this.#pong(frame.id);
      else if (frame.type === "ping") this.socket?.send(pong(frame.id));
      else if (frame.type === "error") this.retryAfterMs = frame.error?.retry_after_ms;
      else if (frame.type === "bye") this.apply(/** @type {any} */ (frame));
    }
    this.world.onFrames(frames);
  }

  /** @param {Record<string, any>} frame */
  #welcome(frame) {
    this.world.clearTimer(this.deadlineTimer);
    this.heartbeat = { ...HEARTBEAT, ...frame.heartbeat };
    this.welcomedAt = this.world.now();
    this.apply({ type: "welcome" });
    this.#ping();
  }

  #ping() {
    this.world.clearTimer(this.pingTimer);
    this.world.clearTimer(this.deadlineTimer);
    this.pingId += 1;
    this.send(ping(this.pingId));
    const expectedAt = this.world.now() + this.heartbeat.deadline_ms;
    this.deadlineTimer = this.world.setTimer(() => {
      if (this.world.now() - expectedAt > LATE_MS) this.#ping();
      else this.#lost(LOST_SILENTLY);
    }, this.heartbeat.deadline_ms);
  }

  /** @param {unknown} id */
  #pong(id) {
    if (id !== this.pingId) return;
    this.world.clearTimer(this.deadlineTimer);
    if (this.world.now() - this.welcomedAt >= POLICY.stable_ms) this.apply({ type: "proven" });
    const wait = this.world.isHidden() ? this.heartbeat.hidden_ms : this.heartbeat.visible_ms;
    this.pingTimer = this.world.setTimer(() => this.#ping(), wait);
  }

  /** @param {number} code */
  #lost(code) {
    if (this.model.state === "CONNECTED") this.lostAt = this.world.now();
    this.apply({ type: "closed", code, retry_after_ms: this.retryAfterMs });
  }

  /** Give up the socket at once: browsers may take minutes to say that it is closed. */
  #drop() {
    const socket = this.socket;
    this.socket = null;
    this.world.clearTimer(this.deadlineTimer);
    this.world.clearTimer(this.pingTimer);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
