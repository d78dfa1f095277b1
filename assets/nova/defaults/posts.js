// The stores of posts/page.js as they are before anything is known; declared in Python (nova_app/stores/posts.py). Pure.

export const DEFAULTS = {
  posts: {
    state: "loading",
    items: /** @type {any[]} */ ([]),
    has_more: false,
    loading_more: false,
    problem_code: "",
    problem_text: "",
    text: "",
    files: /** @type {any[]} */ ([]),
    failed_files: "",
    can_publish: false,
    publishing: false,
    form_problem: "",
    form_text: "",
  },
};
