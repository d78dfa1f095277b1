import { expect, test } from "bun:test";
import golden from "../wire/visible_text.json";
import { showsSomething } from "../../assets/nova/base/visible_text.js";

for (const { name, texts, shows } of golden) {
  test(`${name}: ${shows ? "shows something" : "shows nothing"}`, () => {
    for (const text of texts) expect([escape(text), showsSomething(text)]).toEqual([escape(text), shows]);
  });
}

test("half a character shows nothing", () => {
  expect(showsSomething("\ud83d")).toBe(false);
  expect(showsSomething("\ud83d\ude00")).toBe(true);
});
