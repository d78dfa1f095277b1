// The runtime's size as people load it: bundles, minified and gzipped. Fails above a budget.

import { gzipSync } from "bun";
import { fileURLToPath } from "node:url";

/** What is imported on demand is counted for itself. */
const loadedOnDemand = {
  name: "loaded on demand",
  setup(/** @type {import("bun").PluginBuilder} */ build) {
    build.onResolve({ filter: /\.js$/ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

/** @param {string[]} names  modules of assets/nova */
async function sizeOf(...names) {
  const built = await Bun.build({
    entrypoints: names.map((name) => fileURLToPath(new URL(`../../assets/nova/${name}`, import.meta.url))),
    minify: true,
    target: "browser",
    external: ["react", "react-router", "$/env.json"],
    plugins: [loadedOnDemand],
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
  ["what carries files of messages, loaded with the first", 6 * 1024, await sizeOf("files/create_attachments.js")],
  ["what signs in, loaded with the form", 3 * 1024, await sizeOf("account/sign_in_form.js", "account/next_path.js")],
  ["what signs out or goes on as another account, loaded with the click", 2 * 1024, await sizeOf("account/sign_out.js", "account/go_on.js")],
  ["what reports to the server, loaded at rest", 2 * 1024, await sizeOf("telemetry/telemetry.js")],
  ["how notices are reached and copied, loaded at rest", 1024, await sizeOf("errors/notice_focus.js", "base/clipboard.js")],
  ["what tells of messages, loaded where it is asked for (names and texts shared with the runtime counted)", 2048, await sizeOf("account/desktop_notifications.js")],
  ["connection and errors", 12 * 1024, await sizeOf("../../tests/js/connection_and_errors.mjs")],
];
for (const [what, budget, size] of BUDGETS) console.log(`${what}: ${size} of ${budget} bytes, minified and gzipped`);
process.exit(BUDGETS.every(([, budget, size]) => size <= budget) ? 0 : 1);
