// The stores of search/page.js as they are before anything is known; declared in Python (nova_app/stores/search.py). Pure.

export const DEFAULTS = {
  search: {
    text: "",
    state: "idle",
    items: /** @type {import("../search/search.js").HitItem[]} */ ([]),
    has_more: false,
    loading_more: false,
    problem_code: "",
    problem_text: "",
    index_type: "",
    rows_looked_at: 0,
    took_ms: 0,
    announcement: "",
  },
};
