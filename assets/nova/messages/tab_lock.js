// Elects one tab to send the outbox. A shell over Web Locks.
//
// The lock is held only with a connection and something to send, so that a tab that cannot send never blocks one
// that can. Without Web Locks (plain http on a network address) every tab sends: the server recognizes repeats by the
// client id, so that this costs only work.
//
// A tab that the system has suspended never gives its lock back: who waits steals it, unless the holder shows that it is
// awake. Sending many messages, or waiting for a slow server, is no reason to lose it.

const STEAL_MS = 10_000;
const BEAT_MS = 3_000;

export class TabLock {
  /**
   * @param {string} name
   * @param {() => void} onTaken
   * @param {LockManager | undefined} locks
   * @param {() => void} onBeat  called every few seconds while this tab holds the lock: the others `postpone`
   */
  constructor(name, onTaken, locks = globalThis.navigator?.locks, onBeat = () => {}) {
    this.name = name;
    this.onTaken = onTaken;
    this.onBeat = onBeat;
    /** @type {LockManager | undefined} */
    this.locks = locks;
    this.isHeld = false;
    /** @type {AbortController | null} present while the lock is wanted or held */
    this.pending = null;
    this.free = () => {};
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.beat = undefined;
    this.isStealing = false;
  }

  /** Request the lock; `onTaken` is called when this tab holds it. */
  want() {
    if (this.pending) return;
    this.pending = new AbortController();
    if (!this.locks) return this.#goWithout();
    this.isStealing = false;
    this.timer = setTimeout(() => this.#steal(), STEAL_MS);
    this.#request(this.pending, { signal: this.pending.signal });
  }

  /** Wait on: the tab that holds the lock is awake. */
  postpone() {
    if (!this.pending || this.isHeld || this.isStealing) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#steal(), STEAL_MS);
  }

  /** Release the lock, or stop waiting for it. */
  release() {
    const { pending } = this;
    if (!pending) return;
    clearTimeout(this.timer);
    clearInterval(this.beat);
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
    this.beat = setInterval(this.onBeat, BEAT_MS);
    const held = new Promise((resolve) => (this.free = () => resolve(undefined)));
    this.onTaken();
    return held;
  }

  /** Steal the lock: a tab that the system has suspended never releases it. */
  #steal() {
    const { pending } = this;
    if (!pending || this.isHeld) return;
    pending.abort();
    this.isStealing = true;
    this.pending = new AbortController();
    this.timer = setTimeout(() => this.#goWithout(), STEAL_MS);
    this.#request(this.pending, { steal: true });
  }
}
