// A text without its marks, for places that show one line of it: lists, notifications, quotes. Pure.
//
// Much smaller than what draws messages (text/markdown.js), which tests compare it with.

/** A line that begins or ends code, and the marks of a quote. */
const LINES = /^ {0,3}(```[^`\n]*$|[> ]+)/gm;
/** Code, a link, and marks around words; within a word they are none. */
const MARKS = /`{1,8}([^`]+)`{1,8}|\[([^[\]\n]+)\]\(http[^\s()]*\)|(?<![\w\\*~])(\*{1,3}|~~|_)(?=\S)((?:(?!\3).)*?\S)\3(?![\w*~])/g;

/**
 * @param {string} text
 * @returns {string}
 */
export const withoutMarks = (text) =>
  text.replace(LINES, "").replace(MARKS, (_, code, label, _mark, inner) => code ?? withoutMarks(label ?? inner));
