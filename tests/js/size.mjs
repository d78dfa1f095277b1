// What people download: bundles, minified and gzipped. Fails above a budget.

import { Glob, gzipSync } from "bun";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const RUNTIME = fileURLToPath(new URL("../../assets/nova/", import.meta.url));
const KIB = 1024;

/**
 * A module that exports all of these, and leaves out what is imported on demand: that is counted by itself.
 * @param {string[]} modules
 * @returns {import("bun").BunPlugin}
 */
const entryOf = (modules) => ({
  name: "entry",
  setup(build) {
    build.onResolve({ filter: /^entry$/ }, () => ({ path: "entry", namespace: "entry" }));
    // The runtime's packages are installed beside this file.
    build.onResolve({ filter: /^(markdown-it|lowlight)$/ }, ({ path }) => ({ path: Bun.resolveSync(path, import.meta.dir) }));
    build.onResolve({ filter: /\.js$/ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
    const contents = modules.map((module) => `export * from "${RUNTIME}${module}";`).join("\n");
    build.onLoad({ filter: /.*/, namespace: "entry" }, () => ({ contents, loader: "js" }));
  },
});

/**
 * @param {string[]} modules  of assets/nova
 * @returns {Promise<number>}  with everything that they import
 */
async function sizeOf(...modules) {
  const built = await Bun.build({
    entrypoints: ["entry"],
    minify: true,
    target: "browser",
    external: ["react", "react-router", "$/env.json", "emojibase-data/*", "highlight.js/lib/languages/*"],
    plugins: [entryOf(modules)],
  });
  return gzipSync(await built.outputs[0].arrayBuffer(), { level: 9 }).length;
}

/** What the runtime uses of these two rooms; the rest of them comes with it, or on demand. */
const CONNECTION_AND_ERRORS = [
  "connection/connection.js",
  "connection/connection_view.js",
  "connection/page_lifecycle.js",
  "connection/reflex_socket.js",
  "errors/error_center.js",
  "http/api.js",
];
const shared = await sizeOf("index.js");

/** What a page loads besides the runtime: its room, and what that imports. */
const pages = [...new Glob("*/page.js").scanSync(RUNTIME)].sort().map(async (page) => {
  const room = dirname(page);
  return /** @type {const} */ ([`page of ${room}`, (room === "conversation" ? 30 : 16) * KIB, (await sizeOf("index.js", page)) - shared]);
});

const BUDGETS = /** @type {const} */ ([
  ["every page", 31 * KIB, await sizeOf("index.js", "moved_texts.js")],
  ["of it: connection and errors", 12 * KIB, await sizeOf(...CONNECTION_AND_ERRORS)],
  ...(await Promise.all(pages)),
  ["on demand: attachments", 6 * KIB, await sizeOf("files/create_attachments.js")],
  ["on demand: signing in", 3 * KIB, await sizeOf("account/sign_in_form.js", "account/next_path.js")],
  ["on demand: signing out, continuing as another account", 2 * KIB, await sizeOf("account/sign_out.js", "account/go_on.js")],
  ["on demand: reports to the server", 2 * KIB, await sizeOf("telemetry/telemetry.js")],
  ["on demand: notices by keyboard, clipboard", KIB, await sizeOf("errors/notice_focus.js", "base/clipboard.js")],
  ["text of messages", 3 * KIB, (await sizeOf("index.js", "text/message_text.js")) - shared],
  ["on demand: formatted text", 52 * KIB, await sizeOf("text/formatted_text.js")],
  ["on demand: highlighter, without the languages", 14 * KIB, await sizeOf("text/highlighter.js")],
  ["on demand: emoji picker, without the emoji", 2 * KIB, await sizeOf("emoji/emoji_panel.js")],
  ["on demand: viewer of pictures", 2 * KIB, await sizeOf("lightbox/lightbox.js")],
  ["on demand: switcher", 2 * KIB, await sizeOf("switcher/switcher.js")],
  ["on demand: desktop notifications", 3.5 * KIB, await sizeOf("account/desktop_notifications.js")],
]);
for (const [what, budget, size] of BUDGETS) console.log(`${what}: ${size} of ${budget} bytes, minified and gzipped`);
process.exit(BUDGETS.every(([, budget, size]) => size <= budget) ? 0 : 1);
