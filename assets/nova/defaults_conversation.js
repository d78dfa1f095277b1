// The store of the page of a conversation as it is before anything is known; declared in Python, as in defaults.js.

export const DEFAULTS = {
  messages: {
    ready: false,
    storage: "",
    active_id: "",
    active_title: "",
    active_kind: "",
    active_subtitle: "",
    history: "idle",
    problem_code: "",
    problem_text: "",
    older_problem_code: "",
    older_problem_text: "",
    has_older: false,
    loading_older: false,
    typing_label: "",
    rows: /** @type {import("./timeline.js").Row[]} */ ([]),
    draft: "",
    can_send: false,
    draft_problem: "",
    draft_note: "",
    new_below: 0,
  },
};
