// The runtime's size as people load it: bundles, minified and gzipped. Fails above a budget.

import { gzipSync } from "bun";
import { fileURLToPath } from "node:url";

/** What is imported on demand, when the page has come to rest or with the first file, is counted for itself. */
const loadedAtRest = {
  name: "loaded at rest",
  setup(/** @type {import("bun").PluginBuilder} */ build) {
    build.onResolve({ filter: /(telemetry|attachments)\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** @param {string[]} names  modules of assets/nova */
async function sizeOf(...names) {
  const built = await Bun.build({
    entrypoints: names.map((name) => fileURLToPath(new URL(`../../assets/nova/${name}`, import.meta.url))),
    minify: true,
    target: "browser",
    external: ["react", "react-router", "$/env.json"],
    plugins: names.includes("telemetry.js") || names.includes("attachments.js") ? [] : [loadedAtRest],
  });
  const scripts = await Promise.all(built.outputs.map((output) => output.text()));
  return gzipSync(Buffer.from(scripts.join("\n")), { level: 9 }).length;
}

const BUDGETS = [
  ["the whole runtime", 20 * 1024, await sizeOf("index.js")],
  ["what the page of a conversation loads besides", 7 * 1024, (await sizeOf("../../tests/js/with_conversation.mjs")) - (await sizeOf("index.js"))],
  ["what pages with files load besides", 5 * 1024, (await sizeOf("../../tests/js/with_files.mjs")) - (await sizeOf("index.js"))],
  ["what the page of search loads besides", 3 * 1024, (await sizeOf("../../tests/js/with_search.mjs")) - (await sizeOf("index.js"))],
  ["what the page of status loads besides", 2 * 1024, (await sizeOf("../../tests/js/with_status.mjs")) - (await sizeOf("index.js"))],
  ["what carries files of messages, loaded with the first", 6 * 1024, await sizeOf("attachments.js")],
  ["what reports to the server, loaded at rest", 2 * 1024, await sizeOf("telemetry.js")],
  ["connection and errors", 12 * 1024, await sizeOf("../../tests/js/connection_and_errors.mjs")],
];
for (const [what, budget, size] of BUDGETS) console.log(`${what}: ${size} of ${budget} bytes, minified and gzipped`);
process.exit(BUDGETS.every(([, budget, size]) => size <= budget) ? 0 : 1);
