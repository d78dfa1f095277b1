// Loads modules of the app. One that cannot be loaded waits for the connection. Pure: what it needs is passed in.

import { reconnectDelay } from "../base/backoff.js";
import { VISIBLE } from "../generated/codes.js";

const OK = 200;
/** Answers that may be better later: too slow, too many, or the server is in trouble. */
const PASSING = [408, 425, 429];

/**
 * @typedef {"" | "page_unreachable" | "page_outdated"} Fault
 *   `page_outdated`: the server answers, but does not have what this page was built with
 * @typedef {{url: string, fault: Fault, wasServed: boolean, again(): void}} Wait
 */

export class ModuleLoader {
  /**
   * @param {{
   *   probe(url: string): Promise<number>, onChange(): void, random(): number,
   *   setTimer(work: () => void, delayMs: number): any
   * }} deps  `probe`: the status of this address now; rejects without an answer
   */
  constructor(deps) {
    this.deps = deps;
    /** @type {Set<Wait>} */
    this.waiting = new Set();
  }

  /**
   * Load once.
   * @template T
   * @param {() => Promise<T>} load
   * @param {string} url  of the module, or of another file of the same build
   * @returns {Promise<T>}
   * @throws {{code: "network_unreachable" | "page_outdated"}}
   */
  async attempt(load, url) {
    try {
      return await load();
    } catch (cause) {
      const isOutdated = (await this.#diagnose(url)) === "page_outdated";
      throw Object.assign(new Error(String(cause)), { code: isOutdated ? "page_outdated" : "network_unreachable" });
    }
  }

  /**
   * Load, again and again until it is there.
   * @template T
   * @param {() => Promise<T>} load
   * @param {string} url
   * @returns {Promise<T>}
   */
  async load(load, url) {
    /** @type {Wait} */
    const wait = { url, fault: "", wasServed: false, again: () => {} };
    for (let tries = 0; ; tries += 1) {
      try {
        const loaded = await load();
        if (this.waiting.delete(wait)) this.deps.onChange();
        return loaded;
      } catch {
        await this.#rest(wait, tries);
      }
    }
  }

  /**
   * Why the module of this address is not here; empty while it is on its way.
   * @param {string} url
   * @returns {Fault}
   */
  faultOf(url) {
    return [...this.waiting].find((wait) => wait.url === url)?.fault ?? "";
  }

  /** Retry everything that waits, at once: the connection is back, or a user asked. */
  retry() {
    for (const wait of this.waiting) {
      wait.fault = "";
      wait.again();
    }
    if (this.waiting.size) this.deps.onChange();
  }

  /**
   * @param {Wait} wait
   * @param {number} tries
   */
  async #rest(wait, tries) {
    const fault = await this.#diagnose(wait.url);
    // Served, but not loaded: once, the connection may have come back in between.
    wait.fault = fault || !wait.wasServed ? fault : "page_outdated";
    wait.wasServed ||= !fault;
    this.waiting.add(wait);
    this.deps.onChange();
    await new Promise((resolve) => {
      wait.again = () => resolve(null);
      this.deps.setTimer(wait.again, reconnectDelay(VISIBLE, tries, this.deps.random()));
    });
  }

  /**
   * @param {string} url
   * @returns {Promise<Fault>}  empty where the server has it
   */
  async #diagnose(url) {
    const status = await this.deps.probe(url).catch(() => 0);
    if (status === OK) return "";
    return status === 0 || status >= 500 || PASSING.includes(status) ? "page_unreachable" : "page_outdated";
  }
}
