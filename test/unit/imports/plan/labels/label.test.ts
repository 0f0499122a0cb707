import { expect } from "chai";
import { colourOf, labelHtml, labelled, labelText, type Byline } from "../../../../../src/imports/plan/labels/label.ts";
import { authorHue } from "../../../../../src/matrix/author-hue.ts";

function bylineOf(name: string, apart?: string): Byline {
  const author = { user_id: "@eve:acme.org", display_name: name, avatar: null };
  return { author, shown: { name, ...(apart !== undefined && { apart }) }, redirect: (text) => text };
}
const eve = bylineOf('<b>Eve</b> & "co"');

describe("the label before an imported text", () => {
  it("escapes the name", () => {
    const html = labelHtml(eve, false, "");
    expect(html).to.contain("&lt;b&gt;Eve&lt;/b&gt; &amp; &quot;co&quot;").and.not.contain("<b>");
  });

  it("names the server in the long form, in <code>", () => {
    expect(labelHtml(eve, true, "x")).to.match(
      /^<strong data-mx-profile-fallback>\u200e\[Original: .*<code>acme\.org<\/code>\]: <\/strong>$/,
    );
  });

  it("tells people of one name apart in every form, and has user ids in <code>", () => {
    expect(labelHtml(bylineOf("Eve", "eve2"), false, "x")).to.contain(">\u2068Eve (eve2)\u2069</span>: <");
    expect(labelHtml(bylineOf("Eve", "@eve:acme.org"), true, "x")).to.contain(
      "\u2068Eve (<code>@eve:acme.org</code>)\u2069</span> from <code>acme.org</code>]: ",
    );
    expect(labelText(bylineOf("Eve", "eve2"), "x")).to.equal("\u200e\u2068Eve (eve2)\u2069: ");
    expect(labelHtml(bylineOf("@eve:acme.org"), false, "x")).to.contain("\u2068<code>@eve:acme.org</code>\u2069");
  });

  it("takes the direction of the message, not of the name", () => {
    const arabic = bylineOf("ليلى");
    expect(labelHtml(arabic, false, "<em>hello</em> שלום"))
      .to.contain(">\u200e<span")
      .and.contain("\u2068ليلى\u2069");
    expect(labelHtml(arabic, false, "<b>12</b> שלום hello")).to.contain(">\u200f<span");
    expect(labelHtml(arabic, false, "<mx-reply>hello</mx-reply>שלום")).to.contain(">\u200f<span");
    expect(labelText(arabic, "12")).to.equal("\u200e\u2068ليلى\u2069: ");
    expect(labelText(eve, "مرحبا")).to.match(/^\u200f\u2068/);
  });

  it("stands inside a leading paragraph and after an old-style quote", () => {
    expect(labelled("L", "<p>one</p>")).to.equal("<p>Lone</p>");
    expect(labelled("L", "<mx-reply><p>q</p></mx-reply>text")).to.equal("<mx-reply><p>q</p></mx-reply>Ltext");
    expect(labelled("L", "<em>x</em>")).to.equal("L<em>x</em>");
  });

  it("gives a person one colour, readable on both grounds of Element", () => {
    expect(colourOf("@a:b")).to.equal(colourOf("@a:b"));
    const users = Array.from({ length: 200 }, (_, index) => `@user${index}:acme.org`);
    expect(new Set(users.map(colourOf)))
      .to.have.lengthOf(new Set(users.map(authorHue)).size)
      .and.lengthOf(12);
    for (const user of users) {
      const colour = luminance(colourOf(user));
      const [light, dark] = [luminance("#ffffff"), luminance("#101317")];
      expect((light + 0.05) / (colour + 0.05), colourOf(user)).to.be.at.least(4.3);
      expect((colour + 0.05) / (dark + 0.05), colourOf(user)).to.be.at.least(4.3);
    }
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
