// The composer of the open conversation: drafts, files, and messages that are sent or withdrawn. A shell.

import * as frames from "../connection/frames.js";
import { readEdit, writeEdit } from "./edit_draft.js";
import { toOutboxFile } from "../files/upload_items.js";

const TYPING_EVERY_MS = 3_000;

export class Composer {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {import("./message_operations.js").MessageOperations} operations
   * @param {() => boolean} canSend
   * @param {() => void} onSent
   */
  constructor(messenger, operations, canSend, onSent) {
    this.messenger = messenger;
    this.operations = operations;
    this.canSend = canSend;
    this.onSent = onSent;
    /** How many messages are being stored right now. */
    this.saves = 0;
    this.isEditedSince = false;
    this.typedAt = 0;
  }

  /** The edit that the composer holds; null if it holds a new message. */
  get editing() {
    return readEdit(this.messenger.drafts, this.messenger.activeId);
  }

  /**
   * Edit a message in the composer; the draft of a new message is kept.
   * @param {string} key  of its row
   * @param {string} text
   */
  beginEdit(key, text) {
    const { drafts, activeId } = this.messenger;
    const target = this.operations.targetOf(key);
    if (!target) return;
    writeEdit(drafts, activeId, { key, target, before: text, text });
    this.messenger.render();
  }

  /** Go back to the draft of the new message. */
  endEdit() {
    const { drafts, activeId } = this.messenger;
    writeEdit(drafts, activeId, null);
    drafts.save();
    this.messenger.render();
  }

  /**
   * Change the draft, and report at intervals that the user is typing.
   * @param {string} text
   */
  edit(text) {
    const { activeId, drafts, connection } = this.messenger;
    if (!activeId) return;
    this.isEditedSince = true;
    const { editing } = this;
    if (editing) writeEdit(drafts, activeId, { ...editing, text });
    else drafts.set(activeId, text);
    this.messenger.render();
    const now = Date.now();
    if (text && now - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = now;
      connection.send(frames.typing(activeId));
    }
  }

  /** Queue the edit: the composer is cleared when it is stored in this browser. */
  async #submitEdit() {
    const { editing, messenger } = this;
    const { deps, outboxWorker } = messenger;
    if (!editing || !outboxWorker.storage || !this.canSend()) return;
    try {
      if (editing.text !== editing.before) await this.operations.edit(editing.key, editing.text, editing.target);
      if (this.editing?.text === editing.text) this.endEdit();
    } catch {
      deps.notify({ code: "outbox_unavailable" });
    }
  }

  /** Send the draft: clear it when the message is stored, and only if it is unchanged. */
  async submit() {
    if (this.editing) return this.#submitEdit();
    const { activeId: id, drafts, outboxWorker, deps } = this.messenger;
    const text = drafts.get(id);
    const chips = this.messenger.files?.chosen(id) ?? [];
    if (!this.canSend() || !id || !outboxWorker.storage || outboxWorker.outbox.refusal(text)) return;
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
