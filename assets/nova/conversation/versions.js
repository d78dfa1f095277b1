// Loads the versions of a message that was edited. A shell.

import { HERE, fullLabel } from "../base/dates.js";
import { asApiError } from "../http/api.js";
import { DEFAULTS } from "../generated/stores/conversation.js";

/**
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.versions>} VersionsStore
 * @typedef {{seq: number, text: string, edited_at: string}} Version
 */

export class Versions {
  /**
   * @param {VersionsStore} store
   * @param {{get(path: string, signal?: AbortSignal): Promise<any>}} api
   */
  constructor(store, api) {
    this.store = store;
    this.api = api;
    this.path = "";
    this.abort = new AbortController();
  }

  /**
   * Show the versions of a message.
   * @param {string} conversationId
   * @param {string} messageId
   */
  show(conversationId, messageId) {
    this.path = `conversations/${conversationId}/messages/${messageId}/versions`;
    this.store.set({ ...DEFAULTS.versions, is_open: true });
    return this.load();
  }

  async load() {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    this.store.set({ state: "loading" });
    try {
      const { items } = await this.api.get(this.path, signal);
      if (!signal.aborted) this.store.set({ state: "ready", items: items.map(toItem).reverse() });
    } catch (fault) {
      if (signal.aborted) return;
      const { code, message } = asApiError(fault);
      this.store.set({ state: "error", problem_code: code, problem_text: message });
    }
  }

  close() {
    this.abort.abort();
    this.store.set({ is_open: false });
  }

  /** Load what could not be loaded: the connection is there again. */
  retryFailed() {
    if (this.store.get().is_open && this.store.get().state !== "ready") void this.load();
  }
}

/** @param {Version} version */
function toItem({ seq, text, edited_at }) {
  return { seq, text, time_label: fullLabel(new Date(edited_at), HERE) };
}
