// The connection as one function: (model, event) -> {model, effects}. Pure.
//
//                     start                       welcome
//   DISCONNECTED ---------------> CONNECTING ----------------> CONNECTED
//     |  ^  ^  ^                      | closed                    | closed, left
//     |  |  |  +----------------------+---------------------------+
//     |  |  +------ closed, stuck ------+
//     |  +--> (waits for its timer)     |
//     | timer, retry                    |             welcome
//     +----------------------> RECONNECTING ---------------------> CONNECTED
//                                 ^   | closed: hidden and the tries are used up, 4400 thrice, 4426
//            timer (slow), retry  |   v
//                               FAILED          (wakes bring the timer forward, except when outdated)
//
//   stop, 4401, 4403, 4409: any -> CLOSED --- start, retry (Use here) ---> CONNECTING
//   (not where the page belongs to another account: only a page that is loaded again acts)
//
// The edges are data (codes.js); a step that is not among them throws. Time and chance come
// with each event.

import { advisedDelay, openDeadline, reconnectDelay, refill } from "../base/backoff.js";
import { CLOSE_CODES, CLOSE_REASONS, CONNECT_RULES, EDGES, HIDDEN, VISIBLE } from "../generated/codes.js";

/**
 * @typedef {{
 *   state: string, reason: string, synced: boolean, hidden: boolean,
 *   attempt: number, violations: number, tokens: number, tokens_at: number, forced: boolean,
 *   connecting_at: number, woke_at: number, next_retry_at: number | null, not_before: number,
 *   advice: {retry_min_ms: number, retry_window_ms: number, at: number} | null
 * }} Model  `attempt`: tries since the last stable connection, in this visibility; `tokens`: attempts
 *   that may follow at once; `forced`: a user asked for the next attempt; times in epoch ms
 *
 * @typedef {(
 *   {type: "start"} | {type: "timer"} | {type: "opened"} | {type: "welcome"} | {type: "synced"} |
 *   {type: "proven"} | {type: "retry"} | {type: "wake", cause?: string} | {type: "visibility", hidden: boolean} |
 *   {type: "offline"} | {type: "left"} | {type: "stop", reason: string} |
 *   {type: "bye", reason: string, retry_min_ms: number, retry_window_ms: number} |
 *   {type: "closed", code: number, close_reason?: string, retry_after_ms?: number}
 * ) & {now?: number, random?: number, online?: boolean}} Event
 *
 * @typedef {(
 *   {type: "connect", deadline_ms: number} | {type: "set_deadline", delay_ms: number} | {type: "close"} |
 *   {type: "set_timer", delay_ms: number} | {type: "cancel_timer"} | {type: "probe"} | {type: "fail_message"}
 * )} Effect
 *
 * @typedef {{model: Model, effects: Effect[]}} Next
 */

/** @type {Model} */
export const INITIAL = Object.freeze({
  state: "DISCONNECTED",
  reason: "",
  synced: false,
  hidden: false,
  attempt: 0,
  violations: 0,
  tokens: CONNECT_RULES.burst,
  tokens_at: 0,
  forced: false,
  connecting_at: 0,
  woke_at: -Infinity,
  next_retry_at: null,
  not_before: 0,
  advice: null,
});

const CONNECTING_STATES = ["CONNECTING", "RECONNECTING"];
const STUCK = { reason: "timeout" };
const ACCOUNT_CHANGED = "account_changed";

/**
 * What happens next. Events that mean nothing in a state change nothing.
 * @param {Model} model
 * @param {Event} event  `now` in epoch ms, `random` from 0 up to 1
 * @returns {Next}
 */
export function transition(model, event) {
  const { state } = model;
  const { now = 0, random = 0, online = true } = event;
  const isConnecting = CONNECTING_STATES.includes(state);
  switch (event.type) {
    case "start":
      return state === "DISCONNECTED" || (state === "CLOSED" && model.reason !== ACCOUNT_CHANGED)
        ? connect(model, "CONNECTING", now)
        : same(model);
    case "timer":
      return state === "DISCONNECTED" || state === "FAILED" ? reconnect(model, now) : same(model);
    case "opened":
      return isConnecting ? same(model, { type: "set_deadline", delay_ms: CONNECT_RULES.welcome_ms }) : same(model);
    case "welcome":
      return isConnecting ? step(model, "CONNECTED", { reason: "", advice: null, not_before: 0 }) : same(model);
    case "synced":
      return state === "CONNECTED" ? same({ ...model, synced: true, reason: "synced" }) : same(model);
    case "proven":
      return same({ ...model, attempt: 0, violations: 0 });
    case "retry":
      return retry(model, now);
    case "wake":
      return wake(model, { now, random, cause: event.cause ?? "" });
    case "visibility":
      return visibility(model, event.hidden);
    case "offline":
      if (state === "CONNECTED") return same(model, { type: "probe" });
      return state === "DISCONNECTED" || state === "RECONNECTING" ? same({ ...model, reason: "offline" }) : same(model);
    case "left":
      return isConnecting || state === "CONNECTED" ? leave(model, now, random) : same(model);
    case "bye":
      return same({ ...model, advice: { ...pick(event), at: now } });
    case "stop":
      return state === "CLOSED" ? endAgain(model, event.reason) : end(model, "CLOSED", event.reason);
    case "closed":
      return isConnecting || state === "CONNECTED" ? closed(model, event, { now, random, online }) : same(model);
    default:
      return same(model);
  }
}

/**
 * @param {Model} model
 * @param {...Effect} effects
 * @returns {Next}
 */
function same(model, ...effects) {
  return { model, effects };
}

/**
 * @param {Model} model
 * @param {string} state
 * @param {Partial<Model>} changes
 * @param {...Effect} effects
 * @returns {Next}
 */
function step(model, state, changes, ...effects) {
  if (!EDGES[model.state].includes(state)) throw new Error(`illegal step ${model.state} -> ${state}`);
  return { model: { ...model, synced: false, next_retry_at: null, ...changes, state }, effects };
}

/**
 * @param {Model} model
 * @param {string} state
 * @param {number} now
 */
function connect(model, state, now) {
  const reason = state === "CONNECTING" ? "" : model.state === "FAILED" ? "network" : model.reason;
  const tokens = Math.max(0, refill(model, now) - 1);
  const changes = { reason, tokens, tokens_at: now, forced: false, connecting_at: now };
  const deadline_ms = openDeadline(model.attempt);
  return step(model, state, changes, { type: "cancel_timer" }, { type: "connect", deadline_ms });
}

/**
 * Reconnect if the budget of attempts allows it; otherwise as soon as it does.
 * @param {Model} model
 * @param {number} now
 */
function reconnect(model, now) {
  const tokens = refill(model, now);
  if (tokens >= 1 || model.forced) return connect({ ...model, attempt: model.attempt + 1 }, "RECONNECTING", now);
  return setTimer({ ...model, tokens, tokens_at: now }, Math.ceil((1 - tokens) * CONNECT_RULES.refill_ms), now);
}

/**
 * A person asks for it: at once, whatever the budget says.
 * @param {Model} model
 * @param {number} now
 */
function retry(model, now) {
  const { state } = model;
  if (state === "CLOSED") return model.reason === "replaced" ? connect(model, "CONNECTING", now) : same(model);
  if (state === "DISCONNECTED" || state === "FAILED") return reconnect({ ...model, forced: true }, now);
  const isStuck = CONNECTING_STATES.includes(state) && now - model.connecting_at >= CONNECT_RULES.wake_once_ms;
  return isStuck ? wait({ ...model, forced: true }, 0, now, STUCK) : same(model);
}

/**
 * Reconnecting is worth trying now: the network is back, the page is visible, or the clock jumped.
 * @param {Model} model
 * @param {{now: number, random: number, cause: string}} context
 */
function wake(model, { now, random, cause }) {
  if (now - model.woke_at < CONNECT_RULES.wake_once_ms && now >= model.woke_at) return same(model);
  const woken = { ...model, woke_at: now, reason: cause === "online" ? onlineReason(model) : model.reason };
  const delay = random * (cause === "online" ? CONNECT_RULES.online_ms : CONNECT_RULES.wake_ms);
  if (model.state === "CONNECTED") return same(woken, { type: "probe" });
  if (CONNECTING_STATES.includes(model.state)) {
    return now - model.connecting_at >= CONNECT_RULES.stuck_ms ? wait(woken, delay, now, STUCK) : same(woken);
  }
  if (model.state === "CLOSED" || model.reason === "outdated" || model.next_retry_at === null) return same(woken);
  const at = Math.max(now + delay, model.not_before);
  return at < model.next_retry_at ? setTimer(woken, at - now, now) : same(woken);
}

/** @param {Model} model */
function onlineReason(model) {
  return model.reason === "offline" ? "network" : model.reason;
}

/**
 * A hidden tab has another schedule; each begins from its start.
 * @param {Model} model
 * @param {boolean} hidden
 */
function visibility(model, hidden) {
  if (model.hidden === hidden) return same(model);
  return same({ ...model, hidden, attempt: model.state === "CONNECTED" ? model.attempt : 0 });
}

/**
 * The page is being left; if it stays after all, it reconnects.
 * @param {Model} model
 * @param {number} now
 * @param {number} random
 */
function leave(model, now, random) {
  return wait(model, reconnectDelay(policy(model), 0, random), now, { reason: "network" });
}

/** @param {Model} model */
function policy(model) {
  return model.hidden ? HIDDEN : VISIBLE;
}

/**
 * @param {Model} model
 * @param {number} delay_ms
 * @param {number} now
 * @returns {Next}
 */
function setTimer(model, delay_ms, now) {
  return same({ ...model, next_retry_at: now + delay_ms }, { type: "set_timer", delay_ms });
}

/**
 * Give up the socket and reconnect later.
 * @param {Model} model
 * @param {number} delay_ms
 * @param {number} now
 * @param {Partial<Model>} [changes]
 */
function wait(model, delay_ms, now, changes = {}) {
  const next_retry_at = now + delay_ms;
  return step(model, "DISCONNECTED", { next_retry_at, ...changes }, { type: "close" }, { type: "set_timer", delay_ms });
}

/**
 * @param {Model} model
 * @param {string} state
 * @param {string} reason
 */
function end(model, state, reason) {
  return step(model, state, { reason, advice: null }, { type: "cancel_timer" }, { type: "close" });
}

/**
 * Closed already: keep the newer reason.
 * @param {Model} model
 * @param {string} reason
 */
function endAgain(model, reason) {
  return same(model.reason === reason ? model : { ...model, reason });
}

/**
 * @param {Model} model
 * @param {string} reason
 * @param {{now: number, random: number}} context
 */
function fail(model, reason, { now, random }) {
  const failed = end(model, "FAILED", reason);
  // Only a new page helps against an old one; everything else may have healed unseen.
  if (reason === "outdated") return failed;
  const slow = setTimer(failed.model, CONNECT_RULES.slow_ms * (0.5 + random), now);
  return same(slow.model, ...failed.effects, ...slow.effects);
}

/**
 * @param {Model} model
 * @param {Extract<Event, {type: "closed"}>} event
 * @param {{now: number, random: number, online: boolean}} context
 * @returns {Next}
 */
function closed(model, event, context) {
  const row = rowOf(event);
  const violations = row.action === "three_tries" ? model.violations + 1 : model.violations;
  if (row.action === "stop") {
    return row.state === "FAILED" ? fail(model, row.reason, context) : end(model, row.state, row.reason);
  }
  if (row.action === "three_tries" && violations >= CONNECT_RULES.protocol_tries) return fail(model, row.reason, context);
  const { tries } = policy(model);
  if (tries && model.attempt >= tries) return fail(model, "exhausted", context);
  // Between the tries of a violated protocol nothing is certain yet.
  const reason = row.action === "three_tries" ? "server_down" : row.reason;
  const lost = comeBack({ ...model, violations }, event, reason, context);
  if (row.action === "fail_message") lost.effects.unshift({ type: "fail_message" });
  return lost;
}

/** @param {Extract<Event, {type: "closed"}>} event */
function rowOf({ code, close_reason = "" }) {
  const row = CLOSE_REASONS[close_reason];
  return row?.code === code ? row : (CLOSE_CODES[code] ?? CLOSE_CODES[1006]);
}

/**
 * When to reconnect after a loss: as the server advised, or by the policy.
 * @param {Model} model
 * @param {Extract<Event, {type: "closed"}>} event
 * @param {string} reason
 * @param {{now: number, random: number, online: boolean}} context
 */
function comeBack(model, event, reason, { now, random, online }) {
  const bye = model.advice && now - model.advice.at <= CONNECT_RULES.advice_ms ? model.advice : null;
  const asked = event.retry_after_ms ? { retry_min_ms: event.retry_after_ms, retry_window_ms: 1000 } : bye;
  const advised = advisedDelay(asked, random);
  const delay = advised ?? reconnectDelay(policy(model), model.attempt, random);
  return wait(model, delay, now, {
    reason: online ? (bye ? "restarting" : reason) : "offline",
    advice: null,
    not_before: advised !== null && asked ? now + asked.retry_min_ms : 0,
  });
}

/**
 * @param {Extract<Event, {type: "bye"}>} bye
 * @returns {{retry_min_ms: number, retry_window_ms: number}}
 */
function pick({ retry_min_ms, retry_window_ms }) {
  return { retry_min_ms, retry_window_ms };
}
