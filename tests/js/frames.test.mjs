import { expect, test } from "bun:test";
import golden from "../wire/frames.json";
import * as frames from "../../assets/nova/connection/frames.js";

const byName = Object.fromEntries(golden.map((item) => [item.name, item.frame]));
const ROOM = "7b1d0a52-0000-4000-8000-0000000000c1";
const ME = "3f2c6f0e-0000-4000-8000-00000000000a";
const written = {
  hello: frames.hello(ME, { [ROOM]: 4 }, null),
  "hello after a loss": frames.hello(ME, { [ROOM]: 4 }, { reason: "network", gap_ms: 1250 }),
  send: frames.send({ client_id: "1c7f2a90-0000-4000-8000-0000000000e1", conversation_id: ROOM, text: "hello" }),
  "send with files": frames.send({
    client_id: "1c7f2a90-0000-4000-8000-0000000000e1",
    conversation_id: ROOM,
    text: "",
    files: [
      { stored: { id: "5a0e3b77-0000-4000-8000-0000000000b1" }, alt: "A red bicycle" },
    ],
  }),
  read: frames.position("read", ROOM, 4),
  delivered: frames.position("delivered", ROOM, 4),
  typing: frames.typing(ROOM),
  events: frames.events(ROOM, 4, 7),
  ping: frames.ping(7),
  pong: frames.pong(7),
};

/** What the page does not send: programs and later pages do. */
const NOT_SENT = ["send a reply", "edit", "delete", "react"];

test("every frame of the client is written as the golden one", () => {
  const names = golden.filter((item) => item.from === "client").map((item) => item.name);
  expect([...Object.keys(written), ...NOT_SENT].sort()).toEqual(names.sort());
  for (const [name, text] of Object.entries(written)) expect(JSON.parse(text)).toEqual(byName[name]);
});

test("every frame of the server is read, alone and in an array", () => {
  const fromServer = golden.filter((item) => item.from === "server").map((item) => item.frame);
  for (const frame of fromServer) expect(frames.decode(JSON.stringify(frame))).toEqual([frame]);
  expect(frames.decode(JSON.stringify(fromServer))).toEqual(fromServer);
});

test("what cannot be read is left out, and what is unknown is kept", () => {
  for (const data of ["", "{", "null", "7", '"x"', "[null, 1]", "{}", '{"type":1}']) {
    expect(frames.decode(data)).toEqual([]);
  }
  expect(frames.decode('[{"type":"dance"},{}]')).toEqual([{ type: "dance" }]);
});
