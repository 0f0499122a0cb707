import { expect } from "chai";
import {
  canonicalJson,
  cloneJson,
  isObject,
  parseJson,
  sameJson,
  setMember,
  type JsonObject,
} from "../../../src/matrix/json.ts";

describe("JSON without loss", () => {
  for (const text of ["1.0", "1e3", "-0", "12345678901234567890", "1.5", "0.1", "[-0]", '{"a":2.0}'])
    it(`gives ${text} back as it was`, () => {
      expect(canonicalJson(parseJson(text))).to.equal(text);
    });

  it("knows such numbers behind white space, too", () => {
    expect(canonicalJson(parseJson('\n{ "a" : \t1.0 , "b": [ -0, 1E3,\n-12345678901234567 ] }'))).to.equal(
      '{"a":1.0,"b":[-0,1E3,-12345678901234567]}',
    );
    expect(canonicalJson(parseJson(" 1.0 "))).to.equal("1.0");
  });

  it("keeps plain numbers plain", () => {
    expect(parseJson('{"a":1,"b":[0,-5,9007199254740991]}')).to.deep.equal({ a: 1, b: [0, -5, 9007199254740991] });
  });

  it("tells 1 from 1.0 and does not mind the order of members", () => {
    expect(sameJson(parseJson('{"a":1,"b":2}'), parseJson('{"b":2,"a":1}'))).to.equal(true);
    expect(sameJson(parseJson('{"a":1}'), parseJson('{"a":1.0}'))).to.equal(false);
  });

  it("keeps lone surrogates", () => {
    expect(canonicalJson(parseJson(String.raw`"\ud800x"`))).to.equal(String.raw`"\ud800x"`);
  });

  it("keeps __proto__ a plain key through copies", () => {
    const text = '{"__proto__":{"polluted":true},"constructor":1}';
    const copy = cloneJson(parseJson(text));
    expect(canonicalJson(copy)).to.equal(text);
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
  });

  it("sets __proto__ as a member", () => {
    const object: JsonObject = {};
    setMember(object, "__proto__", 1);
    expect(Object.keys(object)).to.deep.equal(["__proto__"]);
  });

  it("does not take a raw number for an object", () => {
    expect(isObject(parseJson("1.0"))).to.equal(false);
  });
});
