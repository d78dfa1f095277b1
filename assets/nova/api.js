// Calls the HTTP API. Every failure becomes an ApiError with one of the nine kinds.

import { ERRORS } from "./codes.js";

const TIMEOUT_MS = 10_000;

export class ApiError extends Error {
  /**
   * @param {string} code  a key of ERRORS
   * @param {{fields?: Record<string, string>, retryAfterMs?: number, status?: number, cause?: unknown}} [facts]
   */
  constructor(code, facts = {}) {
    const known = ERRORS[code] ?? ERRORS.unexpected_answer;
    super(known.text, { cause: facts.cause });
    this.name = "ApiError";
    this.code = code;
    this.kind = known.kind;
    this.retryable = known.retryable;
    this.fields = facts.fields ?? {};
    this.retryAfterMs = facts.retryAfterMs;
    this.status = facts.status ?? 0;
  }
}

/**
 * @param {string} origin
 * @param {typeof fetch} [fetcher]
 */
export function createApi(origin, fetcher = (...given) => fetch(...given)) {
  /**
   * @param {string} method
   * @param {string} path  below /api/v1/
   * @param {unknown} [body]
   * @returns {Promise<any>}  the answer's JSON; null for an empty answer
   */
  async function call(method, path, body) {
    const response = await send(method, `${origin}/api/v1/${path}`, body, fetcher);
    const answer = await readJson(response);
    if (!response.ok) throw fromProblem(response, answer);
    return answer;
  }
  return {
    get: (/** @type {string} */ path) => call("GET", path),
    post: (/** @type {string} */ path, /** @type {unknown} */ body) => call("POST", path, body),
  };
}

/**
 * @param {string} method
 * @param {string} url
 * @param {unknown} body
 * @param {typeof fetch} fetcher
 */
async function send(method, url, body, fetcher) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    return await fetcher(url, {
      method,
      credentials: "include",
      signal: abort.signal,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    throw new ApiError(abort.signal.aborted ? "timed_out" : "network_unreachable", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @returns {Promise<any>}
 */
async function readJson(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError("unexpected_answer", { status: response.status, cause });
  }
}

/**
 * @param {Response} response
 * @param {any} answer
 */
function fromProblem(response, answer) {
  const code = typeof answer?.code === "string" && answer.code in ERRORS ? answer.code : "unexpected_answer";
  const seconds = Number(answer?.retry_after_seconds);
  return new ApiError(code, {
    fields: answer?.fields,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    status: response.status,
  });
}
