// In every page of a browser test: notes which controls appeared, and which of them a person really operated.
(() => {
  // A block of code takes the focus only to be scrolled, as browsers do by themselves.
  const OPERABLE =
    "a, button, input:not([type=hidden]), textarea, select, summary, [role=button], [role=switch], [role=tab], " +
    "[role=menuitem], [role=option], [tabindex='0']:not(pre), [contenteditable]:not([contenteditable=false]), [data-drop]";
  const ALL = `${OPERABLE}, [aria-keyshortcuts], [data-paste]`;
  const TYPED = "input:not([type=checkbox], [type=radio], [type=file], [type=button], [type=submit]), textarea";
  const FRAME = ".app, .doorway, .page-failed";
  // What is empty, and the part of the page that is empty with it.
  const EMPTY = [
    [".sidebar .empty-note:not([data-testid])", ".sidebar-head, .sidebar .search-box, .sidebar-list"],
    ["#content .timeline-empty:not([role=alert], [role=status]), #content :is(.welcome, .first-run)", "#content"],
  ];
  const OFFLINE = ["DISCONNECTED", "RECONNECTING", "FAILED"];
  // Shorter ones are on their way to something else, and nobody could use anything in them.
  const LASTING_MS = 1_000;
  const LOOK_MS = 150;
  const seen = new Set();
  let offlineSince = 0;
  let isAsked = false;
  /** Reports that have not arrived yet. */
  const outstanding = (window.novaControlsOutstanding = new Set());

  const width = () => (innerWidth <= 480 ? "narrow" : innerWidth >= 720 ? "wide" : "between");
  const idOf = (element) => element.getAttribute("data-testid") ?? "";

  function isOffline() {
    // The pages for signing in have no connection of their own.
    if (document.querySelector(".doorway")) return !navigator.onLine;
    return OFFLINE.includes(document.querySelector("[data-testid=connection-status]")?.dataset.state);
  }

  /** The parts of the page that are empty. */
  const emptyParts = () => EMPTY.filter(([sign]) => document.querySelector(sign)).map(([, part]) => part);

  function stateOf(element, offline = isOffline(), empty = emptyParts()) {
    if (element.closest("[role=alert]")) return "error";
    if (offline) return "offline";
    return empty.some((part) => element.closest(part)) ? "empty" : "";
  }

  function isUsable(element) {
    const { width, height } = element.getBoundingClientRect();
    if (!width || !height || !element.checkVisibility({ visibilityProperty: true })) return false;
    const modal = document.querySelector("dialog:modal");
    return !element.matches(":disabled") && !element.closest("[inert]") && (!modal || modal.contains(element));
  }

  function keysOf(element) {
    return (element.getAttribute("aria-keyshortcuts") ?? "").split(" ").filter(Boolean);
  }

  function namesOf(element) {
    const id = idOf(element);
    const names = element.matches(OPERABLE) ? [id] : [];
    for (const key of keysOf(element)) names.push(`${id}+${key}`);
    return element.dataset.paste ? [...names, `${id}+paste`] : names;
  }

  // One report for all of them: each costs as much as a step of the test.
  function tell(...events) {
    const report = window.novaControls?.(JSON.stringify(events.map((event) => ({ width: width(), ...event }))));
    outstanding.add(report);
    void Promise.resolve(report).finally(() => outstanding.delete(report));
  }

  function fieldsOf(form) {
    return [...form.querySelectorAll("[name]:not([type=hidden])")];
  }

  function formOf(submitter) {
    return `${idOf(submitter)}(${fieldsOf(submitter.form).map((field) => field.name).join(", ")})`;
  }

  function look() {
    isAsked = false;
    if (!document.querySelector(FRAME)) return;
    const offline = isOffline();
    offlineSince = offline ? offlineSince || performance.now() : 0;
    const isBrief = offline && performance.now() - offlineSince < LASTING_MS;
    if (isBrief) setTimeout(ask, LASTING_MS);
    const found = [];
    const find = (key, event) => {
      if (!seen.has(key)) found.push(event);
      seen.add(key);
    };
    const empty = emptyParts();
    for (const element of document.querySelectorAll(ALL)) {
      const state = stateOf(element, offline, empty);
      const fresh = namesOf(element).filter((control) => !seen.has(`${control} ${state} ${width()}`));
      if ((!fresh.length && idOf(element)) || !isUsable(element)) continue;
      if (!idOf(element)) find(element.outerHTML, { kind: "unnamed", html: element.outerHTML.slice(0, 200) });
      if (state === "offline" && isBrief) {
        for (const control of fresh) find(`${control} brief ${width()}`, { kind: "brief", control, state });
        continue;
      }
      for (const control of fresh) find(`${control} ${state} ${width()}`, { kind: "seen", control, state });
      if (element.form && element.type === "submit") find(formOf(element), { kind: "form", form: formOf(element) });
    }
    if (found.length) tell(...found);
  }

  function ask() {
    if (!isAsked) setTimeout(look, LOOK_MS);
    isAsked = true;
  }

  function operated(element, control, by) {
    tell({ kind: "operated", control, by, state: stateOf(element) });
  }

  function onClick(event) {
    const element = event.target.closest?.(OPERABLE);
    if (!element || (element.matches(TYPED) && !element.readOnly)) return;
    if (!element.hasAttribute("data-drop")) operated(element, idOf(element), "click");
  }

  function onKey(event) {
    const pressed = `${event.altKey ? "Alt+" : ""}${event.ctrlKey ? "Control+" : ""}${event.shiftKey ? "Shift+" : ""}`;
    const names = [event.key, event.key.toUpperCase()].map((key) => pressed + key);
    for (const element of document.querySelectorAll("[aria-keyshortcuts]")) {
      const scope = element.dataset.shortcutScope === "page" ? document : element.closest("dialog, .notice") ?? element;
      const key = keysOf(element).find((key) => names.includes(key));
      if (key && scope.contains(event.target)) operated(element, `${idOf(element)}+${key}`, "key");
    }
    const own = event.target;
    if (own.tabIndex === 0 && own.matches?.("[tabindex='0']")) operated(own, idOf(own), "key");
  }

  function onSend(event) {
    const submitter = event.submitter ?? event.target.form?.querySelector("[type=submit]");
    if (!submitter?.form) return;
    const holds = (field) => (field.type === "checkbox" ? field.checked : field.value || field.validity.badInput);
    const isEmpty = !fieldsOf(submitter.form).some(holds);
    tell({ kind: "sent", form: formOf(submitter), isEmpty, control: idOf(submitter) });
  }

  const listeners = {
    click: onClick,
    keydown: onKey,
    submit: onSend,
    invalid: onSend,
    input: ({ target }) => target.matches?.(TYPED) && operated(target, idOf(target), "input"),
    change: ({ target }) => target.matches?.("select") && operated(target, idOf(target), "change"),
    drop: ({ target }) => {
      const zone = target.closest?.("[data-drop]");
      if (zone) operated(zone, idOf(zone), "drop");
    },
    paste: ({ target, clipboardData }) => {
      const field = clipboardData?.files.length ? target.closest?.("[data-paste]") : null;
      if (field) operated(field, `${idOf(field)}+paste`, "paste");
    },
  };
  // What a script types by a command is trusted like what a person types.
  let isCommand = false;
  const command = document.execCommand;
  document.execCommand = (...args) => {
    isCommand = true;
    const isDone = command.apply(document, args);
    isCommand = false;
    return isDone;
  };
  for (const [type, listener] of Object.entries(listeners)) {
    // Only what a person did: events that a script made are not trusted.
    addEventListener(type, (event) => event.isTrusted && !isCommand && listener(event), { capture: true });
  }
  new MutationObserver(ask).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener("resize", ask);
})();
