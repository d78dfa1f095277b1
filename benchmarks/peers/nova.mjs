// Nova's own client outside a browser: the runtime's connection and queue, nothing replaced.

import { Metrics } from "../../assets/nova/connection/connection_stats.js";
import { Sending } from "../../assets/nova/messages/outbox_worker.js";
import { Connection } from "../../assets/nova/connection/connection.js";

/**
 * @param {string} origin
 * @param {string} cookie
 * @param {string} room
 * @returns {(n: number) => void}
 */
export function openNova(origin, cookie, room) {
  const metrics = new Metrics();
  const sending = new Sending({
    send: (text) => connection.send(text),
    onChange: () => {},
    onStorageFault: () => {},
    onUnanswered: (since) => connection.unansweredSince(since),
    metrics,
  });
  const connection = new Connection({
    url: `${origin.replace("http", "ws")}/api/v1/socket`,
    open: (url) => new WebSocket(url, { headers: { Cookie: cookie, Origin: origin } }),
    cursors: () => ({}),
    onModel(model) {
      if (model.state !== "CONNECTED") sending.isOpenForFlush && sending.lost();
      else if (model.synced) sending.resume();
    },
    onFrames(frames) {
      for (const frame of frames) {
        if (frame.type === "welcome") queueMicrotask(() => connection.apply({ type: "synced" }));
        if (frame.type === "ack") {
          sending.ack(frame);
          sending.settle(frame.client_id);
        }
        if (frame.type === "nack") sending.nack(frame);
      }
    },
    onFault: (fault) => console.error(fault),
    onFailMessage: () => sending.failLargest(),
    metrics,
    now: Date.now,
    random: Math.random,
    isOnline: () => true,
    isHidden: () => false,
    setTimer: (work, delay) => setTimeout(work, delay),
    clearTimer: clearTimeout,
  });
  connection.apply({ type: "start" });
  const opened = sending.open("peer");
  return (n) => void opened.then(() => sending.submit(room, String(n)));
}
