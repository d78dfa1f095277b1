// The stores as they are before anything is known: also what a page is prerendered with.
// Declared in Python (nova_app/stores/); a test keeps both the same.

export const DEFAULTS = {
  connection: {
    state: "DISCONNECTED",
    status: "DISCONNECTED",
    reason: "",
    synced: false,
    is_connected: false,
    is_reconnecting: false,
    are_pages_connected: true,
    attempt: 0,
    next_retry_at: /** @type {number | null} */ (null),
    queued: 0,
    metrics: { reconnects: 0, downtime: "0 s", round_trip: "-", queued: 0, last_contact: "-" },
    banner: "",
    banner_seconds: 0,
    sent: 0,
    announcement: "",
  },
  conversations: {
    state: "loading",
    items: /** @type {import("./conversations.js").ConversationItem[]} */ ([]),
    outbox_count: 0,
    unread_total: 0,
  },
  errors: {
    notices: /** @type {import("./notices.js").Notice[]} */ ([]),
    history: /** @type {import("./notices.js").Notice[]} */ ([]),
    copied: "",
  },
  account: {
    signed_in: false,
    user_id: "",
    username: "",
    display_name: "",
    standing: "own",
    other_name: "",
    busy: false,
    form_problem: "",
    form_error: "",
    form_wait: "",
    field_errors: { username: "", display_name: "", password: "" },
  },
  dialog: {
    is_open: false,
    key: "",
    kind: "group",
    title: "",
    members: "",
  },
};
