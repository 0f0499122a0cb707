import { expect } from "chai";
import { isPlainText } from "../../../../src/render/pages/plain-text-file.ts";

describe("a file that a browser opens as plain text", () => {
  for (const [name, content, expected] of [
    ["README", "Boil water.", true],
    ["tea.py", "print('tea')\n", true],
    ["tea.yaml", "ä: ü\n", true],
    ["empty.py", "", true],
    ["tea.py", "\n \t<html><script>alert(1)</script>", false],
    ["README", "\ufeff<!doctype html>", false],
    ["tea.c", "\u0000\u0001", false],
    ["tea.html", "tea", false],
    ["tea.svg", "tea", false],
    ["tea.xml", "tea", false],
    ["tea.py.html", "tea", false],
    ["tea.unknown", "tea", false],
  ] as const)
    it(`is${expected ? "" : " not"} ${name} with ${JSON.stringify(content)}`, () => {
      expect(isPlainText(name, Buffer.from(content))).to.equal(expected);
    });
});
