// Web Locks for tests that run without a browser.

/** The browser's locks, as far as one name goes. */
export class FakeLocks {
  constructor() {
    this.queue = [];
    this.holder = null;
  }
  request(_name, options, work) {
    return new Promise((resolve, reject) => {
      const entry = { work, resolve, reject };
      options.signal?.addEventListener("abort", () => {
        if (!this.queue.includes(entry)) return;
        this.queue.splice(this.queue.indexOf(entry), 1);
        reject(new DOMException("aborted", "AbortError"));
      });
      if (options.steal) {
        this.holder?.reject(new DOMException("stolen", "AbortError"));
        this.holder = null;
        this.queue.unshift(entry);
      } else this.queue.push(entry);
      this.#next();
    });
  }
  #next() {
    if (this.holder || !this.queue.length) return;
    const entry = (this.holder = this.queue.shift());
    queueMicrotask(async () => {
      await entry.work();
      if (this.holder === entry) this.holder = null;
      entry.resolve();
      this.#next();
    });
  }
}

/** The browser's locks by name. */
export class FakeLockManager {
  #byName = new Map();

  request(name, options, work) {
    if (!this.#byName.has(name)) this.#byName.set(name, new FakeLocks());
    return this.#byName.get(name).request(name, options, work);
  }
}
