import { expect, test } from "bun:test";
import { signInAddress } from "../../assets/nova/account/sign_in_pages.js";
import { nextPath } from "../../assets/nova/account/next_path.js";
import { seeded } from "./random.mjs";

const ORIGIN = "https://nova.example";

test.each([
  ["/settings", "/settings"],
  ["/c/0c6f7c1e?m=4", "/c/0c6f7c1e?m=4"],
  ["/search?q=plan%20b%2Fc&x=1#results", "/search?q=plan%20b%2Fc&x=1#results"],
  ["/posts#/login", "/posts#/login"],
  ["/search?q=http://other.site", "/search?q=http://other.site"],
  ["/a/../settings", "/settings"],
  [null, "/"],
  ["", "/"],
  ["settings", "/"],
  ["//evil.invalid", "/"],
  ["///evil.invalid", "/"],
  ["/\\evil.invalid", "/"],
  ["\\\\evil.invalid", "/"],
  ["/..//evil.invalid", "/"],
  ["/.//evil.invalid", "/"],
  ["/a/..//evil.invalid", "/"],
  ["/%2e%2e//evil.invalid", "/"],
  ["/%2f/evil.invalid", "/"],
  ["/%2F/evil.invalid", "/"],
  ["/%5cevil.invalid", "/"],
  ["/\t/evil.invalid", "/"],
  ["/\n/evil.invalid", "/"],
  ["/\r\n/evil.invalid", "/"],
  ["\t//evil.invalid", "/"],
  [" /settings", "/"],
  ["/\u0000/evil.invalid", "/"],
  ["javascript:alert(1)", "/"],
  ["data:text/html,x", "/"],
  ["https://evil.invalid/", "/"],
  ["https://nova.example@evil.invalid/", "/"],
  ["https://nova.example/settings", "/"],
  ["//nova.example/settings", "/"],
  ["/login", "/"],
  ["/login/", "/"],
  ["/Login?next=/x", "/"],
  ["/register", "/"],
  ["/x/../login", "/"],
  [`/search?q=${"x".repeat(3_000)}`, "/"],
])("after signing in at ?next=%j one is at %j", (next, path) => {
  expect(nextPath(next, ORIGIN)).toBe(path);
});

test("whatever is given, the browser stays on this site, and at a page that does not send it back", () => {
  const pieces = ["/", "//", "\\", "..", ".", "%2f", "%5C", "%2e", "evil.invalid", "login", "register", "settings", "?", "#", "@", ":",
    "javascript:", "https:", "nova.example", "\t", "\n", "\r", "\0", " ", "\u2028", "ü", "\ud800", "q=1", "&next=", "%", "%zz"];
  for (let seed = 1; seed <= 20_000; seed += 1) {
    const { below } = seeded(seed);
    const next = Array.from({ length: 1 + below(7) }, () => pieces[below(pieces.length)]).join("");
    const path = nextPath(next, ORIGIN);
    const reached = new URL(path, ORIGIN);
    expect({ next, origin: reached.origin }).toEqual({ next, origin: ORIGIN });
    expect(path).toMatch(/^\/(?![/\\])/);
    expect(reached.pathname).not.toMatch(/^\/(login|register)\/?$/i);
    expect(nextPath(path, ORIGIN)).toBe(path);
  }
});

test("the sign-in page gets the whole address, and nothing where there is nothing to come back to", () => {
  expect(signInAddress({ pathname: "/c/1", search: "?m=4", hash: "#x" })).toBe("/login?next=%2Fc%2F1%3Fm%3D4%23x");
  expect(signInAddress({ pathname: "/", search: "", hash: "" })).toBe("/login");
  expect(signInAddress({ pathname: "/login", search: "?next=/posts", hash: "" })).toBe("/login");
  expect(signInAddress({ pathname: "/posts/", search: "?x", hash: "" })).toBe("/login?next=%2Fposts%3Fx");
});
