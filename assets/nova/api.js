// Calls the HTTP API. Every failure becomes an ApiError with one of the nine kinds; what is safe
// to repeat is tried again by the rules of retry.js.

import { ERRORS, RETRY } from "./codes.js";
import { Budget, readRetryAfter, retryWait } from "./retry.js";

const SAFE = ["GET", "HEAD", "PUT", "DELETE"];
const TROUBLE = ["NETWORK_ERROR", "TIMEOUT", "SERVER_ERROR"];
/** Answers that are no problem document: a proxy speaks, not Nova. */
const CODE_OF_STATUS = /** @type {Record<number, string>} */ ({
  401: "not_signed_in",
  408: "timed_out",
  429: "too_many_attempts",
  500: "internal",
  502: "overloaded",
  503: "overloaded",
  504: "timed_out",
});

export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {{
   *   kind?: string, message?: string, retryable?: boolean, fields?: Record<string, string>,
   *   retryAfterMs?: number, status?: number, requestId?: string, cause?: unknown
   * }} [facts]  kind, words and retryable come with the code where the browser knows it
   */
  constructor(code, facts = {}) {
    const known = ERRORS[code] ?? ERRORS.unexpected_answer;
    super(facts.message ?? "", { cause: facts.cause });
    this.name = "ApiError";
    this.code = code;
    this.kind = facts.kind ?? known.kind;
    this.retryable = facts.retryable ?? known.retryable;
    this.fields = facts.fields ?? {};
    this.retryAfterMs = facts.retryAfterMs;
    this.status = facts.status ?? 0;
    this.requestId = facts.requestId ?? "";
  }
}

/**
 * A failed call as the error store takes it.
 * @param {unknown} fault
 * @returns {import("./errors.js").Failed}
 */
export function problemOf(fault) {
  if (!(fault instanceof ApiError)) return { code: "page_failed", detail: String(fault) };
  const { code, kind, message, requestId, retryAfterMs, status } = fault;
  const detail = `status ${status}: ${fault.cause ?? ""}`;
  return { code, kind, message, request_id: requestId, retry_after_ms: retryAfterMs, detail };
}

/**
 * @param {string} origin
 * @param {{
 *   fetcher?: typeof fetch, now?(): number, random?(): number, sleep?(ms: number, signal?: AbortSignal): Promise<void>
 * }} [world]
 */
export function createApi(origin, world = {}) {
  const { fetcher = (...given) => fetch(...given), now = Date.now, random = Math.random, sleep = pause } = world;
  const budget = new Budget();

  /**
   * @param {string} method
   * @param {string} path  below /api/v1/
   * @param {{body?: unknown, key?: string, signal?: AbortSignal}} [given]  a `key` makes a repeat harmless
   * @returns {Promise<any>}  the answer's JSON; null for an empty answer
   */
  async function call(method, path, given = {}) {
    const begin = now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await tryOnce(method, path, given);
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault;
        const wait = SAFE.includes(method) || given.key ? nextWait(fault, attempt, now() - begin) : null;
        if (wait === null) throw fault;
        await sleep(wait, given.signal);
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, key?: string, signal?: AbortSignal}} given
   */
  async function tryOnce(method, path, given) {
    if (!budget.allows(now())) throw new ApiError("overloaded", { retryAfterMs: budget.closedUntil - now() });
    try {
      const response = await send(method, `${origin}/api/v1/${path}`, given, fetcher);
      const answer = await readJson(response);
      if (!response.ok) throw fromProblem(response, answer);
      budget.refund();
      return answer;
    } catch (fault) {
      if (fault instanceof ApiError && TROUBLE.includes(fault.kind)) budget.failed(now(), random());
      throw fault;
    }
  }

  /**
   * @param {ApiError} fault
   * @param {number} attempt
   * @param {number} elapsed
   */
  function nextWait(fault, attempt, elapsed) {
    if (!fault.retryable) return null;
    const wait = retryWait(attempt, { advised: fault.retryAfterMs, elapsed, random: random() });
    return wait !== null && budget.pay(fault.kind === "TIMEOUT") ? wait : null;
  }

  return {
    call,
    get: (/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal = undefined) =>
      call("GET", path, { signal }),
    post: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string} */ key = "") =>
      call("POST", path, { body, key }),
  };
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}  rejects at once if it is given up
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * @param {string} method
 * @param {string} url
 * @param {{body?: unknown, key?: string, signal?: AbortSignal}} given
 * @param {typeof fetch} fetcher
 */
async function send(method, url, { body, key, signal }, fetcher) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), RETRY.per_try_ms);
  const giveUp = () => abort.abort();
  signal?.addEventListener("abort", giveUp);
  /** @type {Record<string, string>} */
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetcher(url, { method, credentials: "include", signal: abort.signal, headers, body: text });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError(abort.signal.aborted ? "timed_out" : "network_unreachable", { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function readJson(response) {
  let text = "";
  try {
    text = await response.text();
  } catch (cause) {
    throw new ApiError("network_unreachable", { cause });
  }
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!response.ok) return null;
    throw new ApiError("unexpected_answer", { status: response.status, cause });
  }
}

/**
 * A refused answer as an error.
 * @param {{status: number, headers: {get(name: string): string | null}}} response
 * @param {any} answer  its JSON
 */
export function fromProblem(response, answer) {
  const { status, headers } = response;
  const advised = readRetryAfter(headers);
  if (typeof answer?.code !== "string" || typeof answer.kind !== "string") {
    return new ApiError(CODE_OF_STATUS[status] ?? "unexpected_answer", { status, retryAfterMs: advised });
  }
  const seconds = Number(answer.retry_after_seconds ?? NaN);
  return new ApiError(answer.code, {
    kind: answer.kind,
    message: answer.message,
    retryable: answer.retryable === true,
    fields: answer.fields,
    retryAfterMs: Number.isNaN(seconds) ? advised : seconds * 1000,
    requestId: answer.request_id,
    status,
  });
}
