// Creates the uploads of this page. A shell.

import { serverOrigin } from "../base/origin.js";
import { mintId } from "../base/ids.js";
import { sleep } from "../http/sleep.js";
import { createSend } from "../http/upload_request.js";
import { Uploads } from "./uploads.js";

/**
 * @param {() => void} onChange
 * @param {{onFault(fault: import("../http/api.js").ApiError): void, account(): string}} api  of this page
 */
export function createUploads(onChange, { onFault, account }) {
  return new Uploads({ send: createSend(serverOrigin(), { onFault, account }), sleep, random: Math.random, mintId, onChange });
}
