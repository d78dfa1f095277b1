// The connection as one pure function: (model, event) -> {model, effects}.
//
//                    start                    welcome
//   DISCONNECTED ------------> CONNECTING ------------> CONNECTED
//     ^   ^   |                    | closed                 | closed
//     |   |   | timer, wake        v                        v
//     |   |   +-------> RECONNECTING <---- (DISCONNECTED) <-+
//     |   +----- closed -----+  | welcome --> CONNECTED
//     |
//   stop, or a close code that ends it: any -> CLOSED;  only a person can help: any -> FAILED
//   FAILED -- retry --> RECONNECTING        CLOSED -- start --> CONNECTING
//
// The edges are data (codes.js); a step that is not among them throws.

import { advisedDelay, reconnectDelay } from "./backoff.js";
import { CLOSE_CODES, EDGES, POLICY, WORDS } from "./codes.js";

/**
 * @typedef {{
 *   state: string, reason: string, synced: boolean, attempt: number, violations: number,
 *   next_retry_at: number | null, advice: {retry_min_ms: number, retry_window_ms: number} | null
 * }} Model
 *
 * @typedef {(
 *   {type: "start"} | {type: "timer"} | {type: "wake"} | {type: "retry"} | {type: "welcome"} |
 *   {type: "synced"} | {type: "proven"} | {type: "stop", reason: string} | {type: "offline"} |
 *   {type: "bye", reason: string, retry_min_ms: number, retry_window_ms: number} |
 *   {type: "closed", code: number, retry_after_ms?: number}
 * ) & {now?: number, random?: number, online?: boolean}} Event
 *
 * @typedef {{type: "dial"} | {type: "close"} | {type: "cancel_timer"} | {type: "set_timer", delay_ms: number}} Effect
 */

/** @type {Model} */
export const INITIAL = Object.freeze({
  state: "DISCONNECTED",
  reason: "",
  synced: false,
  attempt: 0,
  violations: 0,
  next_retry_at: null,
  advice: null,
});

/**
 * What happens next.
 * @param {Model} model
 * @param {Event} event  `now` in epoch ms and `random` from 0 to 1 where a wait may follow
 * @returns {{model: Model, effects: Effect[]}}
 */
export function transition(model, event) {
  switch (event.type) {
    case "start":
      return model.state === "DISCONNECTED" || model.state === "CLOSED" ? dial(model, "CONNECTING") : same(model);
    case "timer":
    case "wake":
      return model.state === "DISCONNECTED" ? redial(model) : same(model);
    case "retry":
      return model.state === "DISCONNECTED" || model.state === "FAILED" ? redial(model) : same(model);
    case "welcome":
      return model.state === "CONNECTING" || model.state === "RECONNECTING"
        ? step(model, "CONNECTED", { reason: "", next_retry_at: null, advice: null, synced: false }, [])
        : same(model);
    case "synced":
      return model.state === "CONNECTED" ? same({ ...model, synced: true, reason: "synced" }) : same(model);
    case "proven":
      return same({ ...model, attempt: 0, violations: 0 });
    case "offline":
      return model.state === "DISCONNECTED" || model.state === "RECONNECTING"
        ? same({ ...model, reason: "offline" })
        : same(model);
    case "bye":
      return same({
        ...model,
        advice: { retry_min_ms: event.retry_min_ms, retry_window_ms: event.retry_window_ms },
      });
    case "stop":
      return model.state === "CLOSED" ? same(model) : end(model, "CLOSED", event.reason);
    case "closed":
      return closed(model, event);
    default:
      return same(model);
  }
}

/**
 * The contract's word for a state.
 * @param {Model} model
 * @returns {string}
 */
export function wordOf(model) {
  const words = WORDS[model.state];
  if (model.state === "CONNECTED") return model.synced ? words.synced : words[""];
  return words[model.reason] ?? words[""];
}

/**
 * @param {Model} model
 * @returns {{model: Model, effects: Effect[]}}
 */
function same(model) {
  return { model, effects: [] };
}

/**
 * @param {Model} model
 * @param {string} state
 * @param {Partial<Model>} changes
 * @param {Effect[]} effects
 */
function step(model, state, changes, effects) {
  if (!EDGES[model.state].includes(state)) throw new Error(`illegal step ${model.state} -> ${state}`);
  return { model: { ...model, ...changes, state }, effects };
}

/**
 * @param {Model} model
 * @param {string} state
 */
function dial(model, state) {
  return step(model, state, { next_retry_at: null, synced: false }, [{ type: "cancel_timer" }, { type: "dial" }]);
}

/** @param {Model} model */
function redial(model) {
  return dial({ ...model, attempt: model.attempt + 1 }, "RECONNECTING");
}

/**
 * @param {Model} model
 * @param {string} state
 * @param {string} reason
 */
function end(model, state, reason) {
  const effects = /** @type {Effect[]} */ ([{ type: "cancel_timer" }, { type: "close" }]);
  return step(model, state, { reason, synced: false, next_retry_at: null, advice: null }, effects);
}

/**
 * @param {Model} model
 * @param {Extract<Event, {type: "closed"}>} event
 */
function closed(model, event) {
  if (!["CONNECTING", "CONNECTED", "RECONNECTING"].includes(model.state)) return same(model);
  const row = CLOSE_CODES[event.code] ?? CLOSE_CODES[1006];
  const violations = row.action === "three_tries" ? model.violations + 1 : model.violations;
  if (row.action === "stop" || (row.action === "three_tries" && violations >= POLICY.protocol_tries)) {
    return end(model, row.state, row.reason);
  }
  const random = event.random ?? 0;
  const asked = event.retry_after_ms ? { retry_min_ms: event.retry_after_ms, retry_window_ms: 1000 } : model.advice;
  const delay = advisedDelay(asked, random) ?? reconnectDelay(model.attempt, random);
  const reason = event.online === false ? "offline" : model.advice ? "restarting" : row.reason;
  const changes = { reason, violations, synced: false, advice: null, next_retry_at: (event.now ?? 0) + delay };
  return step(model, "DISCONNECTED", changes, [{ type: "close" }, { type: "set_timer", delay_ms: delay }]);
}
