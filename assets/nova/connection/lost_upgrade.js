// Why no socket opens: only loaded by pages that never connected. A shell.

/** The status of an address that takes WebSocket handshakes only, where Nova itself answers. */
const UPGRADE_REQUIRED = 426;

/**
 * Say so if calls reach Nova where sockets do not: then a proxy on the way does not pass Upgrade.
 * @param {Pick<import("./connection_view.js").ConnectionView, "hint" | "render">} view
 * @param {string} origin  of the server
 * @param {(url: string, options: RequestInit) => Promise<{status: number}>} [fetcher]
 */
export async function diagnose(view, origin, fetcher = fetch) {
  const status = await fetcher(`${origin}/api/v1/socket`, { cache: "no-store" }).then((answer) => answer.status, () => 0);
  if (status === UPGRADE_REQUIRED) view.hint = "no_upgrade";
  view.render();
}
