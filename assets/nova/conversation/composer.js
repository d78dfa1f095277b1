// The composer of the open conversation: drafts, files, and messages that are sent or withdrawn. A shell.

import { readText } from "../base/local_storage.js";
import * as frames from "../connection/frames.js";
import { readEdit, writeEdit } from "./edit_draft.js";
import { readReply, writeReply } from "./reply_draft.js";
import { toOutboxFile } from "../files/upload_items.js";

const TYPING_EVERY_MS = 3_000;
const UNDO_MS = 5_000;

/** @returns {number | undefined}  when a message may leave, if it can be taken back until then */
const sendingTime = () => (readText("nova:undo-send") ? Date.now() + UNDO_MS : undefined);

export class Composer {
  /**
   * @param {import("../messages/messenger.js").Messenger} messenger
   * @param {import("./message_commands.js").MessageCommands} commands
   * @param {() => boolean} canSend
   * @param {() => void} onSent
   * @param {(text: string) => boolean} asks  whether it has to be asked before this text is sent
   */
  constructor(messenger, commands, canSend, onSent, asks) {
    this.messenger = messenger;
    this.commands = commands;
    this.canSend = canSend;
    this.onSent = onSent;
    this.asks = asks;
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
    const target = this.commands.targetOf(key);
    if (!target) return;
    writeEdit(drafts, activeId, { key, target, before: text, text });
    this.messenger.render();
  }

  /**
   * Let the new message reply to another one.
   * @param {string} key  of its row
   */
  beginReply(key) {
    const reply = this.commands.replyTo(key);
    if (!reply.reply_to) return;
    if (this.editing) this.endEdit();
    this.#setReply(this.messenger.activeId, reply);
  }

  /**
   * Leave the mode that the composer is in: what is typed of a new message stays.
   * @returns {boolean}  whether it was in one
   */
  cancel() {
    const { drafts, activeId } = this.messenger;
    if (this.editing) this.endEdit();
    else if (readReply(drafts, activeId)) this.#setReply(activeId, null);
    else return false;
    return true;
  }

  /**
   * @param {string} id
   * @param {import("./reply_draft.js").ReplyDraft | null} reply
   */
  #setReply(id, reply) {
    const { drafts } = this.messenger;
    writeReply(drafts, id, reply);
    drafts.save();
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
      if (editing.text !== editing.before) await this.commands.edit(editing.key, editing.text, editing.target);
      if (this.editing?.text === editing.text) this.endEdit();
    } catch {
      deps.notify({ code: "outbox_unavailable" });
    }
  }

  /**
   * Send the draft: clear it when the message is stored, and only if it is unchanged.
   * @param {boolean} [isConfirmed]  whether the user was asked already
   */
  async submit(isConfirmed = false) {
    if (this.editing) return this.#submitEdit();
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
      await outboxWorker.submit(id, text, chips.map(toOutboxFile), { ...this.#replyOf(id), due_at: sendingTime() });
      this.#stored(id, text, chips);
    } catch {
      deps.notify({ code: "outbox_unavailable" });
    } finally {
      this.saves -= 1;
      this.messenger.render();
    }
  }

  /**
   * What the new message replies to; a message that was not stored when the reply was begun may be by now.
   * @param {string} id
   */
  #replyOf(id) {
    const reply = readReply(this.messenger.drafts, id) ?? {};
    const stored = reply.waits_for ? this.commands.replyTo(reply.waits_for) : {};
    return stored.reply_to ? stored : reply;
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
    const { target_id, waits_for, reply_to } = item;
    if (reply_to && !readReply(drafts, id)) writeReply(drafts, id, { target_id, waits_for, reply_to });
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
    writeReply(drafts, id, null);
    drafts.save();
    if (id === activeId) this.onSent();
    const { state } = connection.model;
    if (state !== "CONNECTED" && state !== "CLOSED") deps.notify({ code: "saved_offline" });
  }
}
