// The store of the page of a conversation as it is before anything is known; declared in Python, as in shared.js. Pure.

/** @type {import("../conversation/window_loader.js").Load} */
export const IDLE = { state: "", code: "", text: "" };

export const DEFAULTS = {
  messages: {
    ready: false,
    is_former: false,
    storage: "",
    active_id: "",
    active_title: "",
    active_kind: "",
    active_subtitle: "",
    start_label: "",
    active_presence: "",
    history: "idle",
    problem_code: "",
    problem_text: "",
    has_older: false,
    has_newer: false,
    is_away: false,
    is_live: true,
    older: IDLE,
    newer: IDLE,
    jump: IDLE,
    target_seq: 0,
    typing_label: "",
    rows: /** @type {import("../conversation/rows.js").Row[]} */ ([]),
    draft: "",
    can_send: false,
    draft_problem: "",
    draft_note: "",
    failed_files: "",
    chips: /** @type {ReturnType<typeof import("../files/upload_items.js").toFile>[]} */ ([]),
    new_below: 0,
  },
  receipts: {
    is_open: false,
    text: "",
    time_label: "",
    read: /** @type {import("../conversation/receipts.js").ReceiptItem[]} */ ([]),
    delivered: /** @type {import("../conversation/receipts.js").ReceiptItem[]} */ ([]),
    waiting: /** @type {import("../conversation/receipts.js").ReceiptItem[]} */ ([]),
  },
};
