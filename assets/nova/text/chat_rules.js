// What of Markdown is read in a chat, and how: marks that nobody meant stay as they were written. Pure.

const READ = ["list", "fence", "backticks", "emphasis", "strikethrough", "link", "autolink", "linkify", "escape"];
/** A backslash before anything else is one: paths of Windows have many. */
const ESCAPED = "*_~`[]<>";
const WORD = /[A-Za-z0-9]/;
const ALLOWED = /^(?:https?:\/\/|mailto:)[^\s]/i;

/** @param {string} url  may a message lead there */
export const isAllowedAddress = (url) => ALLOWED.test(url);

/** @param {any} parser  of markdown-it */
export function chatRules(parser) {
  parser.enable(READ);
  parser.validateLink = isAllowedAddress;
  // An address is shown as it was written: a decoded one may look like another.
  parser.normalizeLinkText = (/** @type {string} */ text) => text;
  parser.inline.ruler.at("escape", readEscape);
  parser.inline.State = withoutMarksInWords(parser.inline.State);
  const { linkify } = parser;
  linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: true });
  linkify.add("ftp:", null).add("//", null);
  linkify.add("www.", { validate, normalize });
}

/** @type {(text: string, pos: number, self: any) => number} */
function validate(text, pos, { re }) {
  const name = re.get_relative_proto_validator();
  name.lastIndex = pos;
  return name.exec(text)?.[0].length ?? 0;
}

/** @param {{url: string}} match */
function normalize(match) {
  match.url = `https://${match.url}`;
}

/**
 * @param {any} state
 * @param {boolean} isSilent
 */
function readEscape(state, isSilent) {
  const { src, pos } = state;
  if (src[pos] !== "\\") return false;
  const next = src[pos + 1] ?? "";
  const isPair = next !== "" && `${ESCAPED}\\`.includes(next);
  // Not the arm of ¯\_(ツ)_/¯.
  const isEscape = isPair && next !== "\\" && src[pos - 1] !== "¯";
  const length = isPair ? 2 : 1;
  if (!isSilent) {
    const token = state.push("text_special", "", 0);
    token.content = isEscape ? next : src.slice(pos, pos + length);
    token.markup = src.slice(pos, pos + length);
    token.info = "escape";
  }
  state.pos += length;
  return true;
}

/**
 * Marks within a word or a number are none: "2*3*4" is a product. Scripts without spaces keep theirs.
 * @param {any} State
 */
const withoutMarksInWords = (State) =>
  class extends State {
    /**
     * @param {number} start
     * @param {boolean} canSplitWord
     */
    scanDelims(start, canSplitWord) {
      let end = start;
      while (this.src[end] === this.src[start]) end += 1;
      const isInWord = WORD.test(this.src[start - 1] ?? "") && WORD.test(this.src[end] ?? "");
      const found = super.scanDelims(start, canSplitWord && !isInWord);
      // Names such as __init__ are more common than bold text in this form.
      return this.src[start] === "_" && end > start + 1 ? { ...found, can_open: false, can_close: false } : found;
    }
  };
