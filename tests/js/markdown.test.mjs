// The text of messages as a tree: what is read, what stays as it was written, and that nothing else comes out of it.

import { expect, test } from "bun:test";
import { hasMarkup } from "../../assets/nova/text/markup.js";
import { parseText } from "../../assets/nova/text/markdown.js";

/** A tree in short: marks by name, texts as they are. */
function short(node) {
  if (Array.isArray(node)) return node.map(short).join("");
  const inner = () => short(node.children);
  switch (node.type) {
    case "text": return node.text;
    case "code": return `{code ${node.text}}`;
    case "link": return `{link ${node.href} ${inner()}}`;
    case "paragraph": return `[${inner()}]`;
    case "fence": return `[fence ${node.language}|${node.text}]`;
    case "quote": return `[quote ${inner()}]`;
    case "list": return `[list ${node.start} ${node.items.map((item) => `(${short(item)})`).join("")}]`;
    default: return `{${node.type} ${inner()}}`;
  }
}
const read = (text) => short(parseText(text));

test.each([
  ["**bold** and *italic* and _italic_", "[{strong bold} and {em italic} and {em italic}]"],
  ["~~gone~~ and `code *here*`", "[{del gone} and {code code *here*}]"],
  ["***both***", "[{em {strong both}}]"],
  ["one\n  two\n\n\nthree **x**", "[one\n  two\n\n\nthree {strong x}]"],
  ["> said\nanswer", "[quote [said]][answer]"],
  ["> a\n> > b", "[quote [a][quote [b]]]"],
  ["- a\n- b\nthanks", "[list 0 ([a])([b])][thanks]"],
  ["Shopping:\n- milk\n  - oat\n- tea", "[Shopping:][list 0 ([milk][list 0 ([oat])])([tea])]"],
  ["3. three\n4. four", "[list 3 ([three])([four])]"],
  ["```js\nlet a = '*b*';\n\n> no\n```\nafter", "[fence js|let a = '*b*';\n\n> no][after]"],
  ["```\nnever closed", "[fence |never closed]"],
  ["> ```\n> x\n> ```", "[quote [fence |x]]"],
  ["[docs](https://a.example/x_y_z)", "[{link https://a.example/x_y_z docs}]"],
  ["see https://a.example/a_b_(c)?q=1.", "[see {link https://a.example/a_b_(c)?q=1 https://a.example/a_b_(c)?q=1}.]"],
  ["www.a.example/x, ana@a.example", "[{link https://www.a.example/x www.a.example/x}, {link mailto:ana@a.example ana@a.example}]"],
  ["**https://a.example**", "[{strong {link https://a.example https://a.example}}]"],
  ["这是**重要**的", "[这是{strong 重要}的]"],
  ["\\*no\\* 1\\_2", "[*no* 1_2]"],
])("%j is read", (text, tree) => {
  expect(read(text)).toBe(tree);
  expect(hasMarkup(text)).toBe(true);
});

test.each([
  "2*3*4 = 24",
  "a * b * c",
  "snake_case_name and __init__.py",
  "¯\\_(ツ)_/¯",
  "C:\\temp\\new and \\\\server\\share",
  "# no heading",
  "Title\n=====",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "    four spaces",
  "<b>bold</b> &amp; <img src=x onerror=alert(1)>",
  "![image](x.png)",
  "[a]: https://",
  "the year was\n2024. Then",
  "+ plus one",
  "README.md and main.py, example.com",
  "---",
  "**unfinished",
  "`unfinished",
  "[link](javascript:alert(1))",
])("%j stays as it was written", (text) => {
  expect(read(text)).toBe(`[${text}]`);
});

test("a text without markup is not parsed at all", () => {
  for (const text of ["Morning!", "10:30? Yes, at 3 - 4.", "a\nb\n\nc", "😀 5 > 3", "can't, won't (really)"]) {
    expect(hasMarkup(text)).toBe(false);
    expect(read(text)).toBe(`[${text}]`);
  }
});

const ADDRESSES = [
  "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\u0001javascript:alert(1)", "javascript&colon;alert(1)",
  "data:text/html,<script>alert(1)</script>", "data:image/svg+xml;base64,PHN2Zz4=", "vbscript:msgbox(1)", "file:///etc/passwd",
  "//evil.example", "/logout", "blob:https://a/b", "ftp://a.example", "https:evil.example", "&#106;avascript:alert(1)",
  "%6Aavascript:alert(1)", "view-source:https://a", "intent://a#Intent;end", "about:blank", "\\\\evil.example",
];
const FORMS = [(to) => `[x](${to})`, (to) => `[x](<${to}>)`, (to) => `<${to}>`, (to) => to, (to) => `**[x](${to} "t")**`, (to) => `![x](${to})`];
const TEXTS = [
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "\"><script>alert(1)</script>",
  "<a href=\"javascript:alert(1)\">x</a>", "`<script>`", "```html\n<script>alert(1)</script>\n```", "> <iframe src=javascript:alert(1)>",
  "- <style>*{display:none}</style>", "[<img src=x onerror=alert(1)>](https://a.example)", "{{constructor.constructor('alert(1)')()}}",
  "[x](https://a.example\"onmouseover=alert(1))", "```\"><script>\nx\n```", "&lt;script&gt;", "\u202Egnp.exe", "a\u0000b<c>",
];
const TYPES = new Set(["text", "code", "strong", "em", "del", "link", "paragraph", "fence", "quote", "list"]);

/** All nodes of a tree. */
function* nodesOf(nodes) {
  for (const node of nodes) {
    yield node;
    yield* nodesOf(node.children ?? node.items?.flat() ?? []);
  }
}

test("whatever is written, only known nodes come out, and links lead to the web or to mail", () => {
  const texts = [...TEXTS, ...ADDRESSES.flatMap((to) => FORMS.map((form) => form(to)))];
  for (const text of texts) {
    for (const node of nodesOf(parseText(text))) {
      expect(TYPES.has(node.type)).toBe(true);
      if (node.type === "link") expect(node.href).toMatch(/^(https?:\/\/|mailto:)/);
      if (node.type === "fence") expect(node.language).toMatch(/^[\w#+.-]*$/);
    }
  }
  for (const to of ADDRESSES.filter((to) => !to.includes("https://"))) {
    expect([...nodesOf(parseText(`[x](${to})`))].some(({ type }) => type === "link")).toBe(false);
  }
});

test.each([
  [">".repeat(10_000)], ["> ".repeat(5_000)], ["- ".repeat(5_000)], ["*_".repeat(5_000)], ["**a".repeat(3_300)], ["[".repeat(10_000)],
  ["`".repeat(10_000)], ["![](".repeat(2_500)], ["<".repeat(10_000)], ["~~a".repeat(3_300)], ["https://".repeat(1_250)], ["a@".repeat(5_000)],
  ["1. ".repeat(3_300)], [Array.from({ length: 140 }, (_, i) => `${" ".repeat(2 * i % 140)}- x`).join("\n")], ["\\".repeat(10_000)],
])("hostile text of ten thousand characters is parsed at once: %#", (text) => {
  const before = performance.now();
  const tree = parseText(text);
  // A parser that goes back and forth would need minutes; a busy machine needs less than this.
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(tree.length).toBeGreaterThan(0);
});

test("nothing that was written is lost, however deep it is nested", () => {
  const deep = Array.from({ length: 60 }, (_, i) => `${"  ".repeat(i)}- level${i}`).join("\n");
  for (const text of [deep, `${"> ".repeat(30)}deep`, `${"- ".repeat(60)}deep`]) {
    for (const word of text.match(/[a-z]+\d*/g) ?? []) expect(JSON.stringify(parseText(text))).toContain(word);
  }
});
