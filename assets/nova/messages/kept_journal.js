// Keeps the journal of sends over reloads. A shell over localStorage.

import { readJson, writeJson } from "../base/local_storage.js";
import { SendJournal } from "./send_journal.js";

const SAVE_AFTER_MS = 300;

export class KeptJournal extends SendJournal {
  /** @param {() => number} now  epoch ms */
  constructor(now) {
    super(now);
    /** Empty while nothing is kept. */
    this.key = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @param {string} userId */
  open(userId) {
    this.key = `nova:journal:${userId}`;
    this.load(readJson(this.key));
  }

  /** @param {Parameters<SendJournal["add"]>} entry */
  add(...entry) {
    super.add(...entry);
    this.timer ??= setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  /** Store it, with what other tabs have stored; also called when the page is left. */
  save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.key) return;
    this.load(readJson(this.key));
    writeJson(this.key, [...this.entries]);
  }

  /** Forget it: the user signed out. */
  clear() {
    if (this.key) writeJson(this.key, null);
    this.key = "";
    this.entries.clear();
  }
}
