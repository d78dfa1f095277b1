// The runtime's size as people load it: one bundle, minified and gzipped. Fails above the budget.

import { gzipSync } from "bun";
import { fileURLToPath } from "node:url";

const BUDGET_BYTES = 20 * 1024;
const entry = fileURLToPath(new URL("../../assets/nova/index.js", import.meta.url));
const built = await Bun.build({
  entrypoints: [entry],
  minify: true,
  target: "browser",
  external: ["react", "react-router", "$/env.json"],
});
const script = await built.outputs[0].text();
const size = gzipSync(Buffer.from(script), { level: 9 }).length;
console.log(`assets/nova: ${size} of ${BUDGET_BYTES} bytes, minified and gzipped`);
process.exit(size <= BUDGET_BYTES ? 0 : 1);
