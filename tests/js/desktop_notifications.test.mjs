import { expect, test } from "bun:test";
import { Notifier } from "../../assets/nova/account/desktop_notifications.js";

function rig() {
  const timers = [];
  const shown = [];
  const posted = [];
  const state = { looking: false, opened: "", failures: 0, faults: 0 };
  const channel = { postMessage: (id) => posted.push(id), onmessage: null };
  const notifier = new Notifier({
    isFocused: () => state.looking,
    setTimer: (work) => timers.push(work),
    onFault: () => (state.faults += 1),
    onOpen: (id) => (state.opened = id),
    show: async (title, options, onClick) => {
      if (state.failures-- > 0) throw new TypeError("Illegal constructor");
      const one = { title, ...options, onclick: onClick, closed: false, close: () => (one.closed = true) };
      shown.push(one);
      return one;
    },
    channel,
  });
  return { notifier, shown, posted, state, channel, tick: async () => {
    timers.splice(0).forEach((work) => work());
    await settle();
  } };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));
const message = (seq, overrides) => ({ conversation_id: "r", seq, text: `m${seq}`, author: "Ben", place: "", ...overrides });

test("messages of a moment become one notification, by the newest, each conversation for itself", async () => {
  const { notifier, shown, tick } = rig();
  notifier.add(message(1));
  notifier.add(message(2));
  notifier.add(message(7, { conversation_id: "g", place: "Plans", text: " two\n lines " }));
  await tick();
  expect(shown.map(({ title, body, tag }) => [title, body, tag])).toEqual([
    ["Ben", "m2 (and 1 more)", "nova:r:2"],
    ["Ben in Plans", "two lines", "nova:g:7"],
  ]);
});

test("a focused tab suppresses notifications, here or in another tab", async () => {
  const { notifier, shown, posted, state, channel, tick } = rig();
  state.looking = true;
  notifier.add(message(1));
  expect(posted).toEqual(["r"]);
  state.looking = false;
  notifier.add(message(2));
  channel.onmessage({ data: "r" });
  await tick();
  expect(shown).toEqual([]);
});

test("a notification is replaced by the next one, and closed when a tab has focus", async () => {
  const { notifier, shown, state, tick } = rig();
  notifier.add(message(1));
  await tick();
  notifier.add(message(2));
  await tick();
  expect(shown.map((one) => one.closed)).toEqual([true, false]);
  shown[1].onclick();
  expect(state.opened).toBe("r");
  notifier.markSeen();
  expect(shown[1].closed).toBe(true);
});

test("a long text is cut between characters", async () => {
  const { notifier, shown, tick } = rig();
  notifier.add(message(1, { text: "👋".repeat(200) }));
  await tick();
  expect(shown[0].body).toBe(`${"👋".repeat(140)}…`);
});

test("one that cannot be shown costs neither the others of the moment nor those that come later", async () => {
  const { notifier, shown, state, tick } = rig();
  state.failures = 1;
  notifier.add(message(1));
  notifier.add(message(1, { conversation_id: "other" }));
  await tick();
  expect(shown.map(({ tag }) => tag)).toEqual(["nova:other:1"]);
  notifier.add(message(2));
  await tick();
  expect(shown.map(({ tag }) => tag)).toEqual(["nova:other:1", "nova:r:2"]);
  expect(state.faults).toBe(1);
});
