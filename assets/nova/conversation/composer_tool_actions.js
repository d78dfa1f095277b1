// Actions of the tools of the composer. A shell.

/**
 * @typedef {import("./composer_tools.js").ComposerTools} ComposerTools
 * @typedef {import("./open_conversation.js").OpenConversation} OpenConversation
 * @typedef {import("./formatting.js").Mark} Mark
 */

/**
 * @param {() => ComposerTools | null} tools
 * @param {{attach(event: any): void, attach_files(files: File[]): void, leave(): void}} composer
 */
export function createComposerToolActions(tools, composer) {
  return {
    toggle_format: () => tools()?.toggleFormat(),
    format: (/** @type {Mark} */ mark) => tools()?.format(mark),
    choose_code: (/** @type {string} */ emoji) => tools()?.chooseCode(emoji),
    paste: (/** @type {any} */ event) => {
      composer.attach(event);
      tools()?.pasted_text(event);
    },
    paste_as_file: () => {
      const file = tools()?.takePaste();
      if (file) composer.attach_files([file]);
    },
    keep_paste: () => tools()?.keepPaste(),
    restore: (/** @type {string} */ id) => tools()?.restore(id),
    leave: () => {
      tools()?.closeCodes();
      composer.leave();
    },
  };
}

/**
 * The composer's actions, with the tools: they see each key and each change first, and every text that is discarded.
 * @template {Record<string, any>} T
 * @param {T} actions
 * @param {() => ComposerTools | null} tools
 * @param {() => OpenConversation | null} open
 * @returns {T}
 */
export function withTools(actions, tools, open) {
  const draftOf = () => open()?.stores.messages.get().draft ?? "";
  return {
    ...actions,
    edit_draft: (/** @type {string} */ text) => {
      const before = draftOf();
      actions.edit_draft(text);
      tools()?.edited(before, text);
    },
    composer_key: (/** @type {any} */ event) => {
      // A list of names is open: it takes Enter.
      const isListed = Boolean(event.target.getAttribute("aria-activedescendant"));
      if (tools()?.key(event)) return;
      const isBreak = tools()?.store.get().enter_breaks && event.key === "Enter" && !event.ctrlKey && !event.metaKey;
      if (isBreak && !isListed) return;
      actions.composer_key(event);
    },
    cancel: () => {
      const editing = open()?.composer.editing;
      if (editing && editing.text !== editing.before) tools()?.discard(editing.text);
      actions.cancel();
    },
    discard: (/** @type {string} */ clientId) => {
      const text = open()?.messenger.outboxWorker.outbox.find(clientId)?.text ?? "";
      actions.discard(clientId);
      tools()?.discard(text);
    },
  };
}
