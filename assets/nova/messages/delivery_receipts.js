// Sends delivery receipts for arrived messages. A shell.

import * as frames from "../connection/frames.js";

export class DeliveryReceipts {
  /** @param {(text: string) => boolean} send */
  constructor(send) {
    this.send = send;
    /** @type {Map<string, number>} */
    this.arrived = new Map();
  }

  /**
   * Acknowledge another user's message, at the end of this task and once per conversation.
   * @param {string} id
   * @param {number} seq
   */
  receive(id, seq) {
    if (this.arrived.size === 0) queueMicrotask(() => this.#send());
    this.arrived.set(id, Math.max(seq, this.arrived.get(id) ?? 0));
  }

  #send() {
    const arrived = [...this.arrived];
    this.arrived.clear();
    for (const [id, seq] of arrived) this.send(frames.position("delivered", id, seq));
  }
}
