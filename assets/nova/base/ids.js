// Creates the client ids of messages. A shell over the browser's random source.

/**
 * A version 7 UUID: the time first, so that the server's index grows at its end.
 * Not `crypto.randomUUID`: that is missing where Nova is opened by a plain http address of the
 * local network, which is no secure context.
 * @param {number} [now]  epoch ms
 * @returns {string}
 */
export function mintId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
