// One client of each peer, with its defaults. "send <n>" on standard input sends a numbered message.
// Usage: bun client.mjs <socketio|phoenix|partysocket|nova> <port> [cookie] [conversation]

import { WebSocket as PartySocket } from "partysocket";
import { Socket as PhoenixSocket } from "phoenix";
import { io } from "socket.io-client";
import { openNova } from "./nova.mjs";

const [kind, port, cookie, room] = process.argv.slice(2);
const origin = `http://localhost:${port}`;
const ws = origin.replace("http", "ws");

const CLIENTS = {
  socketio() {
    // Only the transport is fixed: the wire then carries one connection, as with the others.
    const socket = io(origin, { transports: ["websocket"] });
    return (n) => socket.emit("message", n);
  },
  phoenix() {
    const socket = new PhoenixSocket(`${ws}/socket`, { transport: WebSocket });
    socket.connect();
    const channel = socket.channel("room");
    channel.join();
    return (n) => channel.push("message", { n });
  },
  partysocket() {
    const socket = new PartySocket(ws);
    return (n) => socket.send(JSON.stringify({ n }));
  },
  nova: () => openNova(origin, cookie, room),
};

const send = CLIENTS[kind]();
console.log(JSON.stringify({ ready: true }));
for await (const line of console) {
  const [command, n] = line.split(" ");
  if (command === "send") send(Number(n));
}
