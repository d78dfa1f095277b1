import { beforeEach, expect, test } from "bun:test";
import { ConnectionStats } from "../../assets/nova/connection/connection_stats.js";
import { Connection } from "../../assets/nova/connection/connection.js";

class FakeSocket {
  constructor(url) {
    this.url = url;
    this.sent = [];
    this.readyState = 0;
    this.closed = false;
  }
  send(text) {
    if (this.readyState !== 1) throw new Error("WebSocket is already in CLOSING or CLOSED state.");
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  say(...list) {
    this.onmessage?.({ data: JSON.stringify(list.length === 1 ? list[0] : list) });
  }
  drop(code, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

let rig;

function makeRig() {
  const timers = [];
  const made = {
    now: 1_000_000,
    sockets: [],
    frames: [],
    models: [],
    faults: [],
    failed: 0,
    stats: new ConnectionStats(),
    online: true,
    hidden: false,
    advance(ms) {
      const until = made.now + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers.splice(timers.indexOf(due), 1);
        made.now = due.at;
        due.work();
      }
      made.now = until;
    },
    get last() {
      return made.sockets[made.sockets.length - 1];
    },
    pings: () => made.last.sent.filter((frame) => frame.type === "ping"),
    timers,
  };
  made.connection = new Connection({
    url: "ws://nova/api/v1/socket",
    userId: "ana",
    open: (url) => made.sockets[made.sockets.push(new FakeSocket(url)) - 1],
    cursors: () => ({ room: 7 }),
    onModel: (model) => made.models.push(model),
    onFrames: (list) => made.frames.push(...list),
    onFault: (fault) => made.faults.push(fault),
    onFailMessage: () => (made.failed += 1),
    stats: made.stats,
    now: () => made.now,
    random: () => 0.5,
    isOnline: () => made.online,
    isHidden: () => made.hidden,
    setTimer: (work, delay) => {
      const timer = { at: made.now + delay, work };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
    },
  });
  return made;
}

function connect() {
  rig.connection.apply({ type: "start" });
  rig.last.open();
  rig.last.say({ type: "welcome", user_id: "ana", conversations: [], recovered: {}, heartbeat: { visible_ms: 10000, hidden_ms: 30000, deadline_ms: 8000 } });
}

const answerPing = () => rig.last.say({ type: "pong", id: rig.pings().at(-1).id });

beforeEach(() => {
  rig = makeRig();
});

test("it introduces itself with its cursors and is connected only when welcomed", () => {
  rig.connection.apply({ type: "start" });
  rig.last.open();
  expect(rig.last.sent[0]).toEqual({ type: "hello", protocol: 1, user_id: "ana", cursors: { room: 7 } });
  expect(rig.connection.model.state).toBe("CONNECTING");
  expect(rig.connection.send("x")).toBe(false);
  rig.last.say({ type: "welcome", user_id: "ana", conversations: [], recovered: {} });
  expect(rig.connection.model.state).toBe("CONNECTED");
  expect(rig.pings().length).toBe(1);
});

test("a lost connection is opened again, with the reason and the gap", () => {
  connect();
  rig.last.drop(1006);
  expect(rig.connection.model.state).toBe("DISCONNECTED");
  rig.advance(1000);
  expect(rig.sockets.length).toBe(2);
  rig.last.open();
  expect(rig.last.sent[0].resume).toEqual({ reason: "network", gap_ms: 750 });
});

test("an unanswered attempt is given up, and no attempt is the last one", () => {
  rig.connection.apply({ type: "start" });
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    rig.advance(26_000);
    expect(rig.sockets.length).toBeGreaterThan(attempt);
  }
  expect(rig.sockets.slice(0, -1).every((socket) => socket.closed)).toBe(true);
});

test("a connection that is silently dead is found within ping and deadline", () => {
  connect();
  answerPing();
  rig.advance(10_000);
  expect(rig.pings().length).toBe(2);
  const dead = rig.last;
  rig.advance(4_999);
  expect(rig.connection.model.state).toBe("CONNECTED");
  rig.advance(1);
  expect(rig.connection.model.state).toBe("DISCONNECTED");
  expect(dead.closed).toBe(true);
});

test("a timer that the browser held back does not kill a healthy connection", () => {
  connect();
  const deadline = rig.timers.find((timer) => timer.at === rig.now + 5_000);
  rig.now += 60_000;
  rig.timers.splice(rig.timers.indexOf(deadline), 1);
  deadline.work();
  expect(rig.connection.model.state).toBe("CONNECTED");
  expect(rig.pings().length).toBe(2);
});

test("events of an abandoned socket are ignored", () => {
  connect();
  const old = rig.last;
  const late = old.onmessage;
  old.drop(1006);
  late?.({ data: JSON.stringify({ type: "welcome", user_id: "ana", conversations: [], recovered: {} }) });
  expect(rig.connection.model.state).toBe("DISCONNECTED");
});

test("the tries count from the beginning only after a stable connection", () => {
  connect();
  answerPing();
  rig.last.drop(1006);
  rig.advance(2_000);
  expect(rig.connection.model.attempt).toBe(1);
  rig.last.open();
  rig.last.say({ type: "welcome", user_id: "ana", conversations: [], recovered: {} });
  answerPing();
  expect(rig.connection.model.attempt).toBe(1);
  rig.advance(10_000);
  answerPing();
  expect(rig.connection.model.attempt).toBe(0);
});

test("a refusal that asks to wait is waited for", () => {
  connect();
  rig.last.say({ type: "error", error: { code: "too_many_dials", retry_after_ms: 30_000 } });
  rig.last.drop(4429);
  expect(rig.connection.model.next_retry_at).toBe(rig.now + 30_000 + 500);
});

test("the server's advice decides when to come back", () => {
  connect();
  rig.last.say({ type: "bye", reason: "restarting", retry_min_ms: 500, retry_window_ms: 4000 });
  rig.last.drop(1012);
  expect(rig.connection.model.next_retry_at).toBe(rig.now + 2500);
  expect(rig.connection.model.reason).toBe("restarting");
});

test("an open socket that is never welcomed is given up", () => {
  rig.connection.apply({ type: "start" });
  rig.last.open();
  rig.advance(4_999);
  expect(rig.last.closed).toBe(false);
  rig.advance(1);
  expect([rig.connection.model.state, rig.connection.model.reason]).toEqual(["DISCONNECTED", "timeout"]);
});

test("an unanswered message finds a dead connection within seven seconds", () => {
  connect();
  answerPing();
  rig.connection.unansweredSince(rig.now);
  rig.advance(6_999);
  expect(rig.connection.model.state).toBe("CONNECTED");
  rig.advance(1);
  expect(rig.connection.model.state).toBe("DISCONNECTED");
  expect(rig.stats.silences).toBe(1);
});

test("a wake pings an open connection, and many wakes ping once", () => {
  connect();
  answerPing();
  for (const cause of ["online", "visible", "focus", "pageshow"]) rig.connection.apply({ type: "wake", cause });
  expect(rig.pings().length).toBe(2);
  rig.advance(2_000);
  expect(rig.connection.model.state).toBe("DISCONNECTED");
});

test("an offline browser whose connection still answers stays connected", () => {
  connect();
  answerPing();
  rig.online = false;
  rig.connection.apply({ type: "offline" });
  answerPing();
  rig.advance(9_000);
  expect([rig.connection.model.state, rig.sockets.length]).toEqual(["CONNECTED", 1]);
});

test("a page that fails to render something keeps its connection", () => {
  connect();
  rig.connection.deps.onFrames = () => {
    throw new Error("cannot show this");
  };
  rig.last.say({ type: "message" });
  rig.connection.deps.onFrames = (list) => rig.frames.push(...list);
  rig.last.say({ type: "message", seq: 2 });
  expect(rig.faults.length).toBe(1);
  expect(rig.frames.at(-1).seq).toBe(2);
  expect(rig.connection.model.state).toBe("CONNECTED");
});

test("a page that is left closes its socket, and connects when it is shown again", () => {
  connect();
  rig.connection.apply({ type: "left" });
  expect(rig.last.closed).toBe(true);
  rig.connection.apply({ type: "wake", cause: "pageshow" });
  rig.advance(250);
  expect(rig.sockets.length).toBe(2);
});

test("a frame over the limit fails its message", () => {
  connect();
  rig.last.drop(1009);
  expect([rig.failed, rig.connection.model.state]).toEqual([1, "DISCONNECTED"]);
});

test("the server's ping is answered", () => {
  connect();
  rig.last.say({ type: "ping", id: "s1" });
  expect(rig.last.sent.at(-1)).toEqual({ type: "pong", id: "s1" });
});

test("a server that takes everybody in and closes at once is not stormed", () => {
  rig.connection.apply({ type: "start" });
  for (let ms = 0; ms < 20_000; ms += 10) {
    if (rig.last.readyState === 0) {
      rig.last.open();
      rig.last.drop(1011);
    }
    rig.advance(10);
  }
  expect(rig.sockets.length).toBeWithin(3, 10);
  expect(rig.models.every((model) => model.state !== "CONNECTED")).toBe(true);
});

test("the figures count what happened", () => {
  connect();
  answerPing();
  rig.last.drop(1006);
  rig.advance(1_000);
  rig.last.open();
  rig.last.say({ type: "welcome", user_id: "ana", conversations: [], recovered: {} });
  const figures = rig.stats.snapshot({ now: rig.now, queued: 2, oldest_at: rig.now - 500 });
  expect(figures).toMatchObject({ dials: 2, reconnects: 1, closes: { 1006: 1 }, queued: 2, oldest_queued_ms: 500 });
  expect(figures.downtime_ms).toBe(1_000);
});

test("an expired session ends the attempts until it is started again", () => {
  connect();
  rig.last.drop(4401);
  rig.advance(600_000);
  expect(rig.connection.model.state).toBe("CLOSED");
  expect(rig.sockets.length).toBe(1);
});

test("a page that cannot render the connection's state keeps pinging", () => {
  const { connection } = rig;
  connection.deps.onModel = () => {
    throw new Error("cannot be rendered");
  };
  connection.apply({ type: "start" });
  rig.last.open();
  rig.last.say({ type: "welcome", user_id: "ana", conversations: [], recovered: {} });
  for (let n = 0; n < 3; n += 1) {
    rig.last.say({ type: "pong", id: rig.pings().at(-1).id });
    rig.advance(10_000);
  }
  expect(rig.pings().length).toBeGreaterThan(3);
  expect(rig.faults.length).toBeGreaterThan(3);
});

test("nothing of a welcome to another user is taken, nor of what comes with it", () => {
  for (const frames of [
    [{ type: "welcome", user_id: "ben", conversations: [], recovered: {} }, { type: "message", seq: 1 }],
    [{ type: "message", seq: 1 }, { type: "welcome", user_id: "ben", conversations: [], recovered: {} }],
    [{ type: "welcome", conversations: [], recovered: {} }],
    [{ type: "error", error: { code: "account_changed" } }],
  ]) {
    rig = makeRig();
    rig.connection.apply({ type: "start" });
    rig.last.open();
    const socket = rig.last;
    socket.say(...frames);
    expect(rig.connection.model).toMatchObject({ state: "CLOSED", reason: "account_changed" });
    expect(rig.frames).toEqual([]);
    expect(rig.connection.send("x")).toBe(false);
    expect(socket.sent.map(({ type }) => type)).toEqual(["hello"]);
    for (const type of ["retry", "start", "timer", "wake"]) rig.connection.apply({ type });
    rig.advance(3_600_000);
    expect([rig.sockets.length, rig.connection.model.state]).toEqual([1, "CLOSED"]);
  }
});

test("the close code alone says it, too; without its reason it is no access", () => {
  for (const [reason, expected] of [["account_changed", "account_changed"], ["account_disabled", "forbidden"], ["", "forbidden"]]) {
    rig = makeRig();
    connect();
    rig.last.drop(4403, reason);
    expect(rig.connection.model).toMatchObject({ state: "CLOSED", reason: expected });
  }
});

test("a socket that closed before its events arrived is sent nothing", () => {
  rig.connection.apply({ type: "start" });
  const socket = rig.last;
  socket.readyState = 3;
  socket.onopen();
  socket.say({ type: "ping", id: "late" });
  expect(socket.sent).toEqual([]);
});
