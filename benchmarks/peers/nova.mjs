// Nova's own client outside a browser: the runtime's connection and queue, nothing replaced.

import { ConnectionStats } from "../../assets/nova/connection/connection_stats.js";
import { OutboxWorker } from "../../assets/nova/messages/outbox_worker.js";
import { Connection } from "../../assets/nova/connection/connection.js";

/**
 * @param {string} origin
 * @param {string} cookie
 * @param {string} room
 * @returns {(n: number) => void}
 */
export function openNova(origin, cookie, room) {
  const stats = new ConnectionStats();
  const outboxWorker = new OutboxWorker({
    send: (text) => connection.send(text),
    onChange: () => {},
    onStorageFault: () => {},
    onUnanswered: (since) => connection.unansweredSince(since),
    stats,
  });
  const connection = new Connection({
    url: `${origin.replace("http", "ws")}/api/v1/socket`,
    open: (url) => new WebSocket(url, { headers: { Cookie: cookie, Origin: origin } }),
    cursors: () => ({}),
    onModel(model) {
      if (model.state !== "CONNECTED") outboxWorker.isOpenForFlush && outboxWorker.lost();
      else if (model.synced) outboxWorker.resume();
    },
    onFrames(frames) {
      for (const frame of frames) {
        if (frame.type === "welcome") queueMicrotask(() => connection.apply({ type: "synced" }));
        if (frame.type === "ack") {
          outboxWorker.ack(frame);
          outboxWorker.settle(frame.client_id);
        }
        if (frame.type === "nack") outboxWorker.nack(frame);
      }
    },
    onFault: (fault) => console.error(fault),
    onFailMessage: () => outboxWorker.failLargest(),
    stats,
    now: Date.now,
    random: Math.random,
    isOnline: () => true,
    isHidden: () => false,
    setTimer: (work, delay) => setTimeout(work, delay),
    clearTimer: clearTimeout,
  });
  connection.apply({ type: "start" });
  const opened = outboxWorker.open("peer");
  return (n) => void opened.then(() => outboxWorker.submit(room, String(n)));
}
