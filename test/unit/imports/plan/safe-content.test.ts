import { expect } from "chai";
import { makeSafe } from "../../../../src/imports/plan/safe-content.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";

/** The content as it is made, and whether something of it had to go. */
function safe(content: JsonObject): [JsonObject, boolean] {
  const changed = makeSafe(content);
  return [content, changed];
}
const html = (formatted_body: string): JsonObject => ({ format: "org.matrix.custom.html", formatted_body });

describe("a content for whoever displays it", () => {
  it("mentions nobody", () => {
    const mentions = { user_ids: ["@ann:x"], room: true };
    expect(safe({ body: "Ann", "m.mentions": mentions })[0]).to.deep.equal({ body: "Ann", "m.mentions": {} });
    const edit = { body: "* Ann", "m.new_content": { body: "Ann", "m.mentions": mentions } };
    expect(safe(edit)[0]).to.deep.equal({
      ...{ body: "* Ann", "m.mentions": {} },
      "m.new_content": { body: "Ann", "m.mentions": {} },
    });
  });

  it("says so where clients would look for names in the body, and nowhere else", () => {
    expect(safe({ body: "Ann" })[0]).to.deep.equal({ body: "Ann", "m.mentions": {} });
    expect(safe({ name: "Ann" })[0]).to.deep.equal({ name: "Ann" });
    expect(safe({ "m.new_content": { body: "Ann" } })[0]).to.deep.equal({ "m.new_content": { body: "Ann" } });
  });

  it("holds only the HTML that is allowed, however deep it lies, and tells that some had to go", () => {
    const [content, changed] = safe({ ...html("<b>bold</b><script>alert(1)</script>") });
    expect(changed).to.equal(true);
    expect(JSON.stringify(content)).to.contain("<b>bold</b>").and.not.contain("script");
    const [deep, deeper] = safe({
      list: [{ inner: html("<b>x</b>") }, { inner: html("<img src=x onerror=alert(1)>") }],
    });
    expect(deeper).to.equal(true);
    expect(JSON.stringify(deep)).to.not.contain("onerror");
    const [first] = safe({ one: html("<script>1</script>"), two: html("<script>2</script>") });
    expect(JSON.stringify(first), "each of several").to.not.contain("script");
  });

  it("stays as it was, and says so, where nothing had to go", () => {
    const content = { ...html("<strong>fine</strong>"), n: 1, none: null, list: ["<script>text</script>"] };
    expect(safe(structuredClone(content))).to.deep.equal([content, false]);
    expect(safe({ body: "<script>is text here</script>" })[1]).to.equal(false);
  });
});
