// Files on their way from this browser. A shell.

import { serverOrigin } from "./address.js";
import { mintId } from "./ids.js";
import { rest } from "./rest.js";
import { createSend } from "./transfer.js";
import { Uploads } from "./uploads.js";

/**
 * @param {() => void} onChange
 * @param {{heard(fault: import("./api.js").ApiError): void, account(): string}} api  of this page
 */
export function openUploads(onChange, { heard, account }) {
  return new Uploads({ send: createSend(serverOrigin(), { onFault: heard, account }), sleep: rest, random: Math.random, mintId, onChange });
}
