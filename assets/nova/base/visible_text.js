// Whether a reader sees anything of a text: the server's rule (nova_app/domain/visible_text.py). Pure.

const VISIBLE = /[^\s\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb\u{1d159}]/u;

/** @param {string} text */
export const showsSomething = (text) => VISIBLE.test(text);
