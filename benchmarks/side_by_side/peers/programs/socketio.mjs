// Socket.IO in Bun or Node: join a room, store a message, tell the room, acknowledge. Usage: socketio.mjs PORT DATABASE

import { createServer } from "node:http";
import { Server } from "socket.io";
import { openStore } from "./store.mjs";

const store = await openStore(process.argv[3]);
const http = createServer();
const io = new Server(http, { transports: ["websocket"] });

io.on("connection", (socket) => {
  const author = crypto.randomUUID();
  socket.on("join", (room, done) => {
    socket.join(room);
    done({});
  });
  socket.on("send", (frame, done) => {
    if (!socket.rooms.has(frame.conversation_id)) return;
    const { ack, message } = store(author, frame);
    io.to(frame.conversation_id).emit("message", message);
    done(ack);
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", 8192);
