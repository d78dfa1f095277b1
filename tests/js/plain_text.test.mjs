// A text without its marks says what the drawn one says; mentions are found outside code, links and quotes.

import { expect, test } from "bun:test";
import { HERE } from "../../assets/nova/base/dates.js";
import { withoutMarks } from "../../assets/nova/base/plain_text.js";
import { toItem } from "../../assets/nova/conversation_list/list_items.js";
import { parseText } from "../../assets/nova/text/markdown.js";
import { withMentions } from "../../assets/nova/text/mentions.js";

const textOf = (node) => node.text ?? (node.children ?? node.items?.flat() ?? []).map(textOf).join(node.type === "quote" || node.items ? " " : "");
const words = (text) => text.replace(/[\s.)-]+/g, " ").trim();

test.each([
  "**bold** and *italic* and _it_ and ~~gone~~",
  "***both*** and **a *b* c**",
  "`code *here*` and `a`, `b`",
  "> said\nanswer",
  "> > twice\n> once",
  "```js\nlet a = 1;\n```\nafter",
  "[docs](https://a.example/x_y) and https://a.example/a_b_c",
  "2*3*4 = 24, snake_case_name, __init__.py",
  "a * b, 5 > 3, [x], **open, `open",
  "[x](javascript:alert(1))",
  "这是 **重要** 的",
  "Nothing at all.",
])("%j reads the same", (text) => {
  expect(words(withoutMarks(text))).toBe(words(parseText(text).map(textOf).join(" ")));
});

test.each(["*".repeat(10_000), "`".repeat(10_000), "**a".repeat(3_000), "> ".repeat(5_000), "[".repeat(10_000), "_a ".repeat(3_000)])(
  "hostile text costs no time: %#",
  (text) => {
    const before = performance.now();
    withoutMarks(text);
    expect(performance.now() - before).toBeLessThan(200);
  },
);

/** The mentions in a text where these people are members. */
function mentioned(text, ...names) {
  const found = [];
  const look = (node) => {
    if (node.type === "mention") found.push(node.text);
    for (const child of node.children ?? node.items?.flat() ?? []) look(child);
  };
  for (const block of withMentions(parseText(text), (name) => names.includes(name))) look(block);
  return found;
}

test.each([
  ["@ana hi", ["@ana"]],
  ["hi (@Ana), and @ana-m.", ["@Ana", "@ana-m"]],
  ["**for you @ana**\n- @ana", ["@ana", "@ana"]],
  ["mail@ana `@ana` [@ana](https://a.example) https://a.example/@ana", []],
  ["> @ana\n@ana", ["@ana"]],
  ["```\n@ana\n```", []],
  ["*@ana*", []],
  ["@anabel @nobody", []],
])("in %j these are mentioned: %j", (text, expected) => {
  expect(mentioned(text, "ana", "ana-m")).toEqual(expected);
});

test("a preview in the list is read without marks", () => {
  const summary = { id: "c", kind: "direct", title: "", created_at: "2026-01-01T00:00:00Z", unread: 0, members: [{ user_id: "b", username: "ben", display_name: "Ben" }] };
  const last_message = { text: "**Ship** the `cover`\n> now", author_id: "b", created_at: "2026-01-01T00:00:00Z" };
  const view = { myId: "a", activeId: "", origin: "", failed: new Set(), drafts: new Map(), online: new Set(), typists: () => [], now: new Date(), place: HERE };
  expect(toItem({ ...summary, last_message }, view).preview).toBe("Ship the cover now");
});
