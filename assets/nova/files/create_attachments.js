// Creates the attachments of this page; loaded with the first file. A shell.

import { Attachments } from "./attachments.js";
import { createFileLock } from "./file_lock.js";
import { createUploads } from "./create_uploads.js";

/**
 * @param {import("../messages/messenger.js").Messenger} messenger
 * @returns {Attachments}
 */
export function createAttachments(messenger) {
  const files = new Attachments({
    outboxWorker: messenger.outboxWorker,
    onChange: () => messenger.renderSoon(),
    uploads: (onChange) => createUploads(onChange, messenger.deps.api),
    withLock: createFileLock(navigator.locks),
  });
  addEventListener("beforeunload", (event) => files.isHolding && event.preventDefault());
  return files;
}
