// Where the server is. A shell around the address that Reflex wrote into the build.

// @ts-ignore - made by Reflex at build time
import env from "$/env.json";

const LOCAL = ["localhost", "0.0.0.0", "127.0.0.1"];

/**
 * The server's origin: in production the page's own, in development the backend's port.
 * @returns {string}
 */
export function serverOrigin() {
  return (known ||= find());
}

let known = "";

function find() {
  const url = new URL(env.PING, location.href);
  // A build that names localhost, opened by another address of this machine.
  if (LOCAL.includes(url.hostname)) url.hostname = location.hostname;
  return url.origin;
}

/** @returns {string} */
export function socketUrl() {
  return `${serverOrigin().replace(/^http/, "ws")}/api/v1/socket`;
}
