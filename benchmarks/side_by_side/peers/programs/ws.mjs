// The package `ws` in Node, with Nova's frames. Usage: ws.mjs PORT DATABASE

import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { openStore } from "./store.mjs";

const store = await openStore(process.argv[3]);
const http = createServer();
const sockets = new WebSocketServer({ server: http });
const rooms = new Map();
const welcome = JSON.stringify([{ type: "welcome" }]);

function join(ws, room) {
  if (!rooms.has(room)) rooms.set(room, new Set());
  rooms.get(room).add(ws);
  ws.on("close", () => rooms.get(room).delete(ws));
  ws.send(welcome);
}

function send(ws, author, frame) {
  const members = rooms.get(frame.conversation_id);
  if (!members?.has(ws)) return;
  const { ack, message } = store(author, frame);
  const text = JSON.stringify(message);
  for (const member of members) member.send(text);
  ws.send(JSON.stringify(ack));
}

sockets.on("connection", (ws) => {
  const author = crypto.randomUUID();
  ws.on("message", (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.type === "hello") join(ws, frame.room);
    else send(ws, author, frame);
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", 8192);
