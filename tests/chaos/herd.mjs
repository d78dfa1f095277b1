// Many tabs on both sockets, with the runtime's own rules: prints when each came back.
// Usage: bun herd.mjs <origin> <tabs> <cookies as JSON>; "mark" on standard input begins a count,
// "stop" ends with the times since the mark, as JSON.

import { Connection } from "../../assets/nova/connection/connection.js";
import { ConnectionStats } from "../../assets/nova/connection/connection_stats.js";
import { ReflexSocket } from "../../assets/nova/connection/reflex_socket.js";

const [origin, count, cookies] = [process.argv[2], Number(process.argv[3]), JSON.parse(process.argv[4])];
const ws = origin.replace(/^http/, "ws");
let markedAt = Date.now();
let messages = [];
let controls = [];
/** When the successful attempts of the controls began: the load on the server, however long each takes. */
let reflexConnects = [];
let lost = 0;

function openTab(number) {
  const headers = { Cookie: cookies[number % cookies.length], Origin: origin };
  const setTimer = (work, delay) => setTimeout(work, delay);
  const reflexSocket = new ReflexSocket({
    model: () => connection.model,
    onChange: () => {},
    now: Date.now,
    random: Math.random,
    setTimer,
  });
  const connection = new Connection({
    url: `${ws}/api/v1/socket`,
    open: (url) => new WebSocket(url, { headers }),
    cursors: () => ({}),
    onModel: (model) => {
      if (model.state === "CONNECTED" && !model.synced) {
        messages.push(Date.now() - markedAt);
        connection.apply({ type: "synced" });
      }
      reflexSocket.connectionChanged();
    },
    onFrames: () => {},
    onFault: (fault) => console.error(fault),
    onFailMessage: () => {},
    stats: new ConnectionStats(),
    now: Date.now,
    random: Math.random,
    isOnline: () => true,
    isHidden: () => false,
    setTimer,
    clearTimer: clearTimeout,
  });
  connection.apply({ type: "start" });
  connectControls(headers, reflexSocket);
}

/** What Reflex's client does, as far as the network sees it; it asks before it connects again. */
function connectControls(headers, reflexSocket) {
  const socket = new WebSocket(`${ws}/_event/?EIO=4&transport=websocket`, { headers });
  let isUp = false;
  const beganAt = Date.now();
  socket.onopen = () => reflexConnects.push(beganAt - markedAt);
  socket.onmessage = (event) => {
    const text = String(event.data);
    if (text.startsWith("0")) socket.send("40/_event,");
    else if (text === "2") socket.send("3");
    else if (text.startsWith("40") && !isUp) {
      isUp = true;
      controls.push(Date.now() - markedAt);
      reflexSocket.up();
    }
  };
  socket.onclose = () => {
    lost += 1;
    reflexSocket.down();
    reflexSocket.beforeConnect(() => connectControls(headers, reflexSocket));
  };
}

for (let number = 0; number < count; number += 1) setTimeout(() => openTab(number), (number * 10_000) / count);

for await (const line of console) {
  if (line === "mark") [markedAt, messages, controls, reflexConnects, lost] = [Date.now(), [], [], [], 0];
  if (line === "count") console.log(JSON.stringify({ messages: messages.length, controls: controls.length }));
  if (line === "stop") {
    console.log(JSON.stringify({ messages, controls, reflexConnects, lost }));
    process.exit(0);
  }
}
