import { expect, test } from "bun:test";
import { ApiError } from "../../assets/nova/http/api.js";
import { EXPECTED_REFUSALS } from "../../assets/nova/generated/codes.js";
import { DEFAULTS } from "../../assets/nova/generated/stores/shared.js";
import { ErrorCenter } from "../../assets/nova/errors/error_center.js";
import { createStore } from "../../assets/nova/base/store.js";

globalThis.document ??= /** @type {any} */ ({ hidden: false });

const afterApiError = (code, kind = "VALIDATION_ERROR") => {
  const errors = new ErrorCenter(createStore(DEFAULTS.errors));
  errors.onApiError(new ApiError(code, { kind }));
  return errors.store.get();
};

test.each(EXPECTED_REFUSALS)("%s is shown at its form and is no error of the session", (code) => {
  expect(afterApiError(code).history).toEqual([]);
});

test.each(["timed_out", "internal", "malformed_body", "not_found", "key_reused"])("%s is kept, and shown by whoever called", (code) => {
  const { history, notices } = afterApiError(code);
  expect([history.map((notice) => notice.code), notices]).toEqual([[code], []]);
});
