// In every page of a browser test: counts the messaging sockets, and keeps their frames while the page is offline.
(() => {
  // While a frame waits for the network of an offline page, Chromium's network service keeps a whole core busy.
  // Frames wait here instead; and the first sign of it cannot overtake the browser's own switch.
  const waiting = new Set();
  // What a page says of it for a test is another thing.
  const isOnline = Object.getOwnPropertyDescriptor(Navigator.prototype, "onLine").get.bind(navigator);
  window.messagingSockets = [];

  window.WebSocket = class extends WebSocket {
    #acts = [];
    #isClosing = false;

    constructor(url, protocols) {
      super(url, protocols);
      this.addEventListener("message", (event) => this.#receive(event));
      if (!String(url).endsWith("/api/v1/socket")) return;
      // Sockets that are gone are not kept: a soak counts the page's memory.
      window.messagingSockets = [...window.messagingSockets.filter((socket) => socket.readyState <= 1), this];
    }

    get readyState() {
      return this.#isClosing ? Math.max(super.readyState, WebSocket.CLOSING) : super.readyState;
    }

    send(data) {
      if (this.readyState === WebSocket.OPEN) this.#act(() => super.send(data));
      else super.send(data);
    }

    close(...reason) {
      if (this.readyState !== WebSocket.OPEN) return super.close(...reason);
      this.#act(() => super.close(...reason));
      this.#isClosing = true;
    }

    release() {
      for (const act of this.#acts.splice(0)) act();
    }

    #act(act) {
      this.#acts.push(act);
      if (isOnline()) this.release();
      else waiting.add(this);
    }

    #receive(event) {
      // What was given on here is not taken again.
      if (!event.isTrusted || (isOnline() && !this.#acts.length)) return;
      event.stopImmediatePropagation();
      this.#act(() => this.dispatchEvent(new MessageEvent("message", { data: event.data, origin: event.origin })));
    }
  };

  addEventListener("online", () => {
    for (const socket of waiting) socket.release();
    waiting.clear();
  });
})();
