// Actions of the details panel's controls. A shell.

/** Below this width the panel covers the page. */
const NARROW = "(max-width: 1099px)";

/** @param {() => import("./details.js").ConversationDetails | null} details */
export function createDetailsActions(details) {
  /** @type {MediaQueryList | null} */
  let narrow = null;
  /** Follow the width of the window, from the first opening on. */
  const watchWidth = () => {
    if (narrow) return;
    narrow = matchMedia(NARROW);
    narrow.addEventListener("change", ({ matches }) => details()?.setModal(matches));
  };
  return {
    toggle: () => {
      watchWidth();
      details()?.setModal(narrow?.matches ?? false);
      details()?.toggle();
    },
    closed: (/** @type {any} */ event) => {
      // Shown in the other way meanwhile: the window became wider or narrower.
      if (!event.currentTarget?.open) details()?.close();
    },
    // Escape closes only modal dialogs by itself.
    panel_key: (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && details()?.close(),
    show_rename: () => details()?.show("rename"),
    edit_title: (/** @type {string} */ title) => details()?.editTitle(title),
    rename: () => void details()?.rename(),
    rename_key: (/** @type {KeyboardEvent} */ event) => onEnter(event, () => void details()?.rename()),
    show_add: () => details()?.show("add"),
    find: (/** @type {string} */ wanted) => details()?.findSoon(wanted),
    find_key: (/** @type {KeyboardEvent} */ event) => onEnter(event, () => void details()?.addFirst()),
    add: (/** @type {string} */ username) => void details()?.add(username),
    change_role: (/** @type {string} */ userId, /** @type {string} */ role) => void details()?.changeRole(userId, role),
    ask_remove: (/** @type {string} */ userId) => details()?.askRemove(userId),
    ask_leave: () => details()?.askLeave(),
    confirm: () => void details()?.confirm(),
    dismiss: () => details()?.dismiss(),
    pin: () => void details()?.pin(),
    show_mute: () => details()?.show("mute"),
    mute: (/** @type {string} */ choice) => void details()?.mute(choice),
    set_notify: (/** @type {string} */ notify) => void details()?.notify(notify),
    retry: () => details()?.again(),
    cancel: () => details()?.cancel(),
  };
}

/**
 * @param {KeyboardEvent} event
 * @param {() => void} work
 */
function onEnter(event, work) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  work();
}
