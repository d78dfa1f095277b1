// The stores of status/page.js as they are before anything is known; declared in Python (nova_app/stores/status.py). Pure.

export const DEFAULTS = {
  status: {
    state: "loading",
    problem_code: "",
    problem_text: "",
    version: "",
    since_label: "",
    updated_label: "",
    figures: /** @type {{name: string, value: string, about: string, path: string, is_bad: boolean}[]} */ ([]),
    kinds: /** @type {{kind: string, count: number}[]} */ ([]),
    alerts_state: "off",
    alerts: /** @type {import("../status/status_poller.js").Alert[]} */ ([]),
    dashboards_url: "",
  },
};
