// Sends one request with XMLHttpRequest, which alone tells how many bytes have gone out. A shell.

import { ApiError, accountHeader, readAnswer } from "./api.js";
import { toJson } from "../base/well_formed.js";

/** A line that takes no byte for so long is a dead one. */
const SILENCE_MS = 30_000;

/**
 * @typedef {{
 *   json?: unknown, bytes?: ArrayBuffer, key?: string, signal?: AbortSignal, onProgress?(sent: number): void
 * }} Given  `onProgress`: bytes of the body that have gone out
 * @typedef {(method: string, path: string, given?: Given) => Promise<any>} Send
 */

/**
 * @param {string} origin
 * @param {{open?(): XMLHttpRequest, onFault?(fault: ApiError): void, account?(): string}} [world]  `onFault` hears of
 *   every failure; `account`: for whom this page asks, throws if it may not
 * @returns {Send}  `path` is below /api/v1/; every failure is an ApiError, but for a given-up request
 */
export function createSend(origin, { open = () => new XMLHttpRequest(), onFault, account = () => "" } = {}) {
  return async (method, path, given = {}) => {
    given.signal?.throwIfAborted();
    try {
      return await send(open(), method, `${origin}/api/v1/${path}`, { ...given, headers: accountHeader(account()) });
    } catch (fault) {
      if (fault instanceof ApiError && !given.signal?.aborted) onFault?.(fault);
      throw fault;
    }
  };
}

/**
 * @param {XMLHttpRequest} request
 * @param {string} method
 * @param {string} url
 * @param {Given & {headers: Record<string, string>}} given
 * @returns {Promise<any>}
 */
function send(request, method, url, given) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ code) => reject(new ApiError(code));
    const giveUp = () => request.abort();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail("timed_out");
        request.abort();
      }, SILENCE_MS);
    };
    request.open(method, url);
    request.withCredentials = true;
    for (const [name, value] of Object.entries(given.headers)) request.setRequestHeader(name, value);
    if (given.json !== undefined) request.setRequestHeader("Content-Type", "application/json");
    if (given.key) request.setRequestHeader("Idempotency-Key", given.key);
    request.upload.onprogress = (event) => {
      wait();
      given.onProgress?.(event.loaded);
    };
    request.onload = () => resolve(Promise.resolve(request).then(read));
    request.onerror = () => fail("network_unreachable");
    request.onabort = () => reject(given.signal?.reason ?? new ApiError("timed_out"));
    request.onloadend = () => {
      clearTimeout(timer);
      given.signal?.removeEventListener("abort", giveUp);
    };
    given.signal?.addEventListener("abort", giveUp);
    wait();
    request.send(given.json === undefined ? (given.bytes ?? null) : toJson(given.json));
  });
}

/** @param {XMLHttpRequest} request */
function read(request) {
  const { status } = request;
  const headers = { get: (/** @type {string} */ name) => request.getResponseHeader(name) };
  return readAnswer({ ok: status >= 200 && status < 300, status, headers }, request.responseText);
}
