// Sends one request with XMLHttpRequest, the only API that reports how many bytes have been sent. A shell.

import { ApiError, accountHeader, readAnswer } from "./api.js";
import { toJson } from "../base/well_formed.js";

/** A connection that accepts no byte for this long is dead. */
const SILENCE_MS = 30_000;

/**
 * @typedef {{
 *   json?: unknown, bytes?: ArrayBuffer, key?: string, signal?: AbortSignal, onProgress?(sent: number): void
 * }} SendOptions  `onProgress`: bytes of the body that have gone out
 * @typedef {(method: string, path: string, options?: SendOptions) => Promise<any>} Send
 */

/**
 * @param {string} origin
 * @param {{open?(): XMLHttpRequest, onFault?(fault: ApiError): void, account?(): string}} [deps]  `onFault` is called with
 *   every failure; `account`: for whom this page asks, throws if it may not
 * @returns {Send}  `path` is below /api/v1/; every failure is an ApiError, but for a given-up request
 */
export function createSend(origin, { open = () => new XMLHttpRequest(), onFault, account = () => "" } = {}) {
  return async (method, path, options = {}) => {
    options.signal?.throwIfAborted();
    try {
      return await send(open(), method, `${origin}/api/v1/${path}`, { ...options, headers: accountHeader(account()) });
    } catch (fault) {
      if (fault instanceof ApiError && !options.signal?.aborted) onFault?.(fault);
      throw fault;
    }
  };
}

/**
 * @param {XMLHttpRequest} request
 * @param {string} method
 * @param {string} url
 * @param {SendOptions & {headers: Record<string, string>}} options
 * @returns {Promise<any>}
 */
function send(request, method, url, options) {
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
    for (const [name, value] of Object.entries(options.headers)) request.setRequestHeader(name, value);
    if (options.json !== undefined) request.setRequestHeader("Content-Type", "application/json");
    if (options.key) request.setRequestHeader("Idempotency-Key", options.key);
    request.upload.onprogress = (event) => {
      wait();
      options.onProgress?.(event.loaded);
    };
    request.onload = () => resolve(Promise.resolve(request).then(read));
    request.onerror = () => fail("network_unreachable");
    request.onabort = () => reject(options.signal?.reason ?? new ApiError("timed_out"));
    request.onloadend = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", giveUp);
    };
    options.signal?.addEventListener("abort", giveUp);
    wait();
    request.send(options.json === undefined ? (options.bytes ?? null) : toJson(options.json));
  });
}

/** @param {XMLHttpRequest} request */
function read(request) {
  const { status } = request;
  const headers = { get: (/** @type {string} */ name) => request.getResponseHeader(name) };
  return readAnswer({ ok: status >= 200 && status < 300, status, headers }, request.responseText);
}
