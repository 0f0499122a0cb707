import { expect } from "chai";
import { mappedAuthor, wrongMapping } from "../../../../src/imports/plan/author-map.ts";

describe("the map of authors", () => {
  it("knows single people, and all of a server", () => {
    const map = { "@a:old": "@alice:here", "@*:old": "@*:here", "@*:company": "@archive:here" };
    const found = ["@a:old", "@b:old", "@b:old:8448", "@c:company", "@d:else"].map((id) => mappedAuthor(map, id));
    expect(found).to.deep.equal(["@alice:here", "@b:here", undefined, "@archive:here", undefined]);
    expect(mappedAuthor({}, "__proto__")).to.equal(undefined);
  });

  it("leads to people of this homeserver only", () => {
    const wrong = (from: string, to: string): boolean => wrongMapping(from, to, "here") !== undefined;
    expect([wrong("@a:old", "@a:here"), wrong("@*:old", "@*:here"), wrong("@*:old", "@a:here")]).to.not.include(true);
    expect([wrong("@a:old", "@a:else"), wrong("@a:old", "@*:here"), wrong("@*:old", "@*:else")]).to.not.include(false);
  });
});
