// Uploads files in parts, so that an upload survives a lost connection. Pure: what it needs is passed in.
//
//   waiting --> sending --last byte--> processing --> done
//      ^           |                       |
//      +-- a fault that passes: later -----+      failed <-- one that does not; retry --> waiting

import { ApiError, asApiError } from "../http/api.js";
import { RETRY } from "../generated/codes.js";
import { percentOf } from "./upload_items.js";

/**
 * @typedef {{
 *   key: string, once: string, file: Blob & {name?: string}, name: string, size: number, state: string, sent: number,
 *   id: string, stored: any, fault: ApiError | null, abort: AbortController, alt?: string
 * }} Upload  `stored`: the server's answer about the whole file; `once`: under what name it was announced; `alt`: what the user
 *   wrote to describe it
 */

const PART_BYTES = 1 << 20;
const AT_ONCE = 2;
/** These say that the local offset is outdated: asking the server for the current one resolves it. */
const STALE = ["offset_mismatch", "taken_over"];

export class Uploads {
  /**
   * @param {{
   *   send: import("../http/upload_request.js").Send, sleep(ms: number): Promise<void>, random(): number, mintId(): string,
   *   onChange(): void
   * }} deps  `sleep` may end early, when the connection is back
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Upload[]} in the order they were chosen */
    this.items = [];
  }

  /** Whether every file is on the server. */
  get isDone() {
    return this.items.every((item) => item.state === "done");
  }

  /**
   * Begin with what was on the server before the page was loaded.
   * @param {any[]} stored
   */
  restore(stored) {
    this.items = stored.map((file) => ({ ...this.#make(new Blob(), file.name, file.size_bytes), state: "done", stored: file }));
  }

  /**
   * @param {Iterable<File>} files
   * @returns {Upload[]}
   */
  add(files) {
    const added = [...files].map((file) => this.#make(file, file.name || "file", file.size));
    this.items = [...this.items, ...added];
    for (const item of added) {
      if (!item.size) this.#fail(item, new ApiError("file_empty", { kind: "VALIDATION_ERROR", retryable: false }));
    }
    this.#next();
    return added;
  }

  /**
   * Go on with a file that was begun before: under the same name, so that nothing is sent twice.
   * @param {{key: string, name: string, size: number, stored?: any, alt?: string}} known
   * @param {Blob | undefined} file  its bytes, where they can still be had
   * @returns {Upload}
   */
  resume(known, file) {
    const { key, name, size, stored, alt } = known;
    const item = { ...this.#make(file ?? new Blob(), name, size), key, once: key, alt };
    if (stored) Object.assign(item, { state: "done", sent: size, stored });
    this.items = [...this.items, item];
    if (!stored && !file) this.#fail(item, unreadable());
    this.#next();
    return item;
  }

  /** @param {string} key */
  remove(key) {
    const item = this.find(key);
    if (!item) return;
    item.abort.abort(new ApiError("page_failed"));
    this.items = this.items.filter((other) => other !== item);
    const id = item.id || item.stored?.id;
    // Without an answer the server deletes it automatically after some days.
    if (id) void this.deps.send("DELETE", `uploads/${id}`).catch(() => null);
    this.#next();
  }

  /**
   * Forget it here, whatever has become of it; what is on the server stays.
   * @param {string} key
   */
  forget(key) {
    this.find(key)?.abort.abort(new ApiError("page_failed"));
    this.items = this.items.filter((other) => other.key !== key);
    this.#next();
  }

  /** @param {string} key */
  retry(key) {
    const item = this.find(key);
    if (item?.state !== "failed") return;
    Object.assign(item, { state: "waiting", fault: null });
    this.#next();
  }

  /** What was sent belongs to something now. */
  clear() {
    this.items = [];
  }

  /**
   * @param {Blob} file
   * @param {string} name
   * @param {number} size
   * @returns {Upload}
   */
  #make(file, name, size) {
    const fresh = { state: "waiting", sent: 0, id: "", stored: null, fault: null };
    const key = this.deps.mintId();
    return { ...fresh, key, once: key, file, name, size, abort: new AbortController() };
  }

  /** @param {string} key */
  find(key) {
    return this.items.find((item) => item.key === key);
  }

  #next() {
    let free = AT_ONCE - this.items.filter((item) => ["sending", "processing", "resting"].includes(item.state)).length;
    for (const item of this.items) {
      if (item.state !== "waiting" || free <= 0) continue;
      free -= 1;
      item.state = "sending";
      void this.#run(item);
    }
    this.deps.onChange();
  }

  /** @param {Upload} item */
  async #run(item) {
    for (let tries = 0; !item.abort.signal.aborted && item.state !== "done"; ) {
      const before = item.sent;
      try {
        await this.#send(item);
      } catch (fault) {
        if (item.abort.signal.aborted) return;
        if (!(fault instanceof ApiError && (fault.retryable || STALE.includes(fault.code)))) {
          this.#fail(item, fault);
          break;
        }
        tries = item.sent > before ? 0 : tries + 1;
        item.state = "resting";
        this.deps.onChange();
        await this.deps.sleep(this.#wait(tries, fault));
      }
    }
    this.#next();
  }

  /**
   * How long to wait before the next try: uploads are not urgent, and the connection may need time.
   * @param {number} tries  without a byte of progress
   * @param {ApiError} fault
   */
  #wait(tries, fault) {
    const most = Math.min(3 * RETRY.cap_ms, RETRY.base_ms * 2 ** tries);
    return (fault.retryAfterMs ?? 0) + RETRY.base_ms + this.deps.random() * most;
  }

  /**
   * Send the rest of the file, from the server's offset.
   * @param {Upload} item
   */
  async #send(item) {
    const { signal } = item.abort;
    let at = item.id
      ? await this.deps.send("GET", `uploads/${item.id}/state`, { signal })
      : await this.deps.send("POST", "uploads/resumable", { json: { name: item.name, size_bytes: item.size }, key: item.once, signal });
    item.id = at.id;
    while (!at.file) {
      const bytes = await read(item.file.slice(at.offset, at.offset + PART_BYTES));
      this.#progress(item, at.offset);
      const onProgress = (/** @type {number} */ sent) => this.#progress(item, at.offset + sent);
      at = await this.deps.send("PATCH", `uploads/${item.id}?offset=${at.offset}`, { bytes, signal, onProgress });
    }
    Object.assign(item, { state: "done", sent: item.size, stored: at.file });
  }

  /**
   * @param {Upload} item
   * @param {number} sent
   */
  #progress(item, sent) {
    const before = `${item.state} ${percentOf(item)}`;
    item.sent = Math.min(item.size, sent);
    item.state = item.sent < item.size ? "sending" : "processing";
    // Bytes come by far more often than anybody sees them move.
    if (`${item.state} ${percentOf(item)}` !== before) this.deps.onChange();
  }

  /**
   * @param {Upload} item
   * @param {unknown} fault
   */
  #fail(item, fault) {
    const known = asApiError(fault);
    const isLost = known.kind === "VALIDATION_ERROR" || known.kind === "NOT_FOUND";
    // An upload that the server has dropped starts again under another key.
    Object.assign(item, { state: "failed", fault: known }, isLost ? { id: "", sent: 0, once: this.deps.mintId() } : {});
    this.deps.onChange();
  }
}

/** @param {Blob} part */
async function read(part) {
  try {
    return await part.arrayBuffer();
  } catch (cause) {
    throw unreadable(cause);
  }
}

/** @param {unknown} [cause] */
function unreadable(cause) {
  return new ApiError("file_unreadable", { kind: "VALIDATION_ERROR", retryable: false, cause });
}
