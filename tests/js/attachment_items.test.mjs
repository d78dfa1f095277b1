import { expect, test } from "bun:test";
import { attachmentItems } from "../../assets/nova/files/attachment_items.js";

const stored = (overrides) => ({
  id: "f", url: "/api/v1/uploads/f", thumbnail_url: "", name: "file", content_type: "application/octet-stream", size_bytes: 9, width: 0, height: 0, ...overrides,
});
const only = (file) => {
  const { pictures, files } = attachmentItems([file], { origin: "http://nova" });
  return [...pictures, ...files][0];
};

test.each([
  ["audio/wav", "audio"],
  ["audio/mpeg", "audio"],
  ["video/mp4", "video"],
  ["video/webm", "video"],
  ["video/quicktime", ""],
  ["audio/x-wav", ""],
  ["application/pdf", ""],
  ["constructor/x", ""],
  ["", ""],
])("%s is played as %p", (content_type, medium) => {
  expect(only(stored({ content_type })).medium).toBe(medium);
});

test("a file is called by its description, else by its name, also while it is uploaded", () => {
  expect(only(stored({ alt: "A red bicycle" })).alt).toBe("A red bicycle");
  expect(only(stored()).alt).toBe("file");
  expect(only({ key: "k", name: "b.png", size: 9, stored: null, alt: "A boat" }).alt).toBe("A boat");
  expect(only({ key: "k", name: "b.png", size: 9, stored: stored({ name: "b.png" }), alt: "A boat" }).alt).toBe("A boat");
});
