// Mentions in a text: `@name` of a member, `@all`; the rules of the server (nova_app/domain/mentions.py), with their places. Pure.
//
// A mention begins at the start of the text or after whitespace or one of ([{"'. What follows is the longest user name of
// a member, in any case, that is not followed by another letter, digit or _. Nothing is mentioned in code, links and
// quoted lines. tests/wire/mentions.json has the cases that both sides are tested with.

/**
 * @typedef {{start: number, end: number, user_id: string}} Mention  the text from `start` to `end`, the @ included; an
 *   empty `user_id` is everybody
 * @typedef {{text: string, at: number[]}} Masked  a text with parts left out, and where each of its units was
 */

const EVERYBODY = "all";
/** Further names of one text are passed over. */
const MENTIONS_MAX = 100;
/** What Python takes for whitespace, and for the end of a line. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
const NAME = new RegExp(`(?:^|(?<=[${SPACE}([{"']))@([A-Za-z0-9._-]{1,64})`, "g");
const WORD = /^[\p{L}\p{N}_]/u;
const FENCE = /^[ ]{0,3}(`{3,}|~{3,})/;
const QUOTED = /^[ ]{0,3}>/;
const BLANK = new RegExp(`^[${SPACE}]*$`);
const LINKS = new RegExp(
  `\\[[^\\[\\]\\n]{0,1000}\\]\\([^()${SPACE}]{0,2000}\\)|<[a-z\\u0130\\u0131][a-z\\u0130\\u01310-9+.-]{1,31}:[^<>${SPACE}]*>|(?:https?://|www\\.)[^${SPACE}]+`,
  "giu",
);

/**
 * Find who is mentioned, in the order of the text.
 * @param {string} text
 * @param {{user_id: string, username: string}[]} members
 * @param {boolean} mayMentionAll  whether the author has the right to mention everybody
 * @returns {Mention[]}  each place; the same user may be in several
 */
export function findMentions(text, members, mayMentionAll) {
  if (!text.includes("@")) return [];
  const ids = new Map(members.map(({ username, user_id }) => [username.toLowerCase(), user_id]));
  const seen = new Set();
  /** @type {Mention[]} */
  const found = [];
  for (const { start, names } of candidatesOf(text)) {
    const isAll = mayMentionAll && names.includes(EVERYBODY);
    const name = isAll ? EVERYBODY : names.find((one) => ids.has(one));
    if (name === undefined) continue;
    const user_id = isAll ? "" : /** @type {string} */ (ids.get(name));
    if (!isAll && !seen.has(user_id) && seen.size >= MENTIONS_MAX) continue;
    if (!isAll) seen.add(user_id);
    found.push({ start, end: start + 1 + name.length, user_id });
  }
  return found;
}

/**
 * For each place with an @ the names that may be meant, the longest first.
 * @param {string} text
 * @returns {{start: number, names: string[]}[]}
 */
function candidatesOf(text) {
  const plain = withoutLinks(withoutCodeAndQuotes(text));
  return [...plain.text.matchAll(NAME)].flatMap((match) => {
    const names = prefixes(match[1].toLowerCase(), plain.text.slice(match.index + match[0].length));
    return names.length ? [{ start: plain.at[match.index], names }] : [];
  });
}

/**
 * The beginnings of a run that may be a name: no . or - at the end, no letter or digit behind.
 * @param {string} run
 * @param {string} following
 * @returns {string[]}
 */
function prefixes(run, following) {
  const names = [];
  for (let end = run.length; end > 0; end -= 1) {
    const behind = end < run.length ? run[end] : following;
    if (!".-".includes(run[end - 1]) && !WORD.test(behind)) names.push(run.slice(0, end));
  }
  return names;
}

/** @typedef {{from: number, to: number} | string} Piece  of the text before, or other text */

/**
 * @param {Masked} source
 * @param {Piece[]} pieces
 * @returns {Masked}
 */
function join(source, pieces) {
  /** @type {number[]} */
  const at = [];
  const texts = pieces.map((piece) => {
    const isNew = typeof piece === "string";
    const text = isNew ? piece : source.text.slice(piece.from, piece.to);
    for (let i = 0; i < text.length; i += 1) at.push(isNew ? -1 : source.at[piece.from + i]);
    return text;
  });
  return { text: texts.join(""), at };
}

const GAP = " - ";

/**
 * @param {Masked} source
 * @returns {Masked}
 */
function withoutLinks(source) {
  /** @type {Piece[]} */
  const pieces = [];
  let from = 0;
  for (const match of source.text.matchAll(LINKS)) {
    pieces.push({ from, to: match.index }, GAP);
    from = match.index + match[0].length;
  }
  return pieces.length ? join(source, [...pieces, { from, to: source.text.length }]) : source;
}

/**
 * The text without fenced code, quoted lines and code spans; what is left out ends a line.
 * @param {string} text
 * @returns {Masked}
 */
function withoutCodeAndQuotes(text) {
  const source = { text, at: [...Array(text.length).keys()] };
  /** @type {Piece[][]} */
  const paragraphs = [[]];
  let fence = "";
  for (const { from, to } of linesOf(text)) {
    const line = text.slice(from, to);
    const mark = FENCE.exec(line)?.[1];
    if (fence) {
      if (mark?.startsWith(fence) && !/[^ `~]/.test(line)) fence = "";
    } else if (mark) {
      fence = mark;
      paragraphs.push([]);
    } else if (QUOTED.test(line) || BLANK.test(line)) paragraphs.push([]);
    else {
      const lines = /** @type {Piece[]} */ (paragraphs.at(-1));
      if (lines.length) lines.push("\n");
      lines.push({ from, to });
    }
  }
  const kept = paragraphs.map((pieces) => withoutCodeSpans(join(source, pieces)));
  return { text: kept.map((part) => part.text).join("\n"), at: kept.flatMap((part, i) => (i ? [-1, ...part.at] : part.at)) };
}

/**
 * @param {string} text
 * @returns {{from: number, to: number}[]}
 */
function linesOf(text) {
  const lines = [];
  let from = 0;
  for (const { index, 0: end } of text.matchAll(LINE_END)) {
    lines.push({ from, to: index });
    from = index + end.length;
  }
  return from < text.length ? [...lines, { from, to: text.length }] : lines;
}

/**
 * A paragraph without what is between two equally long runs of backticks; one pass.
 * @param {Masked} paragraph
 * @returns {Masked}
 */
function withoutCodeSpans(paragraph) {
  const runs = [...paragraph.text.matchAll(/`+/g)].map(({ index, 0: run }) => ({ from: index, to: index + run.length }));
  const closing = closingRuns(runs);
  /** @type {Piece[]} */
  const pieces = [];
  let from = 0;
  for (let number = 0; number < runs.length; number += 1) {
    const end = closing[number];
    if (end === undefined) continue;
    pieces.push({ from, to: runs[number].from }, GAP);
    from = runs[end].to;
    number = end;
  }
  return pieces.length ? join(paragraph, [...pieces, { from, to: paragraph.text.length }]) : paragraph;
}

/**
 * For each run of backticks the next one of the same length.
 * @param {{from: number, to: number}[]} runs
 * @returns {(number | undefined)[]}
 */
function closingRuns(runs) {
  /** @type {Map<number, number>} */
  const nearest = new Map();
  /** @type {(number | undefined)[]} */
  const closing = [];
  for (let number = runs.length - 1; number >= 0; number -= 1) {
    const length = runs[number].to - runs[number].from;
    closing[number] = nearest.get(length);
    nearest.set(length, number);
  }
  return closing;
}
