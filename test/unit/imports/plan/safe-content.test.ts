import { expect } from "chai";
import { makeSafe } from "../../../../src/imports/plan/safe-content.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";

/** The content as it is made. */
function safe(content: JsonObject): JsonObject {
  makeSafe(content);
  return content;
}
const html = (formatted_body: string): JsonObject => ({ format: "org.matrix.custom.html", formatted_body });

describe("a content for whoever displays it", () => {
  it("mentions nobody", () => {
    const mentions = { user_ids: ["@ann:x"], room: true };
    expect(safe({ body: "Ann", "m.mentions": mentions })).to.deep.equal({ body: "Ann", "m.mentions": {} });
    const edit = { body: "* Ann", "m.new_content": { body: "Ann", "m.mentions": mentions } };
    expect(safe(edit)).to.deep.equal({
      ...{ body: "* Ann", "m.mentions": {} },
      "m.new_content": { body: "Ann", "m.mentions": {} },
    });
  });

  it("says so where clients would look for names in the body, and nowhere else", () => {
    expect(safe({ body: "Ann" })).to.deep.equal({ body: "Ann", "m.mentions": {} });
    expect(safe({ name: "Ann" })).to.deep.equal({ name: "Ann" });
    expect(safe({ "m.new_content": { body: "Ann" } })).to.deep.equal({ "m.new_content": { body: "Ann" } });
  });

  it("holds only the HTML that is allowed, however deep it lies", () => {
    const content = safe({ ...html("<b>bold</b><script>alert(1)</script>") });
    expect(JSON.stringify(content)).to.contain("<b>bold</b>").and.not.contain("script");
    const deep = safe({ list: [{ inner: html("<b>x</b>") }, { inner: html("<img src=x onerror=alert(1)>") }] });
    expect(JSON.stringify(deep)).to.not.contain("onerror");
    const several = safe({ one: html("<script>1</script>"), two: html("<script>2</script>") });
    expect(JSON.stringify(several), "each of several").to.not.contain("script");
  });

  it("stays as it was where nothing had to go", () => {
    const content = { ...html("<strong>fine</strong>"), n: 1, none: null, list: ["<script>text</script>"] };
    expect(safe(structuredClone(content))).to.deep.equal(content);
    expect(safe({ text: "<script>is text here</script>" })).to.deep.equal({ text: "<script>is text here</script>" });
  });
});
