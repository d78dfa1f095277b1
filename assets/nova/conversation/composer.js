// The composer of the open conversation: drafts, files, and messages that are sent or withdrawn. A shell.

import * as frames from "../connection/frames.js";
import { toOutboxFile } from "../files/upload_items.js";

const TYPING_EVERY_MS = 3_000;

export class Composer {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {() => boolean} canSend
   * @param {() => void} onSent
   * @param {(text: string) => boolean} asks  whether it has to be asked before this text is sent
   */
  constructor(messenger, canSend, onSent, asks) {
    this.messenger = messenger;
    this.canSend = canSend;
    this.onSent = onSent;
    this.asks = asks;
    /** How many messages are being stored right now. */
    this.saves = 0;
    this.isEditedSince = false;
    this.typedAt = 0;
  }

  /**
   * Change the draft, and report at intervals that the user is typing.
   * @param {string} text
   */
  edit(text) {
    const { activeId, drafts, connection } = this.messenger;
    if (!activeId) return;
    this.isEditedSince = true;
    drafts.set(activeId, text);
    this.messenger.render();
    const now = Date.now();
    if (text && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      connection.send(frames.typing(activeId));
    }
  }

  /**
   * Send the draft: clear it when the message is stored, and only if it is unchanged.
   * @param {boolean} [isConfirmed]  whether the user was asked already
   */
  async submit(isConfirmed = false) {
    const { activeId: id, drafts, outboxWorker, deps } = this.messenger;
    const text = drafts.get(id);
    const chips = this.messenger.files?.chosen(id) ?? [];
    if (!this.canSend() || !id || !outboxWorker.storage || outboxWorker.outbox.refusal(text)) return;
    if (!isConfirmed && this.asks(text)) return;
    // A second Enter before the composer is cleared means the same message, unless it was edited in between.
    if (this.saves > 0 && !this.isEditedSince) return;
    this.isEditedSince = false;
    this.saves += 1;
    deps.connectionView.sendAttempted();
    try {
      await outboxWorker.submit(id, text, chips.map(toOutboxFile));
      this.#stored(id, text, chips);
    } catch {
      deps.notify({ code: "outbox_unavailable" });
    } finally {
      this.saves -= 1;
      this.messenger.render();
    }
  }

  /** @param {File[]} files */
  async attach(files) {
    const { activeId: id, conversationStore } = this.messenger;
    if (!id || !files.length || conversationStore.left.has(id)) return;
    (await this.messenger.attachments()).add(id, files);
    this.isEditedSince = true;
  }

  /** @param {string} key */
  detach(key) {
    this.isEditedSince = true;
    this.messenger.files?.remove(this.messenger.activeId, key);
  }

  /**
   * Take a message that was not sent back into the composer it was written in, with its files.
   * @param {string} clientId
   */
  async withdraw(clientId) {
    const { messenger } = this;
    const { outboxWorker, drafts } = messenger;
    const known = outboxWorker.outbox.find(clientId);
    const files = known?.files ? await messenger.attachments() : null;
    const bytes = known && files ? await files.bytesOf(known) : new Map();
    const item = outboxWorker.discard(clientId);
    if (!item) return;
    files?.withdraw(item, bytes);
    // Another conversation may be open by now.
    const id = item.conversation_id;
    if (item.text) drafts.set(id, [drafts.get(id), item.text].filter(Boolean).join("\n"));
    this.isEditedSince = true;
    messenger.render();
  }

  /**
   * Delete a message that was not sent. Files that cannot be deleted now are deleted by the server after some days.
   * @param {string} clientId
   */
  discard(clientId) {
    const item = this.messenger.outboxWorker.discard(clientId);
    if (item?.files) void this.messenger.attachments().then((files) => files.discard(item), () => null);
  }

  /**
   * @param {string} id
   * @param {string} text
   * @param {import("../files/uploads.js").Upload[]} chips
   */
  #stored(id, text, chips) {
    const { activeId, connection, drafts, deps } = this.messenger;
    this.messenger.files?.handOver(id, chips);
    this.typedAt = 0;
    if (drafts.get(id) === text) drafts.set(id, "");
    drafts.save();
    if (id === activeId) this.onSent();
    const { state } = connection.model;
    if (state !== "CONNECTED" && state !== "CLOSED") deps.notify({ code: "saved_offline" });
  }
}
