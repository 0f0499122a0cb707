import { expect } from "chai";
import { difference, PointerError, restore, valueAt } from "../../../src/matrix/json-pointer.ts";
import { canonicalJson, parseJson, type JsonObject } from "../../../src/matrix/json.ts";

const PAIRS: [string, string, string][] = [
  ["nothing", "{}", "{}"],
  ["a changed text", '{"body":"↑ Alice"}', '{"body":"a.png"}'],
  ["something added", '{"a":1,"b":{"c":2}}', '{"a":1}'],
  ["something taken out", "{}", '{"m.relates_to":{"event_id":"$a","rel_type":"m.replace"}}'],
  ["lists of one length", '{"pinned":["$1","$2"]}', '{"pinned":["$a","$2"]}'],
  ["lists of two lengths", '{"a":[1,2,3]}', '{"a":[1]}'],
  ["keys with slashes and tildes", '{"a/b":1,"c~d":2}', '{"a/b":3,"c~d":4,"~1":5}'],
  ["__proto__", '{"x":1}', '{"__proto__":{"polluted":true},"x":1}'],
  ["another type", '{"a":{"b":1}}', '{"a":"text"}'],
  ["a float", '{"a":1}', '{"a":1.0}'],
  ["an empty key", '{"":1}', '{"":{"":2}}'],
];

describe("JSON Pointers", () => {
  for (const [what, sent, original] of PAIRS)
    it(`lead back over ${what}`, () => {
      const from = parseJson(sent) as JsonObject;
      const to = parseJson(original) as JsonObject;
      const { set, drop } = difference(from, to);
      expect(canonicalJson(restore(from, set, drop))).to.equal(original);
    });

  it("name no more than what differs", () => {
    const { set, drop } = difference({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 9, c: 2 } });
    expect([...set]).to.deep.equal([["/a/b", 9]]);
    expect(drop).to.deep.equal(["/d"]);
  });

  for (const [pointer, why] of [
    ["no pointer", "without a slash"],
    ["/a/b/c", "into a scalar"],
    ["/list/7", "past the end of a list"],
    ["/list/01", "with a leading zero"],
  ] as const)
    it(`are refused ${why}`, () => {
      expect(() => restore({ a: { b: 1 }, list: [1] }, new Map([[pointer, 1]]), [])).to.throw(PointerError);
    });

  it("do not find what is not the document's own", () => {
    expect(valueAt({}, "/constructor")).to.equal(undefined);
    expect(valueAt({ a: ["x"] }, "/a/0")).to.equal("x");
  });
});
