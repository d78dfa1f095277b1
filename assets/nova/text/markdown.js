// Parses the text of a message into a tree of a few kinds of nodes: nothing else can be drawn. Pure.
//
// The library parses lists, code and what stands within lines; no HTML is ever made (docs/decisions/0020-text.md).

// @ts-ignore - resolved by the build
import MarkdownIt from "markdown-it";
import { chatRules } from "./chat_rules.js";
import { quotedText, toSegments } from "./segments.js";

/**
 * @typedef {{type: "text", text: string} | {type: "code", text: string}
 *   | {type: "strong" | "em" | "del", children: Inline[]} | {type: "link", href: string, children: Inline[]}} Inline
 * @typedef {{type: "paragraph", children: Inline[]} | {type: "fence", language: string, text: string}
 *   | {type: "quote", children: Block[]} | {type: "list", start: number, items: Block[][]}} Block
 *   `start`: the number of the first item, 0 for a list without numbers
 */

const QUOTES_MAX = 6;
const DEPTH_MAX = 40;
/** @type {Record<string, "strong" | "em" | "del">} */
const MARKS = { strong_open: "strong", em_open: "em", s_open: "del" };

const parser = new MarkdownIt("zero", { linkify: true, maxNesting: 2 * DEPTH_MAX }).use(chatRules);

/**
 * @param {string} text
 * @param {number} [depth]  of quotes around it
 * @returns {Block[]}
 */
export function parseText(text, depth = 0) {
  return toSegments(text).flatMap((segment) => {
    const source = segment.lines.join("\n");
    if (segment.kind === "quote" && depth < QUOTES_MAX) {
      return [{ type: "quote", children: parseText(quotedText(segment), depth + 1) }];
    }
    if (segment.kind === "text" || segment.kind === "quote") return [paragraphOf(source)];
    const tokens = parser.parse(source, {});
    // The library leaves out what is nested deeper than it follows.
    if (tokens.some((/** @type {any} */ { level }) => level > DEPTH_MAX)) return [plain(source)];
    return blocksOf(new Reader(tokens), "");
  });
}

/** A place in a list of tokens. */
class Reader {
  /** @param {any[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
  }

  next() {
    return this.tokens[this.at++];
  }
}

/**
 * @param {Reader} reader
 * @param {string} end  the type of the token after the last block
 * @returns {Block[]}
 */
function blocksOf(reader, end) {
  /** @type {Block[]} */
  const blocks = [];
  for (let token = reader.next(); token && token.type !== end; token = reader.next()) {
    if (token.type === "inline") blocks.push({ type: "paragraph", children: inlinesOf(new Reader(token.children), "") });
    else if (token.type === "fence") blocks.push({ type: "fence", language: languageOf(token.info), text: token.content.replace(/\n$/, "") });
    else if (token.type.endsWith("_list_open")) blocks.push(listOf(reader, token));
  }
  return blocks;
}

/**
 * @param {Reader} reader
 * @param {any} open
 * @returns {Block}
 */
function listOf(reader, open) {
  const end = open.type.replace("open", "close");
  const items = [];
  for (let token = reader.next(); token && token.type !== end; token = reader.next()) {
    items.push(blocksOf(reader, "list_item_close"));
  }
  return { type: "list", start: open.type === "ordered_list_open" ? Number(open.attrGet("start") ?? 1) : 0, items };
}

/**
 * @param {string} source
 * @returns {Block}
 */
function paragraphOf(source) {
  const [token] = parser.parseInline(source, {});
  return { type: "paragraph", children: inlinesOf(new Reader(token?.children ?? []), "") };
}

/**
 * @param {string} text
 * @returns {Block}
 */
const plain = (text) => ({ type: "paragraph", children: [{ type: "text", text }] });

/**
 * @param {Reader} reader
 * @param {string} end
 * @returns {Inline[]}
 */
function inlinesOf(reader, end) {
  /** @type {Inline[]} */
  const inlines = [];
  for (let token = reader.next(); token && token.type !== end; token = reader.next()) {
    const close = token.type.replace("_open", "_close");
    if (token.type === "code_inline") inlines.push({ type: "code", text: token.content });
    else if (MARKS[token.type]) inlines.push({ type: MARKS[token.type], children: inlinesOf(reader, close) });
    else if (token.type === "link_open") inlines.push({ type: "link", href: token.attrGet("href"), children: inlinesOf(reader, close) });
    else if (token.content) inlines.push({ type: "text", text: token.content });
  }
  return inlines;
}

/** @param {string} info  what stands after the fence */
const languageOf = (info) => /^[\w#+.-]{1,32}/.exec(info.trim())?.[0].toLowerCase() ?? "";
