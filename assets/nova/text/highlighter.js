// Highlights code: each language is a module of its own, loaded when it is met. Loaded on demand. A shell.

// @ts-ignore - resolved by the build
import { createLowlight } from "lowlight";
import { loadWhenPossible } from "../loading/page_loading.js";

/** @type {Record<string, () => Promise<any>>} */
const GRAMMARS = {
  // @ts-ignore - resolved by the build
  bash: () => import("highlight.js/lib/languages/bash"),
  // @ts-ignore - resolved by the build
  c: () => import("highlight.js/lib/languages/c"),
  // @ts-ignore - resolved by the build
  cpp: () => import("highlight.js/lib/languages/cpp"),
  // @ts-ignore - resolved by the build
  csharp: () => import("highlight.js/lib/languages/csharp"),
  // @ts-ignore - resolved by the build
  css: () => import("highlight.js/lib/languages/css"),
  // @ts-ignore - resolved by the build
  diff: () => import("highlight.js/lib/languages/diff"),
  // @ts-ignore - resolved by the build
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  // @ts-ignore - resolved by the build
  go: () => import("highlight.js/lib/languages/go"),
  // @ts-ignore - resolved by the build
  graphql: () => import("highlight.js/lib/languages/graphql"),
  // @ts-ignore - resolved by the build
  ini: () => import("highlight.js/lib/languages/ini"),
  // @ts-ignore - resolved by the build
  java: () => import("highlight.js/lib/languages/java"),
  // @ts-ignore - resolved by the build
  javascript: () => import("highlight.js/lib/languages/javascript"),
  // @ts-ignore - resolved by the build
  json: () => import("highlight.js/lib/languages/json"),
  // @ts-ignore - resolved by the build
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  // @ts-ignore - resolved by the build
  lua: () => import("highlight.js/lib/languages/lua"),
  // @ts-ignore - resolved by the build
  makefile: () => import("highlight.js/lib/languages/makefile"),
  // @ts-ignore - resolved by the build
  markdown: () => import("highlight.js/lib/languages/markdown"),
  // @ts-ignore - resolved by the build
  php: () => import("highlight.js/lib/languages/php"),
  // @ts-ignore - resolved by the build
  powershell: () => import("highlight.js/lib/languages/powershell"),
  // @ts-ignore - resolved by the build
  python: () => import("highlight.js/lib/languages/python"),
  // @ts-ignore - resolved by the build
  r: () => import("highlight.js/lib/languages/r"),
  // @ts-ignore - resolved by the build
  ruby: () => import("highlight.js/lib/languages/ruby"),
  // @ts-ignore - resolved by the build
  rust: () => import("highlight.js/lib/languages/rust"),
  // @ts-ignore - resolved by the build
  scala: () => import("highlight.js/lib/languages/scala"),
  // @ts-ignore - resolved by the build
  shell: () => import("highlight.js/lib/languages/shell"),
  // @ts-ignore - resolved by the build
  sql: () => import("highlight.js/lib/languages/sql"),
  // @ts-ignore - resolved by the build
  swift: () => import("highlight.js/lib/languages/swift"),
  // @ts-ignore - resolved by the build
  typescript: () => import("highlight.js/lib/languages/typescript"),
  // @ts-ignore - resolved by the build
  xml: () => import("highlight.js/lib/languages/xml"),
  // @ts-ignore - resolved by the build
  yaml: () => import("highlight.js/lib/languages/yaml"),
};
/** @type {Record<string, string>} */
const ALIASES = {
  "c++": "cpp", "c#": "csharp", cs: "csharp", console: "shell", docker: "dockerfile", golang: "go", h: "c", hpp: "cpp", html: "xml",
  js: "javascript", jsx: "javascript", kt: "kotlin", make: "makefile", md: "markdown", mjs: "javascript", patch: "diff",
  ps1: "powershell", py: "python", rb: "ruby", rs: "rust", sh: "bash", svg: "xml", toml: "ini", ts: "typescript",
  tsx: "typescript", yml: "yaml", zsh: "bash",
};

const lowlight = createLowlight();

/**
 * @param {string} language  as it was written
 * @param {string} text
 * @returns {Promise<any[] | null>}  nodes of a tree (hast), null for an unknown language
 */
export async function highlight(language, text) {
  const name = ALIASES[language] ?? language;
  if (!Object.hasOwn(GRAMMARS, name)) return null;
  if (!lowlight.registered(name)) {
    const { default: grammar } = await loadWhenPossible(GRAMMARS[name]);
    lowlight.register(name, grammar);
  }
  return lowlight.highlight(name, text).children;
}
