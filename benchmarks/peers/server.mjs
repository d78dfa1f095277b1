// The peers' servers: take numbered messages and print each number that arrives.
// Usage: bun server.mjs <socketio|phoenix|plain|closer> <port>

import { createServer } from "node:http";
import { Server } from "socket.io";

const [kind, port] = [process.argv[2], Number(process.argv[3])];
const took = (n) => console.log(JSON.stringify({ n }));

const SERVERS = {
  socketio() {
    const http = createServer();
    new Server(http).on("connection", (socket) => socket.on("message", (n) => took(n)));
    http.listen(port, "127.0.0.1", ready);
  },
  // The wire protocol of Phoenix channels, version 2: [join_ref, ref, topic, event, payload].
  phoenix: () =>
    serve((ws, text) => {
      const [joinRef, ref, topic, event, payload] = JSON.parse(text);
      if (event === "message") took(payload.n);
      ws.send(JSON.stringify([joinRef, ref, topic, "phx_reply", { status: "ok", response: {} }]));
    }),
  plain: () =>
    serve((ws, text) => {
      took(JSON.parse(text).n);
      ws.send(text);
    }),
  // Lets everybody in and closes at once.
  closer: () => serve(() => {}, (ws) => ws.close(1011)),
};

function serve(message, open = () => {}) {
  Bun.serve({
    port,
    hostname: "127.0.0.1",
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("", { status: 426 })),
    websocket: { message, open },
  });
  ready();
}

function ready() {
  console.log(JSON.stringify({ ready: true }));
}

SERVERS[kind]();
