// Bun's own WebSocket server and its topics, with Nova's frames. Usage: bun.mjs PORT DATABASE

import { openStore } from "./store.mjs";

const store = await openStore(process.argv[3]);
const welcome = JSON.stringify([{ type: "welcome" }]);

const server = Bun.serve({
  port: Number(process.argv[2]),
  hostname: "127.0.0.1",
  fetch: (request, server) =>
    server.upgrade(request, { data: { author: crypto.randomUUID() } }) ? undefined : new Response("", { status: 426 }),
  websocket: {
    idleTimeout: 0,
    message(ws, text) {
      const frame = JSON.parse(text);
      if (frame.type === "hello") {
        ws.subscribe(frame.room);
        ws.send(welcome);
      } else if (ws.isSubscribed(frame.conversation_id)) {
        const { ack, message } = store(ws.data.author, frame);
        server.publish(frame.conversation_id, JSON.stringify(message));
        ws.send(JSON.stringify(ack));
      }
    },
  },
});
