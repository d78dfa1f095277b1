// Calls the HTTP API. Every failure becomes an ApiError with one of the nine kinds; what is safe
// to repeat is tried again by the rules of retry.js. A shell over fetch.

import { ERRORS, RETRY, STATUS_CODES, UNFIT_WORDS } from "../generated/codes.js";
import { Breaker, Budget, readRetryAfter, retryWait } from "./retry.js";
import { toJson } from "../base/well_formed.js";

const SAFE = ["GET", "HEAD", "PUT", "DELETE"];
const TROUBLE = ["NETWORK_ERROR", "TIMEOUT", "SERVER_ERROR"];
const KINDS = new Set(Object.values(ERRORS).map(({ kind }) => kind));
const UNFIT = new RegExp(UNFIT_WORDS, "i");
const WORDS_MAX = 300;

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
 * The header that names the account a request is meant for; none while nobody is known.
 * @param {string} account
 * @returns {Record<string, string>}
 */
export function accountHeader(account) {
  return account ? { "Nova-Account": account } : {};
}

/**
 * Whatever was thrown, as an error with a kind.
 * @param {unknown} fault
 * @returns {ApiError}
 */
export function asApiError(fault) {
  return fault instanceof ApiError ? fault : new ApiError("page_failed", { cause: fault });
}

/**
 * A failed call as the error store takes it.
 * @param {unknown} fault
 * @returns {import("../errors/error_center.js").Failed}
 */
export function problemOf(fault) {
  if (!(fault instanceof ApiError)) return { code: "page_failed", detail: String(fault) };
  const { code, kind, message, requestId, retryAfterMs, retryable, status, cause } = fault;
  // What a parser says quotes what it could not read.
  const detail = `status ${status}: ${cause instanceof SyntaxError ? cause.name : (cause ?? "")}`;
  return { code, kind, message, request_id: requestId, retry_after_ms: retryAfterMs, retryable, detail, fault };
}

/**
 * Words for people as they came; empty if they are none that a person should read.
 * @param {unknown} words
 * @returns {string}
 */
export function plainWords(words) {
  return typeof words === "string" && words.length <= WORDS_MAX && !UNFIT.test(words) ? words : "";
}

/**
 * @typedef {{body?: unknown, key?: string, signal?: AbortSignal, forAnyone?: boolean}} CallOptions  a `key` makes a
 *   repeat harmless; `forAnyone`: whoever is signed in is meant
 *
 * @param {string} origin
 * @param {{
 *   fetcher?: typeof fetch, now?(): number, random?(): number, sleep?(ms: number, signal?: AbortSignal): Promise<void>,
 *   onFault?(fault: ApiError): void, account?(): string
 * }} [deps]  `onFault` is called once with every failed call; `account`: for whom this page asks, throws if it may not
 */
export function createApi(origin, deps = {}) {
  const { fetcher = (...args) => fetch(...args), now = Date.now, random = Math.random, sleep = pause, account = () => "" } = deps;
  const budget = new Budget();
  const breaker = new Breaker();

  /**
   * @param {string} method
   * @param {string} path  below /api/v1/
   * @param {CallOptions} [options]
   * @returns {Promise<any>}  the answer's JSON; null for an empty answer
   */
  async function call(method, path, options = {}) {
    const begin = now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await tryOnce(method, path, options, RETRY.total_ms - (now() - begin));
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault;
        const wait = SAFE.includes(method) || options.key ? nextWait(fault, attempt, now() - begin) : null;
        if (wait === null) {
          deps.onFault?.(fault);
          throw fault;
        }
        await sleep(wait, options.signal);
      }
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {CallOptions} options
   * @param {number} left  ms that the whole call still has
   */
  async function tryOnce(method, path, options, left) {
    options.signal?.throwIfAborted();
    const named = options.forAnyone ? "" : account();
    if (!breaker.allows(now())) throw new ApiError("unavailable", { retryAfterMs: (breaker.openUntil ?? 0) - now() });
    try {
      const answer = await ask(method, `${origin}/api/v1/${path}`, { ...options, named }, fetcher, Math.min(RETRY.per_try_ms, left));
      breaker.record(false, now(), 0);
      budget.refund();
      return answer;
    } catch (fault) {
      if (fault instanceof ApiError) breaker.record(TROUBLE.includes(fault.kind), now(), random());
      else breaker.cancel();
      throw fault;
    }
  }

  /**
   * @param {ApiError} fault
   * @param {number} attempt
   * @param {number} elapsed
   */
  function nextWait(fault, attempt, elapsed) {
    if (!fault.retryable || breaker.isOpen) return null;
    const wait = retryWait(attempt, { advised: fault.retryAfterMs, elapsed, random: random() });
    return wait !== null && budget.pay(fault.kind === "TIMEOUT") ? wait : null;
  }

  return {
    call,
    get: (/** @type {string} */ path, /** @type {AbortSignal | undefined} */ signal = undefined) =>
      call("GET", path, { signal }),
    post: (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {string} */ key = "") =>
      call("POST", path, { body, key }),
    /** Another connection has proven that the server answers again: stop holding calls back. */
    recover: () => breaker.recover(),
    /** A person asks to try again: do not hold the next call back. */
    tryNow: () => breaker.tryNow(now()),
  };
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}  rejects at once if it is given up
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    if (signal?.aborted) giveUp();
    else signal?.addEventListener("abort", giveUp, { once: true });
  });
}

/**
 * One request with its whole answer: a body that never ends is waited for no longer than a head.
 * @param {string} method
 * @param {string} url
 * @param {CallOptions & {named: string}} options
 * @param {typeof fetch} fetcher
 * @param {number} deadlineMs
 */
async function ask(method, url, { body, key, signal, named }, fetcher, deadlineMs) {
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const timer = setTimeout(giveUp, deadlineMs);
  signal?.addEventListener("abort", giveUp);
  const headers = accountHeader(named);
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const text = body === undefined ? undefined : toJson(body);
  try {
    const response = await fetcher(url, { method, credentials: "include", signal: abort.signal, headers, body: text });
    return readAnswer(response, await response.text());
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    signal?.throwIfAborted();
    throw new ApiError(abort.signal.aborted ? "timed_out" : "network_unreachable", { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/**
 * @param {{ok: boolean, status: number, headers: {get(name: string): string | null}}} response
 * @param {string} text
 * @returns {any}  the answer's JSON; null for an empty one
 */
export function readAnswer(response, text) {
  const { ok, status } = response;
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch (cause) {
    if (ok) throw new ApiError("unexpected_answer", { status, requestId: requestIdOf(response), cause });
  }
  if (!ok) throw fromProblem(response, answer);
  return answer;
}

/**
 * A refused answer as an error.
 * @param {{status: number, headers: {get(name: string): string | null}}} response
 * @param {any} answer  its JSON
 */
function fromProblem(response, answer) {
  const { status, headers } = response;
  const advised = readRetryAfter(headers);
  if (typeof answer?.code !== "string" || !KINDS.has(answer.kind)) {
    const code = STATUS_CODES[status] ?? (status >= 500 ? "unavailable" : "unexpected_answer");
    return new ApiError(code, { status, retryAfterMs: advised, requestId: requestIdOf(response) });
  }
  const seconds = Number(answer.retry_after_seconds ?? NaN);
  const fields = Object.entries(answer.fields ?? {}).filter(([, words]) => typeof words === "string");
  return new ApiError(answer.code, {
    kind: answer.kind,
    message: plainWords(answer.message),
    retryable: answer.retryable === true,
    fields: Object.fromEntries(fields),
    retryAfterMs: Number.isNaN(seconds) ? advised : Math.max(0, seconds * 1000),
    requestId: String(answer.request_id ?? ""),
    status,
  });
}

/** @param {{headers: {get(name: string): string | null}}} response */
function requestIdOf(response) {
  return response.headers.get("x-request-id") ?? "";
}
