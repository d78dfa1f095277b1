import { expect, test } from "bun:test";
import { pickedFiles } from "../../assets/nova/files/picked_files.js";

const TABLE = "<html><head><style>td { color: red }</style></head><body><table><tr><td>a</td><td>b</td></tr></table></body></html>";
const PICTURE = '<meta charset="utf-8"><img src="https://example.org/cat.png" alt="A cat">';
const named = (...names) => names.map((name) => ({ name }));

/** What a paste or a drop brings, as the browser hands it over. */
function bring({ type = "paste", files = [], text = "", html = "", uris = "", isField = true }) {
  const data = { "text/plain": text, "text/html": html, "text/uri-list": uris };
  const transfer = { files, getData: (kind) => data[kind] ?? "" };
  const target = { closest: () => (isField ? {} : null) };
  const event = { type, target, prevented: 0, preventDefault: () => (event.prevented += 1) };
  event[type === "drop" ? "dataTransfer" : "clipboardData"] = transfer;
  return { names: pickedFiles(event).map((file) => file.name), isPrevented: event.prevented > 0 };
}

const TEXT = { names: [], isPrevented: false };
const attached = (...names) => ({ names, isPrevented: true });

test.each([
  ["a table with its picture", { text: "a\tb\n1\t2", html: TABLE, files: named("image.png") }],
  ["a text with its picture", { text: "Agenda", files: named("image.png") }],
  ["a cell that reads like the picture's name", { text: "image.png", html: TABLE, files: named("image.png") }],
  ["a cell that reads like a path", { text: "/etc/hosts", html: TABLE, files: named("image.png") }],
  ["a text about a path", { text: "see /tmp/a.png", files: named("a.png") }],
  ["an address with its picture", { text: "https://example.org/", files: named("image.png") }],
  ["a dragged table", { type: "drop", text: "a\tb", html: TABLE, files: named("image.png") }],
])("%s stays text", (_, input) => {
  expect(bring(input)).toEqual(TEXT);
});

test.each([
  ["a text alone", { text: "hello" }],
  ["a dragged text", { type: "drop", text: "hello", html: "<b>hello</b>" }],
  ["nothing", {}],
])("%s is left to the browser", (_, input) => {
  expect(bring(input)).toEqual(TEXT);
});

test.each([
  ["a picture alone", { files: named("image.png") }, "image.png"],
  ["a copied picture", { html: PICTURE, files: named("image.png") }, "image.png"],
  ["a copied picture with its address", { text: "https://example.org/cat.png", html: PICTURE, files: named("image.png") }, "image.png"],
  ["a picture copied out of a document", { text: " \n", html: `<style>p{}</style><title>Doc</title><p><img src="file:///x.png">&nbsp;</p>`, files: named("image.png") }, "image.png"],
  ["a file by its path", { text: "/home/ana/report.pdf", files: named("report.pdf") }, "report.pdf"],
  ["a file by its address", { text: "file:///home/ana/my%20report.pdf", uris: "file:///home/ana/my%20report.pdf", files: named("my report.pdf") }, "my report.pdf"],
  ["a file by its name", { text: "report.pdf", files: named("report.pdf") }, "report.pdf"],
  ["a file of Windows", { text: "C:\\Users\\Ana\\report.pdf", files: named("report.pdf") }, "report.pdf"],
  ["a file of a file manager that says what to do", { text: "x-special/nautilus-clipboard\ncopy\nfile:///home/ana/a.txt\n", files: named("a.txt") }, "a.txt"],
  ["a screenshot that the tool has stored", { text: "/home/ana/Pictures/shot 1.png", files: named("image.png") }, "image.png"],
  ["a dropped file", { type: "drop", text: "file:///a.txt", files: named("a.txt") }, "a.txt"],
  ["files with a text, dropped where no text can stand", { type: "drop", text: "hello", files: named("a.txt"), isField: false }, "a.txt"],
])("%s is attached", (_, input, name) => {
  expect(bring(input)).toEqual(attached(name));
});

test("several files are attached together", () => {
  const text = "/home/ana/a.txt\r\n/home/ana/b.png\r\n";
  expect(bring({ text, files: named("a.txt", "b.png") })).toEqual(attached("a.txt", "b.png"));
  expect(bring({ text: "a.txt\rb.png", files: named("a.txt", "b.png") })).toEqual(attached("a.txt", "b.png"));
});

test("a chosen file can be chosen again", () => {
  const target = { files: named("a.txt"), value: "C:\\fakepath\\a.txt" };
  expect(pickedFiles({ type: "change", target, preventDefault() {} })).toEqual(named("a.txt"));
  expect(target.value).toBe("");
});
