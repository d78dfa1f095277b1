// Who has received and read a message, shown in a dialog while it is open. Reads everything, changes only the store. A shell.

import { serverOrigin } from "../base/origin.js";
import { timeLabel } from "../base/dates.js";
import { cut } from "../base/graphemes.js";
import { hueOf, imageOf, initialsOf } from "../base/people.js";
import { receiptsOf } from "./presence_labels.js";

/**
 * @typedef {import("../generated/types.js").ReceiptItem} ReceiptItem
 * @typedef {import("../base/types.js").Person} Person
 * @typedef {import("../base/store.js").Store<typeof import("../generated/stores/conversation.js").DEFAULTS.receipts>} ReceiptStore
 */

const TEXT_MAX = 200;

export class Receipts {
  /** @param {ReceiptStore} store */
  constructor(store) {
    this.store = store;
    this.seq = 0;
  }

  /** @param {number} seq  of the message; 0 for none */
  choose(seq) {
    this.seq = seq;
  }

  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {import("../base/types.js").LogEvent[]} shown  what the page shows, which may be long past
   */
  render({ conversationStore, activeId, me }, shown) {
    const summary = conversationStore.summaries.get(activeId);
    const message = shown.find((event) => event.seq === this.seq);
    if (!this.seq || !summary || message?.type !== "message") {
      this.store.set({ is_open: false });
      return;
    }
    const found = receiptsOf(summary, me.user_id, this.seq, conversationStore.positions.get(activeId));
    const old = this.store.get();
    this.store.set({
      is_open: true,
      text: cut(message.text, TEXT_MAX),
      time_label: timeLabel(new Date(message.created_at)),
      read: keep(old.read, found.read),
      delivered: keep(old.delivered, found.delivered),
      waiting: keep(old.waiting, found.waiting),
    });
  }
}

/**
 * @param {ReceiptItem[]} old
 * @param {Person[]} people
 * @returns {ReceiptItem[]}
 */
function keep(old, people) {
  const items = people.map((person) => ({
    user_id: person.user_id,
    name: person.display_name,
    initials: initialsOf(person.display_name),
    hue: hueOf(person.user_id),
    avatar_url: imageOf(person, serverOrigin()),
  }));
  return JSON.stringify(items) === JSON.stringify(old) ? old : items;
}
