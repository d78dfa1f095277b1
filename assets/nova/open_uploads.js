// Files on their way from this browser. A shell.

import { serverOrigin } from "./address.js";
import { mintId } from "./ids.js";
import { rest } from "./rest.js";
import { createSend } from "./transfer.js";
import { Uploads } from "./uploads.js";

/**
 * @param {() => void} onChange
 * @param {(fault: import("./api.js").ApiError) => void} onFault  hears of every request that failed
 */
export function openUploads(onChange, onFault) {
  return new Uploads({ send: createSend(serverOrigin(), { onFault }), sleep: rest, random: Math.random, mintId, onChange });
}
