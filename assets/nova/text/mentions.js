// Finds the people who are mentioned in the tree of a message: outside code, links and quotes. Pure.

/**
 * @typedef {import("./markdown.js").Inline} Inline
 * @typedef {import("./markdown.js").Block} Block
 * @typedef {{type: "mention", text: string, username: string}} Mention  `text`: as it was written, with its "@"
 */

/** As the server reads it: after nothing, space or an opening mark; dots and dashes at the end are not part of a name. */
const MENTION = /(^|[\s([{"'])@([\p{L}\p{N}._-]*[\p{L}\p{N}_])/gu;

/**
 * @param {Block[]} blocks
 * @param {(username: string) => boolean} isName  of a member, in lower case
 * @returns {any[]}  the same blocks, with mentions as nodes of their own
 */
export function withMentions(blocks, isName) {
  return blocks.map((block) => {
    if (block.type === "paragraph") return { ...block, children: inlinesWith(block.children, isName) };
    if (block.type === "list") return { ...block, items: block.items.map((item) => withMentions(item, isName)) };
    return block;
  });
}

/**
 * @param {Inline[]} inlines
 * @param {(username: string) => boolean} isName
 * @returns {(Inline | Mention)[]}
 */
function inlinesWith(inlines, isName) {
  return inlines.flatMap((/** @type {any} */ node, i) => {
    if (node.type === "text") return inText(node.text, isName, i === 0);
    if (node.type === "code" || node.type === "link") return [node];
    // What begins within marks follows the mark.
    return [{ ...node, children: inlinesWith([{ type: "text", text: "" }, ...node.children], isName).slice(1) }];
  });
}

/**
 * @param {string} text
 * @param {(username: string) => boolean} isName
 * @param {boolean} [isStart]  nothing stands before it
 * @returns {(Inline | Mention)[]}
 */
export function inText(text, isName, isStart = true) {
  /** @type {(Inline | Mention)[]} */
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(MENTION)) {
    const [whole, before, name] = match;
    const start = match.index + before.length;
    const username = name.toLowerCase();
    if (!isName(username) || (!start && !isStart)) continue;
    if (start > at) nodes.push({ type: "text", text: text.slice(at, start) });
    at = match.index + whole.length;
    nodes.push({ type: "mention", text: text.slice(start, at), username });
  }
  if (at < text.length || !nodes.length) nodes.push({ type: "text", text: text.slice(at) });
  return nodes;
}
