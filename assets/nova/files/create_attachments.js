// Creates the attachments of this page; loaded with the first file. A shell.

import { Attachments } from "./attachments.js";
import { createFileLock } from "./file_lock.js";
import { createUploads } from "./create_uploads.js";

/**
 * @param {import("./attachments.js").OutboxFiles} outboxFiles
 * @param {Parameters<typeof createUploads>[1]} api
 * @param {() => void} onChange
 * @returns {Attachments}
 */
export function createAttachments(outboxFiles, api, onChange) {
  const files = new Attachments({
    outboxFiles,
    onChange,
    uploads: (onUpload) => createUploads(onUpload, api),
    withLock: createFileLock(navigator.locks),
  });
  addEventListener("beforeunload", (event) => files.isHolding && event.preventDefault());
  return files;
}
