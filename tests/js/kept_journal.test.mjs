import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { KeptJournal } from "../../assets/nova/messages/kept_journal.js";
import { FakeStorage } from "./fake_storage.mjs";

let now;

beforeEach(() => {
  jest.useFakeTimers();
  globalThis.localStorage = new FakeStorage();
  now = 0;
});
afterEach(() => {
  jest.useRealTimers();
  delete globalThis.localStorage;
});

function open(user = "ana") {
  const journal = new KeptJournal(() => (now += 1));
  journal.open(user);
  return journal;
}
const tries = (journal, id) => journal.of(id).map(({ what, code }) => what + (code && `: ${code}`));

test("every try and its cause are there after a reload, and go on", () => {
  const journal = open();
  journal.add("a", "queued");
  journal.add("a", "sent");
  journal.add("a", "refused", "rate_limited");
  jest.advanceTimersByTime(300);
  const later = open();
  later.add("a", "sent");
  later.add("a", "stored");
  later.save();
  expect(tries(open(), "a")).toEqual(["queued", "sent", "refused: rate_limited", "sent", "stored"]);
  expect(tries(open("ben"), "a")).toEqual([]);
});

test("two tabs keep what each of them has recorded, the latest hundred messages", () => {
  const [one, other] = [open(), open()];
  one.add("a", "queued");
  one.save();
  other.add("b", "queued");
  other.save();
  expect([tries(open(), "a"), tries(open(), "b")]).toEqual([["queued"], ["queued"]]);
  for (let n = 0; n < 120; n += 1) other.add(`n${n}`, "queued");
  other.save();
  expect([open().entries.size, tries(open(), "a"), tries(open(), "n119")]).toEqual([100, [], ["queued"]]);
});

test("a sign-out leaves nothing, and nothing comes back", () => {
  const journal = open();
  journal.add("a", "sent");
  journal.save();
  journal.clear();
  journal.add("a", "unanswered");
  jest.advanceTimersByTime(1_000);
  expect(Object.keys(localStorage)).toEqual([]);
});

test("what somebody else wrote there, and a storage that refuses, do no harm", () => {
  localStorage.setItem("nova:journal:ana", JSON.stringify([["a", 7], null, ["b"], "c"]));
  expect(open().entries.size).toBe(0);
  localStorage.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
  const journal = open();
  journal.add("a", "sent");
  journal.save();
  expect(tries(journal, "a")).toEqual(["sent"]);
});
