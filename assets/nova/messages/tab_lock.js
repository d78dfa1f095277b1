// One tab at a time sends what waits. A shell over the browser's locks.
//
// The lock is held only while there is something to send and a line to send it by, so that
// a tab that cannot send never stands in the way of one that can. Where the browser has no
// locks (plain http on a network address), every tab sends: the server knows each message by
// its name, so that this costs work and nothing else.

const STEAL_MS = 10_000;

export class TabLock {
  /**
   * @param {string} name
   * @param {() => void} onTaken
   * @param {LockManager | undefined} locks
   */
  constructor(name, onTaken, locks = globalThis.navigator?.locks) {
    this.name = name;
    this.onTaken = onTaken;
    /** @type {LockManager | undefined} */
    this.locks = locks;
    this.isHeld = false;
    /** @type {AbortController | null} present while the lock is wanted or held */
    this.wish = null;
    this.free = () => {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Request the lock; `onTaken` is called when it is ours. */
  want() {
    if (this.wish) return;
    this.wish = new AbortController();
    if (!this.locks) return this.#goWithout();
    this.timer = setTimeout(() => this.#steal(), STEAL_MS);
    this.#request(this.wish, { signal: this.wish.signal });
  }

  /** Give it back, or stop waiting for it. */
  release() {
    const { wish } = this;
    if (!wish) return;
    clearTimeout(this.timer);
    this.wish = null;
    if (!this.isHeld) wish.abort();
    this.isHeld = false;
    this.free();
  }

  /** This page gets no locks; one that is granted after all is given back at once. */
  #goWithout() {
    clearTimeout(this.timer);
    this.locks = undefined;
    this.wish = new AbortController();
    this.isHeld = true;
    this.onTaken();
  }

  /**
   * @param {AbortController} wish
   * @param {LockOptions} options
   */
  #request(wish, options) {
    try {
      this.locks?.request(this.name, options, () => this.#hold(wish)).catch((fault) => this.#refused(wish, fault));
    } catch {
      this.#goWithout();
    }
  }

  /**
   * @param {AbortController} wish
   * @param {any} fault
   */
  #refused(wish, fault) {
    if (this.wish !== wish) return; // stopped waiting
    if (this.isHeld) this.release(); // another tab took over because this one stood still
    else if (fault?.name !== "AbortError") this.#goWithout();
  }

  /** @param {AbortController} wish */
  #hold(wish) {
    if (this.wish !== wish) return undefined;
    clearTimeout(this.timer);
    this.isHeld = true;
    const held = new Promise((resolve) => (this.free = () => resolve(undefined)));
    this.onTaken();
    return held;
  }

  /** A tab that the system has put to sleep keeps its lock: somebody who is awake goes on. */
  #steal() {
    const { wish } = this;
    if (!wish || this.isHeld) return;
    wish.abort();
    this.wish = new AbortController();
    this.timer = setTimeout(() => this.#goWithout(), STEAL_MS);
    this.#request(this.wish, { steal: true });
  }
}
