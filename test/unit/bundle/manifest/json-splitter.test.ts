import { expect } from "chai";
import { BundleError } from "../../../../src/bundle/faults.ts";
import { JsonSplitter, type MemberRule } from "../../../../src/bundle/manifest/json-splitter.ts";

type Piece = [name: string, key: string | number | undefined, value: unknown];

const RULES: Record<string, MemberRule> = {
  list: { form: "list", limit: 1000 },
  map: { form: "map", limit: 1000 },
  skipped: { form: "list", limit: 1000, skip: true },
  short: { form: "whole", limit: 5 },
};

function split(text: string | Buffer, chunkSize: number): Piece[] {
  const pieces: Piece[] = [];
  const splitter = new JsonSplitter({
    rule: (name) => RULES[name] ?? { form: "whole", limit: 100_000 },
    text: (name, key, json) => pieces.push([name, key, JSON.parse(json)]),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkSize) {
    const chunk = Buffer.from(bytes.subarray(at, at + chunkSize));
    splitter.write(chunk);
    // what is done with may be written over
    chunk.fill("#");
  }
  splitter.end();
  return pieces;
}

function failure(text: string | Buffer, chunkSize = 3): string {
  try {
    split(text, chunkSize);
  } catch (error) {
    if (error instanceof BundleError) return error.code;
    throw error;
  }
  return "none";
}

describe("JsonSplitter", () => {
  const document = {
    number: -1.5e3,
    text: 'a "quoted" \\ back\\slash\\" {[}] é 🍵 \u2028',
    yes: true,
    nothing: null,
    skipped: [{ a: [1, "]"] }, "x", 2],
    empty: {},
    list: [{ a: { b: [1, 2, { c: "}" }] } }, "text\\", 12, [], {}, false],
    map: { 'k\n"1': { a: 1 }, "": [2], last: "three" },
    'odd "name" \\': [[[]]],
  };
  const expected: Piece[] = [];
  for (const [name, value] of Object.entries(document)) {
    if (name === "skipped") continue;
    if (name === "list") document.list.forEach((item, index) => expected.push([name, index, item]));
    else if (name === "map") Object.entries(document.map).forEach(([key, item]) => expected.push([name, key, item]));
    else expected.push([name, undefined, value]);
  }

  for (const indent of [undefined, 1, "\t"])
    it(`gives the same pieces wherever the bytes are cut (indent ${JSON.stringify(indent)})`, () => {
      const text = `\r\n ${JSON.stringify(document, null, indent)}\n`;
      for (const chunkSize of [1, 2, 3, 7, 64, 100_000]) expect(split(text, chunkSize)).to.deep.equal(expected);
    });

  it("takes escaped characters as they are", () => {
    const text = '{"\\u006cist":["\\u00e9\\ud83c\\udf75","\\\\"]}';
    for (const chunkSize of [1, 2, 5, 1000])
      expect(split(text, chunkSize)).to.deep.equal([
        ["list", 0, "é🍵"],
        ["list", 1, "\\"],
      ]);
  });

  it("refuses what is not such a document", () => {
    const bad = ["[]", "x{}", "\ufeff{}", "{]", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 2}', '{"a":1}}', '{"a":1}{}'];
    const inList = [
      '{"list":[,]}',
      '{"list":[1,]}',
      '{"list":[1}',
      '{"list":[1 2]}',
      '{"map":{1:2}}',
      '{"map":{"a":1,}}',
    ];
    for (const text of [...bad, ...inList, '{"a\nb":1}', '{"\\x":1}'])
      expect(failure(text), text).to.equal("manifest_syntax");
    expect(failure(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]))).to.equal("manifest_syntax");
    expect(failure('{"list":{}}')).to.equal("member_shape");
    expect(failure('{"map":[]}')).to.equal("member_shape");
  });

  it("notices where the document is cut off", () => {
    const text = JSON.stringify(document);
    for (let length = 0; length < text.length; length += 7)
      expect(failure(text.slice(0, length))).to.equal("manifest_truncated");
  });

  it("bounds the size of a text and of a key, skipped or not, and the depth", () => {
    expect(failure('{"short":"1234"}')).to.equal("element_too_large");
    expect(failure('{"short":123}')).to.equal("none");
    for (const name of ["list", "skipped"]) {
      expect(failure(`{"${name}":["${"x".repeat(998)}"]}`)).to.equal("none");
      expect(failure(`{"${name}":["${"x".repeat(999)}"]}`)).to.equal("element_too_large");
      expect(failure(`{"${name}":[${"1".repeat(1001)}]}`)).to.equal("element_too_large");
    }
    expect(failure(`{"${"k".repeat(4097)}":1}`, 100)).to.equal("element_too_large");
    expect(failure(`{"deep":${"[".repeat(1000)}${"]".repeat(1000)}}`)).to.equal("none");
    expect(failure(`{"deep":${"[".repeat(1001)}`)).to.equal("element_too_deep");
  });
});
