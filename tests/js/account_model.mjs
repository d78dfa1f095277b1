// One browser with two tabs and two accounts, as a value: every event gives the next one. The rules are the real
// ones (account_guard.js, state_machine.js, frames.js); the server decides by the table that the real one is tested with.

import decisions from "../wire/account_decisions.json";
import { areForOther, guarded, UNCLAIMED } from "../../assets/nova/connection/account_guard.js";
import { hello } from "../../assets/nova/connection/frames.js";
import { INITIAL, transition } from "../../assets/nova/connection/state_machine.js";

const WRITTEN_MOST = 2;
const TABLE = new Map(decisions.map(({ named, session, answer }) => [`${named} ${session}`, answer]));
const decide = (named, session) => TABLE.get(`${named ?? null} ${session}`);

const noTab = { guard: UNCLAIMED, model: INITIAL, isUp: true, isAsleep: false, socket: "", closes: 0, seen: "" };
export const START = {
  session: "",
  remembered: "",
  stored: { a: 0, b: 0 },
  written: { a: 0, b: 0 },
  wiped: { a: 0, b: 0 },
  sent: { aa: 0, ab: 0, ba: 0, bb: 0 },
  tabs: [noTab, noTab],
};

/** Everything that can happen, as `[name, tab or account, account]`. */
export const EVENTS = [
  ["expire"],
  ["swap", "a"],
  ["swap", "b"],
  ...[0, 1].flatMap((at) => [
    ["signIn", at, "a"],
    ["signIn", at, "b"],
    ...["signOut", "write", "post", "lose", "back", "sleep", "wake", "restore", "replace", "useHere"].map((name) => [name, at]),
  ]),
];

/**
 * What the browser and the server can do: `server` is `current`, `old` (knows of no account of a page) or `mute`
 * (what it says before it closes is lost); `isGuarded`: pages follow the rules, as they did not always.
 */
export const VARIANTS = [
  { server: "current", isGuarded: true, events: EVENTS },
  { server: "mute", isGuarded: true, events: EVENTS },
  // An old server checks no request: where no tab is notified, its socket alone is safe.
  { server: "old", isGuarded: true, events: EVENTS.filter(([name]) => name !== "swap") },
];

/** Builds the next value; one object for each event. */
class Step {
  constructor(browser, variant) {
    this.variant = variant;
    this.browser = copyOf(browser);
    this.hasHappened = true;
  }

  run([name, ...args]) {
    this[name](...args);
    return this.hasHappened ? this.browser : null;
  }

  // What people and the outside do. What cannot happen now changes nothing.

  expire() {
    this.#end(this.browser.session);
    this.browser.session = "";
  }

  /** The cookie becomes another account's, and no tab is notified: another port of this host, a program. */
  swap(account) {
    this.browser.session = account;
  }

  signIn(at, account) {
    const { browser } = this;
    if (!this.#canAct(at)) return this.#not();
    this.#end(browser.session);
    browser.session = account;
    this.#remember(at, account);
    this.restore(at);
  }

  signOut(at) {
    const { browser } = this;
    const { account } = browser.tabs[at].guard;
    if (!account || !this.#mayAct(at)) return this.#not();
    const answer = this.#ask(account);
    if (answer === "account_changed") return this.#refused(at);
    if (answer === "ok") {
      this.#end(browser.session);
      browser.session = "";
    }
    browser.wiped[account] += browser.stored[account];
    browser.stored[account] = 0;
    this.#remember(at, "");
    this.restore(at);
  }

  /** Text and Enter in the composer. */
  write(at) {
    const { account } = this.browser.tabs[at].guard;
    if (!account || !this.#isUsable(at) || !this.#note(account)) return this.#not();
    this.browser.stored[account] += 1;
    this.#flush(account);
  }

  /** A call of the API that writes. */
  post(at) {
    const { account } = this.browser.tabs[at].guard;
    if (!account || !this.#mayAct(at) || this.#ask(account) === "not_signed_in") return this.#not();
    if (this.#ask(account) === "account_changed") return this.#refused(at);
    if (!this.#note(account)) return this.#not();
    this.browser.sent[account + this.browser.session] += 1;
  }

  lose(at) {
    const tab = this.browser.tabs[at];
    if (!tab.isUp) return this.#not();
    tab.isUp = false;
    tab.socket = "";
    if (!tab.isAsleep) this.#apply(at, { type: "closed", code: 1006 });
  }

  back(at) {
    const tab = this.browser.tabs[at];
    if (tab.isUp) return this.#not();
    tab.isUp = true;
    if (!tab.isAsleep) this.#reconnect(at);
  }

  sleep(at) {
    const tab = this.browser.tabs[at];
    if (tab.isAsleep) return this.#not();
    tab.isAsleep = true;
  }

  wake(at) {
    const tab = this.browser.tabs[at];
    if (!tab.isAsleep) return this.#not();
    tab.isAsleep = false;
    this.#check(at);
    const code = tab.closes;
    tab.closes = 0;
    if (code || !tab.socket) this.#apply(at, { type: "closed", code: code || 1006 });
    this.#reconnect(at);
    this.#flush(tab.guard.account);
  }

  /** The browser loads the page again: it is rendered for the remembered account. */
  restore(at) {
    const { browser } = this;
    const { isUp } = browser.tabs[at];
    const guard = browser.remembered ? guarded(UNCLAIMED, { type: "drawn", user_id: browser.remembered }) : UNCLAIMED;
    browser.tabs[at] = { ...noTab, isUp, guard, seen: browser.remembered };
    if (guard.account) this.#apply(at, { type: "start" });
  }

  /** Too many sockets of the account: this one is closed. */
  replace(at) {
    const tab = this.browser.tabs[at];
    if (!tab.socket || tab.isAsleep) return this.#not();
    tab.socket = "";
    this.#apply(at, { type: "closed", code: 4409 });
  }

  useHere(at) {
    const { model, isAsleep } = this.browser.tabs[at];
    if (isAsleep || model.reason !== "replaced") return this.#not();
    this.#apply(at, { type: "retry" });
  }

  // How the parts hang together.

  #not() {
    this.hasHappened = false;
  }

  #canAct(at) {
    return this.browser.tabs[at].isUp && !this.browser.tabs[at].isAsleep;
  }

  /** Nothing covers the page. */
  #isUsable(at) {
    const { guard, isAsleep } = this.browser.tabs[at];
    return !isAsleep && (guard.standing === "own" || !this.variant.isGuarded);
  }

  #mayAct(at) {
    return this.#canAct(at) && this.#isUsable(at);
  }

  #note(account) {
    const { written } = this.browser;
    if (written.a + written.b >= WRITTEN_MOST) return false;
    written[account] += 1;
    return true;
  }

  /** The server's answer, whatever the route. */
  #ask(account) {
    const { session } = this.browser;
    const isNamed = this.variant.server !== "old" && this.variant.isGuarded;
    return decide(isNamed ? account : null, session);
  }

  /** The session of an account ends, and its sockets with it. */
  #end(account) {
    for (const [at, tab] of this.browser.tabs.entries()) {
      if (!account || tab.socket !== account) continue;
      tab.socket = "";
      if (tab.isAsleep) tab.closes = 4401;
      else this.#apply(at, { type: "closed", code: 4401 });
    }
  }

  /** What one tab remembers, the others are notified of. */
  #remember(at, account) {
    const { browser } = this;
    browser.remembered = account;
    const other = 1 - at;
    if (!browser.tabs[other].isAsleep) this.#check(other);
  }

  #check(at) {
    const { remembered, tabs } = this.browser;
    if (!this.variant.isGuarded || remembered === tabs[at].seen) return;
    tabs[at].seen = remembered;
    this.#guard(at, { type: "session", user_id: remembered });
  }

  #guard(at, event) {
    const tab = this.browser.tabs[at];
    const { standing } = tab.guard;
    tab.guard = guarded(tab.guard, event);
    if (tab.guard.standing === standing) return;
    this.#apply(at, { type: "stop", reason: tab.guard.standing === "other" ? "account_changed" : "signed_out" });
  }

  #refused(at) {
    this.#guard(at, { type: "refused" });
    const { session, tabs } = this.browser;
    if (tabs[at].isUp && session) this.#guard(at, { type: "session", user_id: session });
  }

  #reconnect(at) {
    this.#apply(at, { type: "timer" });
  }

  #apply(at, event) {
    const tab = this.browser.tabs[at];
    const { model, effects } = transition(tab.model, { ...event, now: 0, random: 0, online: true });
    const hasChanged = model !== tab.model;
    tab.model = timeless(model);
    for (const { type } of effects) {
      if (type === "close") tab.socket = "";
      if (type === "connect") this.#connect(at);
    }
    if (hasChanged && model.state === "CLOSED" && model.reason === "account_changed") {
      if (tab.guard.standing === "own") this.#refused(at);
    }
  }

  #connect(at) {
    const { browser, variant } = this;
    const tab = browser.tabs[at];
    if (!tab.isUp || tab.isAsleep) return this.#apply(at, { type: "closed", code: 1006 });
    const named = JSON.parse(hello(tab.guard.account, {}, null)).user_id;
    const answer = this.#ask(named);
    if (answer === "not_signed_in") return this.#apply(at, { type: "closed", code: 4401 });
    if (answer === "ok") return this.#receive(at, { type: "welcome", user_id: browser.session });
    if (variant.server !== "mute") this.#receive(at, { type: "error", error: { code: "account_changed" } });
    this.#apply(at, { type: "closed", code: 4403, close_reason: "account_changed" });
  }

  #receive(at, frame) {
    const tab = this.browser.tabs[at];
    if (this.variant.isGuarded && areForOther(tab.guard.account, [frame])) {
      return this.#apply(at, { type: "stop", reason: "account_changed" });
    }
    if (frame.type !== "welcome") return;
    tab.socket = frame.user_id;
    this.#apply(at, { type: "welcome" });
    this.#apply(at, { type: "synced" });
    this.#flush(tab.guard.account);
  }

  /** The outbox of an account is the browser's: whichever of its tabs is connected sends it. */
  #flush(account) {
    const { stored, sent, tabs } = this.browser;
    const tab = tabs.find(
      ({ guard, model, socket, isUp, isAsleep }) =>
        guard.account === account && model.state === "CONNECTED" && socket && isUp && !isAsleep,
    );
    if (!tab || !account) return;
    sent[account + tab.socket] += stored[account];
    stored[account] = 0;
  }
}

/** What the rules give is never changed, only replaced: a level deep is enough. */
function copyOf(browser) {
  const [stored, written, wiped, sent] = [browser.stored, browser.written, browser.wiped, browser.sent].map((counts) => ({ ...counts }));
  return { ...browser, stored, written, wiped, sent, tabs: browser.tabs.map((tab) => ({ ...tab })) };
}

/** The same without what only time makes different. */
function timeless(model) {
  const { state, reason, synced, next_retry_at } = model;
  return { ...INITIAL, woke_at: -Infinity, state, reason, synced, next_retry_at: next_retry_at === null ? null : 0 };
}

/**
 * What follows an event; null where it cannot happen.
 * @returns {typeof START | null}
 */
export function next(browser, event, variant) {
  return new Step(browser, variant).run(event);
}

/** The worst: the server has as one account's what was written for the other. */
export function misattributed({ sent }) {
  return sent.ab || sent.ba ? "something written for one account was taken as another's" : "";
}

/** What is wrong with this browser; empty if nothing is. */
export function faultOf(browser, before, event) {
  const { sent, stored, written, wiped, session, tabs } = browser;
  if (misattributed(browser)) return misattributed(browser);
  for (const account of ["a", "b"]) {
    const kept = stored[account] + sent[account + account] + wiped[account];
    if (kept !== written[account]) return `something written for ${account} is lost`;
    if (wiped[account] !== before.wiped[account] && event[0] !== "signOut") return "wiped by nobody";
  }
  for (const { guard, model, socket, isUp, isAsleep } of tabs) {
    const isAwake = isUp && !isAsleep;
    if (guard.standing !== "own" && model.state !== "CLOSED") return "a page that may not act is not closed";
    if (isAwake && model.state === "CONNECTED" && socket !== guard.account) return "connected as another account";
    const isForeign = isAwake && guard.account && session && session !== guard.account && event[0] !== "swap";
    const isSilent = guard.standing === "own" && !["CLOSED", "CONNECTED"].includes(model.state);
    if (isForeign && isSilent) return "a connected page does not know that it is another account's";
    const remembered = isAwake && guard.account && browser.remembered !== guard.account;
    if (remembered && guard.standing === "own") return "a page does not say that the browser is another account's";
  }
  return "";
}
