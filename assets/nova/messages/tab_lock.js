// Elects one tab to send the outbox. A shell over Web Locks.
//
// The lock is held only with a connection and something to send, so that a tab that cannot send never blocks one
// that can. Without Web Locks (plain http on a network address) every tab sends: the server recognizes repeats by the
// client id, so that this costs only work.

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
    this.pending = null;
    this.free = () => {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Request the lock; `onTaken` is called when this tab holds it. */
  want() {
    if (this.pending) return;
    this.pending = new AbortController();
    if (!this.locks) return this.#goWithout();
    this.timer = setTimeout(() => this.#steal(), STEAL_MS);
    this.#request(this.pending, { signal: this.pending.signal });
  }

  /** Release the lock, or stop waiting for it. */
  release() {
    const { pending } = this;
    if (!pending) return;
    clearTimeout(this.timer);
    this.pending = null;
    if (!this.isHeld) pending.abort();
    this.isHeld = false;
    this.free();
  }

  /** Continue without locks; one that is granted later is released at once. */
  #goWithout() {
    clearTimeout(this.timer);
    this.locks = undefined;
    this.pending = new AbortController();
    this.isHeld = true;
    this.onTaken();
  }

  /**
   * @param {AbortController} pending
   * @param {LockOptions} options
   */
  #request(pending, options) {
    try {
      this.locks?.request(this.name, options, () => this.#hold(pending)).catch((fault) => this.#refused(pending, fault));
    } catch {
      this.#goWithout();
    }
  }

  /**
   * @param {AbortController} pending
   * @param {any} fault
   */
  #refused(pending, fault) {
    if (this.pending !== pending) return; // stopped waiting
    if (this.isHeld) this.release(); // another tab stole it because this one was suspended
    else if (fault?.name !== "AbortError") this.#goWithout();
  }

  /** @param {AbortController} pending */
  #hold(pending) {
    if (this.pending !== pending) return undefined;
    clearTimeout(this.timer);
    this.isHeld = true;
    const held = new Promise((resolve) => (this.free = () => resolve(undefined)));
    this.onTaken();
    return held;
  }

  /** Steal the lock: a tab that the system has suspended never releases it. */
  #steal() {
    const { pending } = this;
    if (!pending || this.isHeld) return;
    pending.abort();
    this.pending = new AbortController();
    this.timer = setTimeout(() => this.#goWithout(), STEAL_MS);
    this.#request(this.pending, { steal: true });
  }
}
