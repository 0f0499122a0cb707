import { expect } from "chai";
import { servedPage, servedSnapshot } from "../../../../../src/adapters/homeserver/reading/served-page.ts";
import { member, parseJson } from "../../../../../src/matrix/json.ts";

describe("a page of a timeline as it was served", () => {
  const pages = {
    "without events": '{"chunk":[],"start":"a"}',
    "of one event": '{"chunk":[{"type":"m.room.message","content":{"body":"x"}}],"end":"t1"}',
    "with white space": ' {\r\n "end" : "t1" ,\t"chunk" : [ {"a" : 1} , {"b" : [ ] } ] } \n',
    "with what looks like structure in its texts": String.raw`{"chunk":[{"body":"}],\"end\":\"no\" \\"},{"k\"":"\\\\"}],"state":[{"x":"]}"}],"end":"\"\\"}`,
    "with events that are none": '{"chunk":[null,1,-2.50,"text, with","[",true,[[],{}],{}],"end":"e"}',
    "with numbers that a double cannot give back": '{"chunk":[{"n":1.0,"m":12345678901234567890},{"n":1}]}',
    "with a member twice": '{"chunk":[1],"end":"a","chunk":[2,3],"end":"b"}',
    "with an end that is no text": '{"chunk":[1],"end":null}',
    "with other letters": '{"chunk":[{"body":"\u{1F600} ünï \\ud800"}],"end":"é"}',
  };
  for (const [name, text] of Object.entries(pages))
    it(`is read as a whole parse reads it: ${name}`, () => {
      const page = servedPage(text);
      const whole = parseJson(text);
      const chunk = member(whole, "chunk") as unknown[];
      const end = member(whole, "end");
      expect(page?.end).to.equal(typeof end === "string" ? end : undefined);
      expect(page?.chunk.length).to.equal(chunk.length);
      expect([...(page?.chunk ?? [])]).to.deep.equal(chunk);
      expect(page?.chunk.at(-1)).to.deep.equal(chunk.at(-1));
      expect(page?.chunk.at(chunk.length)).to.equal(undefined);
    });

  it("tells which events may have a member, without parsing the others", () => {
    const events = ['{"k":1}', '{"a":"k"}', '{"b":{"k":2}}', "nonsense", '{"k":3,"c":"\\"k\\""}', '{"kk":4}'];
    const page = servedPage(`{"k":0,"chunk":[${events.join()}],"end":"k","k":9}`);
    expect([...(page?.chunk.withMember?.("k") ?? [])]).to.deep.equal(
      [0, 1, 2, 4].map((at) => parseJson(events[at] ?? "")),
    );
    expect([...(page?.chunk.withMember?.("none") ?? [])]).to.deep.equal([]);
    expect([...(servedPage('{"chunk":[]}')?.chunk.withMember?.("chunk") ?? [])]).to.deep.equal([]);
  });

  it("is read backwards where it is a part of a snapshot", () => {
    const events = ['{"k":1}', '{"a":"k"}', '{"b":{"k":2}}', '{"n":1.0}', '{"k":3}'];
    const text = `{"state":[{"k":0}],"messages":{"start":"s","chunk":[${events.join()}],"end":"e"},"k":9}`;
    const snapshot = servedSnapshot(text);
    const newestFirst = events.map(parseJson).reverse();
    expect(snapshot?.state).to.deep.equal([{ k: 0 }]);
    expect(snapshot?.page.end).to.equal("s");
    const again = servedPage(snapshot?.page.text ?? "");
    expect([[...(again?.chunk ?? [])], again?.end]).to.deep.equal([newestFirst, "s"]);
    expect([...(snapshot?.page.chunk ?? [])]).to.deep.equal(newestFirst);
    expect(snapshot?.page.chunk.at(-1)).to.deep.equal({ k: 1 });
    const [k3, , bk, ak, k1] = newestFirst;
    expect([...(snapshot?.page.chunk.withMember?.("k") ?? [])]).to.deep.equal([k3, bk, ak, k1]);
    for (const other of ["", "[]", "{}", '{"state":[]}', '{"messages":{"chunk":[]}}', '{"state":[],"messages":[]}'])
      expect(servedSnapshot(other)).to.equal(undefined);
  });

  const others = [
    "",
    "<html>",
    "[]",
    "{}",
    '{"chunk":{}}',
    '{"chunk":"["}',
    '{"chunk":[{}',
    '{"chunk":[1]',
    '{"chunk":[1}',
  ];
  for (const text of [
    ...others,
    '{"chunk":[,]}',
    '{"chunk":[1]}x',
    '{"chunk" [1]}',
    '{"chunk":["a]}',
    '{"chunk":[1"a"]}',
  ])
    it(`is left to the whole parse where it is something else: ${text}`, () => {
      expect(servedPage(text)).to.equal(undefined);
    });

  it("fails as a homeserver that is away where an event is not JSON, when that one is asked for", () => {
    const page = servedPage('{"chunk":[{"a":1},{"a":nonsense}],"end":"e"}');
    expect(page?.chunk.at(0)).to.deep.equal({ a: 1 });
    expect(() => page?.chunk.at(1))
      .to.throw()
      .with.property("status", 502);
  });
});
