// Keeps the page true while others change it: translators put other elements where texts stood,
// extensions wrap them. React goes on writing to its own nodes, which are not in the document any
// more: it would fail where it removes one, and show old words where it changes one. A shell over the DOM.

const TEXT_NODE = 3;

/** @type {WeakMap<Node, Node>} by text: the node that replaced it */
const substitutes = new WeakMap();

/**
 * Learn which texts others have replaced.
 * @param {MutationRecord[]} records  of one batch, in order
 */
function learn(records) {
  for (const record of records) {
    for (const text of record.removedNodes) {
      if (text.nodeType !== TEXT_NODE || text.parentNode) continue;
      const substitute = record.addedNodes[0] ?? addedFor(text, record, records);
      if (substitute) substitutes.set(text, substitute);
    }
  }
}

/**
 * What was put beside a text before it was removed, or to its place afterwards.
 * @param {Node} text
 * @param {MutationRecord} removal
 * @param {MutationRecord[]} records
 */
function addedFor(text, removal, records) {
  const removedAt = records.indexOf(removal);
  return records.find(
    ({ target, addedNodes, previousSibling, nextSibling }, at) =>
      addedNodes.length > 0 &&
      target === removal.target &&
      (nextSibling === text ||
        previousSibling === text ||
        // What was put to this place earlier may be the text itself.
        (at > removedAt && previousSibling === removal.previousSibling && nextSibling === removal.nextSibling)),
  )?.addedNodes[0];
}

/**
 * The node that replaces this one in the document. Texts that took turns may each be noted as the other's
 * replacement: none is looked at twice.
 * @param {Node} node
 */
function current(node) {
  const seen = new Set();
  let found = node;
  for (let next; !found.parentNode && !seen.has(found) && (next = substitutes.get(found)); found = next) seen.add(found);
  return found;
}

/**
 * The child of a parent that is, or contains, the replacement of this node; null if there is none.
 * @param {Node} node
 * @param {Node} parent
 * @returns {Node | null}
 */
function childFor(node, parent) {
  let found = /** @type {Node | null} */ (current(node));
  while (found && found.parentNode !== parent) found = found.parentNode;
  return found;
}

/**
 * What has to go for this node to be gone: with the wrappers that hold nothing else.
 * @param {Node} node
 * @param {Node} parent
 */
function wholeOf(node, parent) {
  let found = current(node);
  while (found.parentNode && found.parentNode !== parent && found.parentNode.childNodes.length === 1) found = found.parentNode;
  return found;
}

/** Start, once per page and before React renders anything again. */
export function keepTextsTrue() {
  const prototype = /** @type {any} */ (Node.prototype);
  const { removeChild, insertBefore, replaceChild } = prototype;
  const value = /** @type {Required<PropertyDescriptor>} */ (Object.getOwnPropertyDescriptor(prototype, "nodeValue"));
  const observer = new MutationObserver(learn);
  observer.observe(document, { childList: true, subtree: true });
  const catchUp = () => learn(observer.takeRecords());

  prototype.removeChild = function (/** @type {any} */ child) {
    if (child?.parentNode === this || !(child instanceof Node)) return removeChild.call(this, child);
    catchUp();
    const whole = childFor(child, this) && wholeOf(child, this);
    if (whole) removeChild.call(/** @type {Node} */ (whole.parentNode), whole);
    return child;
  };

  prototype.insertBefore = function (/** @type {any} */ node, /** @type {any} */ before) {
    if (!before || before.parentNode === this) return insertBefore.call(this, node, before);
    catchUp();
    return insertBefore.call(this, node, childFor(before, this));
  };

  Object.defineProperty(prototype, "nodeValue", {
    ...value,
    set(text) {
      value.set.call(this, text);
      if (this.nodeType !== TEXT_NODE || this.parentNode) return;
      catchUp();
      const substitute = current(this);
      // The text itself comes back with its new words; whoever replaced it sees a new text.
      if (substitute.parentNode) replaceChild.call(substitute.parentNode, this, substitute);
    },
  });
}
