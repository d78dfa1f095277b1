// The files of messages in this browser; loaded with the first. A shell.

import { Attachments } from "./attachments.js";
import { aloneOf } from "./file_lock.js";
import { openUploads } from "./create_uploads.js";

/**
 * @param {import("../messages/messenger.js").Messenger} messenger
 * @returns {Attachments}
 */
export function openAttachments(messenger) {
  const files = new Attachments({
    outboxWorker: messenger.outboxWorker,
    onChange: () => messenger.renderSoon(),
    uploads: (onChange) => openUploads(onChange, messenger.deps.api),
    alone: aloneOf(navigator.locks),
  });
  addEventListener("beforeunload", (event) => files.isHolding && event.preventDefault());
  return files;
}
