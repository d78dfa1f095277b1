import { expect, test } from "bun:test";
import { CLOSED, isAllRead } from "../../assets/nova/conversation/conversation_state.js";

const shows = (...seqs) => ({
  ...CLOSED,
  activeId: "r",
  messageWindow: { events: seqs.map((seq) => ({ seq })), hasOlder: true, hasNewer: false },
});
const known = (readSeq, last) => ({ summaries: new Map([["r", { read_seq: readSeq }]]), logs: new Map([["r", { last }]]) });

test("all is read when the last row and the last event of the log are", () => {
  expect(isAllRead(shows(8, 9), known(9, 9))).toBe(true);
  expect(isAllRead(shows(8, 9), known(8, 9))).toBe(false);
  // A reaction or an edit after the last row is read with it.
  expect(isAllRead(shows(8, 9), known(9, 10))).toBe(false);
  // A window far back does not hide that there is more.
  expect(isAllRead(shows(1, 2), known(5, 9))).toBe(false);
});

test("what is not known counts as unread", () => {
  expect(isAllRead(shows(8, 9), { summaries: new Map(), logs: new Map() })).toBe(false);
  expect(isAllRead(shows(9), { summaries: new Map([["r", { read_seq: 9 }]]), logs: new Map() })).toBe(true);
});
