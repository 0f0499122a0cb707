import { expect } from "chai";
import { colourOf, labelHtml, labelled, textAsHtml } from "../../../../src/imports/plan/label.ts";

const eve = { user_id: "@eve:acme.org", display_name: '<b>Eve</b> & "co"', avatar: null };

describe("the label before an imported text", () => {
  it("escapes the name", () => {
    const html = labelHtml(eve, false);
    expect(html).to.contain("&lt;b&gt;Eve&lt;/b&gt; &amp; &quot;co&quot;").and.not.contain("<b>");
  });

  it("names the server in the long form, in <code>", () => {
    expect(labelHtml(eve, true)).to.match(
      /^<strong data-mx-profile-fallback>\[Original: .*<code>acme\.org<\/code>\]: <\/strong>$/,
    );
  });

  it("falls back to the user id where there is no name", () => {
    expect(labelHtml({ ...eve, display_name: null }, false)).to.contain("@eve:acme.org");
    expect(labelHtml({ ...eve, display_name: "" }, false)).to.contain("@eve:acme.org");
  });

  it("stands inside a leading paragraph and after an old-style quote", () => {
    expect(labelled("L", "<p>one</p>")).to.equal("<p>Lone</p>");
    expect(labelled("L", "<mx-reply><p>q</p></mx-reply>text")).to.equal("<mx-reply><p>q</p></mx-reply>Ltext");
    expect(labelled("L", "<em>x</em>")).to.equal("L<em>x</em>");
  });

  it("gives a person one colour, readable on white and on black", () => {
    expect(colourOf("@a:b")).to.equal(colourOf("@a:b"));
    for (const user of Array.from({ length: 50 }, (_, index) => `@user${index}:acme.org`)) {
      const light = luminance(colourOf(user));
      expect(1.05 / (light + 0.05)).to.be.above(4);
      expect((light + 0.05) / 0.05).to.be.above(4);
    }
  });

  it("turns plain text into HTML of the same look", () => {
    expect(textAsHtml("a < b\nc\r\nd")).to.equal("a &lt; b<br>c<br>d");
  });
});

/** WCAG 2.1, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
