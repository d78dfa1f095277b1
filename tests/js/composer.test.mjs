import { expect, test } from "bun:test";
import { Composer } from "../../assets/nova/conversation/composer.js";

test("a withdrawn message is put back into the composer it was written in, whatever was opened meanwhile", async () => {
  const texts = new Map([["elsewhere", "half a thought"]]);
  const item = { client_id: "m", conversation_id: "room", text: "not sent", files: [{ key: "f" }] };
  const messenger = {
    activeId: "room",
    outboxWorker: { outbox: { find: () => item }, discard: () => item },
    drafts: { get: (id) => texts.get(id) ?? "", set: (id, text) => texts.set(id, text) },
    attachments: async () => {
      messenger.activeId = "elsewhere";
      return { bytesOf: async () => new Map(), withdraw() {} };
    },
    render() {},
  };
  await new Composer(/** @type {any} */ (messenger), () => true, () => {}).withdraw("m");
  expect(Object.fromEntries(texts)).toEqual({ elsewhere: "half a thought", room: "not sent" });
});
