// The runtime's size as people load it: bundles, minified and gzipped. Fails above a budget.

import { gzipSync } from "bun";
import { fileURLToPath } from "node:url";

const AT_REST = ["telemetry.js", "notifications.js", "open_attachments.js", "sign_in.js", "sign_out.js", "go_on.js", "next_path.js", "notice_region.js", "clipboard.js"];

/** What is imported on demand, when the page has come to rest or with the first file, is counted for itself. */
const loadedAtRest = {
  name: "loaded at rest",
  setup(/** @type {import("bun").PluginBuilder} */ build) {
    build.onResolve({ filter: /(telemetry|notifications|open_attachments|sign_in|sign_out|go_on|next_path|notice_region|clipboard)\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** @param {string[]} names  modules of assets/nova */
async function sizeOf(...names) {
  const built = await Bun.build({
    entrypoints: names.map((name) => fileURLToPath(new URL(`../../assets/nova/${name}`, import.meta.url))),
    minify: true,
    target: "browser",
    external: ["react", "react-router", "$/env.json"],
    plugins: names.some((name) => AT_REST.includes(name)) ? [] : [loadedAtRest],
  });
  const scripts = await Promise.all(built.outputs.map((output) => output.text()));
  return gzipSync(Buffer.from(scripts.join("\n")), { level: 9 }).length;
}

const BUDGETS = [
  ["the whole runtime, with what keeps texts true under React", 26 * 1024, await sizeOf("index.js", "moved_texts.js")],
  ["what the page of a conversation loads besides", 30 * 1024, (await sizeOf("../../tests/js/with_conversation.mjs")) - (await sizeOf("index.js"))],
  ["what pages with files load besides", 16 * 1024, (await sizeOf("../../tests/js/with_files.mjs")) - (await sizeOf("index.js"))],
  ["what the page of search loads besides", 16 * 1024, (await sizeOf("../../tests/js/with_search.mjs")) - (await sizeOf("index.js"))],
  ["what the page of settings loads besides", 16 * 1024, (await sizeOf("../../tests/js/with_settings.mjs")) - (await sizeOf("index.js"))],
  ["what the page of status loads besides", 16 * 1024, (await sizeOf("../../tests/js/with_status.mjs")) - (await sizeOf("index.js"))],
  ["what carries files of messages, loaded with the first", 6 * 1024, await sizeOf("open_attachments.js")],
  ["what signs in, loaded with the form", 3 * 1024, await sizeOf("sign_in.js", "next_path.js")],
  ["what signs out or goes on as another account, loaded with the click", 2 * 1024, await sizeOf("sign_out.js", "go_on.js")],
  ["what reports to the server, loaded at rest", 2 * 1024, await sizeOf("telemetry.js")],
  ["how notices are reached and copied, loaded at rest", 1024, await sizeOf("notice_region.js", "clipboard.js")],
  ["what tells of messages, loaded where it is asked for (names and texts shared with the runtime counted)", 2048, await sizeOf("notifications.js")],
  ["connection and errors", 12 * 1024, await sizeOf("../../tests/js/connection_and_errors.mjs")],
];
for (const [what, budget, size] of BUDGETS) console.log(`${what}: ${size} of ${budget} bytes, minified and gzipped`);
process.exit(BUDGETS.every(([, budget, size]) => size <= budget) ? 0 : 1);
