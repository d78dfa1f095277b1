// Folds a text of more than 15 lines. A shell.

import { createElement, useLayoutEffect, useRef, useState } from "../base/react.js";

/** As in the style sheet. */
const LINES = 15;
/** Fewer characters do not fill so many lines on the narrowest screen. */
const SHORT = 300;

/** @param {string} text */
export const mayBeLong = (text) => text.length > SHORT || text.split("\n", LINES + 1).length > LINES;

/** @param {{children: any}} props */
export function Foldable({ children }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const [isLong, setLong] = useState(false);
  const [isOpen, setOpen] = useState(false);
  useLayoutEffect(() => {
    const { current: element } = box;
    const [text] = element.children;
    const measure = () => setLong(text.scrollHeight > LINES * parseFloat(getComputedStyle(element).lineHeight) + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(text);
    return () => observer.disconnect();
  }, [children]);
  const toggle = () => {
    setOpen(!isOpen);
    if (isOpen) requestAnimationFrame(() => box.current?.closest("article")?.scrollIntoView({ block: "nearest" }));
  };
  // What the keyboard leads to must be seen.
  const unfold = (/** @type {any} */ { target, currentTarget }) => {
    if (target.getBoundingClientRect().bottom > currentTarget.getBoundingClientRect().bottom) setOpen(true);
  };
  const attrs = { ref: box, className: isOpen ? "foldable" : "foldable folded", "data-long": isLong, onFocus: unfold };
  return [
    createElement("div", { key: "text", ...attrs }, children),
    isLong &&
      createElement(
        "button",
        {
          key: "fold",
          type: "button",
          className: "link-button fold-button",
          "data-testid": "message-fold",
          "aria-expanded": isOpen,
          onClick: toggle,
        },
        isOpen ? "Show less" : "Show all",
      ),
  ];
}
