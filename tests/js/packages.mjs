// The runtime's packages are installed beside the tests; the build installs its own in .web.

import { plugin } from "bun";

const EMOJI = ["emojibase-data/en/compact.json", "emojibase-data/en/shortcodes/github.json", "emojibase-data/en/messages.json"];

plugin({
  name: "packages",
  setup(build) {
    for (const name of ["markdown-it", "lowlight", ...EMOJI]) {
      build.module(name, async () => ({ exports: await import(Bun.resolveSync(name, import.meta.dir)), loader: "object" }));
    }
  },
});
