// The files of messages in this browser; loaded with the first. A shell.

import { Attachments } from "./attachments.js";
import { openUploads } from "./open_uploads.js";

/**
 * @param {import("./messenger.js").Messenger} messenger
 * @returns {Attachments}
 */
export function openAttachments(messenger) {
  const files = new Attachments({
    sending: messenger.sending,
    onChange: () => messenger.drawSoon(),
    uploads: (onChange) => openUploads(onChange, messenger.given.api),
    alone,
  });
  addEventListener("beforeunload", (event) => files.isHolding && event.preventDefault());
  return files;
}

/**
 * Without locks (plain http on a network address) every tab goes on: the server lets the later one.
 * @param {string} key
 * @param {() => Promise<void>} work
 */
async function alone(key, work) {
  const { locks } = navigator;
  await (locks ? locks.request(`nova:file:${key}`, work) : work());
}
