// Whether a text has to be parsed: most messages have no markup, and never load what parses it. Pure.

const MARKUP = /[*_~`[\]\\]|<\S|https?:\/\/|www\.|\S@\S+\.\S|mailto:|^ {0,3}(?:>|[-*][ \t]|\d{1,9}[.)][ \t])/im;

/** @param {string} text */
export const hasMarkup = (text) => MARKUP.test(text);
