import { expect } from "chai";
import { mediaUris, replaceInlineMedia } from "../../../src/matrix/media-uris.ts";

describe("the addresses in a content", () => {
  const inHtml = (formatted_body: string): string[] => mediaUris({ formatted_body });

  it("are whole strings, whatever they are called", () => {
    const content = { url: "mxc://a/1", any: [{ b: "mxc://a/2" }], body: "mxc://a/3", "mxc://a/4": "see mxc://a/5" };
    expect(mediaUris(content)).to.deep.equal(["mxc://a/1", "mxc://a/2", "mxc://a/3"]);
  });

  it("are in HTML what an attribute src names, however it is written", () => {
    expect(
      inHtml("<img src=\"mxc://a/1\"><IMG alt=x SRC = mxc://a/2><img src='mxc&#58;&#X2f;&sol;a/3'>"),
    ).to.deep.equal(["mxc://a/1", "mxc://a/2", "mxc://a/3"]);
    expect(inHtml('text src=" and <video src="\n mxc://a/1 ">')).to.deep.equal(["mxc://a/1"]);
    expect(inHtml('<i data-src="mxc://a/1" mysrc="mxc://a/2" title="mxc://a/3">mxc://a/4</i>')).to.deep.equal([]);
    expect(mediaUris({ "m.text": [{ mimetype: "text/html", body: "<img src=mxc://a/1>" }] })).to.deep.equal([
      "mxc://a/1",
    ]);
    expect(mediaUris({ body: "<img src=mxc://a/1>" })).to.deep.equal([]);
  });

  it("are not hidden by an address at the beginning of a formatted body", () => {
    expect(inHtml('mxc://a/1 <img src="mxc://a/2">')).to.deep.equal(["mxc://a/2"]);
    expect(inHtml("mxc://a/1")).to.deep.equal(["mxc://a/1"]);
  });

  it("are replaced where they stand, and nothing else changes", () => {
    const html = `src=" <img src="mxc://a/1" alt='mxc://a/1'> <img src=mxc&colon;//a/1>`;
    expect(replaceInlineMedia(html, () => "mxc://b/2")).to.equal(
      `src=" <img src="mxc://b/2" alt='mxc://a/1'> <img src=mxc://b/2>`,
    );
  });

  it("are found in a time that grows with the text, not with its square", () => {
    for (const text of ["src=", "src='", 'src="', "src ", "src=mxc://", "&#58;"])
      expect(inHtml(text.repeat(200_000)).length).to.be.lessThan(3);
  });
});
