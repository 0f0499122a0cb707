import { expect } from "chai";
import { safeHtml } from "../../../../src/matrix/text/safe-html.ts";

describe("safeHtml", () => {
  for (const [what, html, safe] of [
    ["formatting", "<b>a</b> <em>b</em><br><del>c</del>", "<b>a</b> <em>b</em><br /><del>c</del>"],
    ["text that looks like markup", "1 &lt; 2 &amp; <b>3</b>", "1 &lt; 2 &amp; <b>3</b>"],
    ["lists and code", '<ol start="3"><li>x</li></ol><code class="language-js">1</code>', undefined],
    ["tables", "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", undefined],
    ["spoilers and colours", '<span data-mx-spoiler="why" data-mx-color="#ff0000">s</span>', undefined],
    ["other classes", '<code class="language-js admin">x</code><p class="a">b</p>', undefined],
    ["what was never closed", "<b>a <i>b", "<b>a <i>b</i></b>"],
    ["the quote of an old-style reply", "<mx-reply><blockquote>q</blockquote></mx-reply>a", undefined],
  ] as const)
    it(`keeps ${what}`, () => {
      const expected = safe ?? (what === "other classes" ? '<code class="language-js">x</code><p>b</p>' : html);
      expect(safeHtml(html)).to.equal(expected);
    });

  for (const [what, html, safe] of [
    ["scripts", "a<script>alert(1)</script>b<SCRIPT SRC=//evil></SCRIPT>", "ab"],
    ["styles", "<style>*{display:none}</style><p style='position:fixed'>a</p>", "<p>a</p>"],
    ["handlers", "<b onclick=alert(1) onmouseover='x'>a</b><details ontoggle=x open>b</details>", undefined],
    ["svg and mathml", "<svg onload=alert(1)><a>b</a></svg><math><mi xlink:href='x'>c</mi></math>d", "d"],
    ["frames and forms", "<iframe src=x>a</iframe><form action=x><input name=y>b</form><object data=x></object>", "b"],
    ["names that would shadow the page's", "<p id=search name=body>a</p>", "<p>a</p>"],
    ["comments", "a<!-- <b> --><!--><b>b</b>", undefined],
    ["a tag in an attribute", "<b title='</b><script>x</script>'>a</b>", "<b>a</b>"],
  ] as const)
    it(`takes away ${what}`, () => {
      const result = safeHtml(html);
      if (safe !== undefined) expect(result).to.equal(safe);
      expect(result).to.not.match(/<[^>]*(?:on\w+|style|id|name)\s*=|<script|<svg|<iframe|<!--/i);
    });

  for (const href of [
    "javascript:alert(1)",
    " jAvAsCrIpT:alert(1)",
    "java\nscript:alert(1)",
    "java&#x09;script:alert(1)",
    "\u0001javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://example.org/1",
    "file:///etc/passwd",
    "//evil.example/",
    "media/evil.html",
    "#search",
  ])
    it(`makes no link of ${JSON.stringify(href)}`, () => {
      const result = safeHtml(`<a href="${href.replaceAll('"', "&quot;")}">a</a>`);
      expect(result).to.equal("<a>a</a>");
    });

  it("makes links that tell nothing of where they were followed", () => {
    expect(safeHtml('<a href="https://example.org/?a=1&b" target="_self" rel="opener">a</a>')).to.equal(
      '<a href="https://example.org/?a=1&amp;b" rel="noreferrer noopener" target="_blank">a</a>',
    );
  });

  it("marks custom emoticons, and names them by their shortcode where nothing else does", () => {
    const html =
      '<img data-mx-emoticon="x" src="mxc://a.test/1" title="cat_wave"><img data-mx-emoticon src="mxc://a.test/2">';
    expect(safeHtml(html)).to.equal(
      '<img title="cat_wave" alt="cat_wave" data-mx-emoticon src="mxc://a.test/1" /><img alt="" data-mx-emoticon src="mxc://a.test/2" />',
    );
    expect(safeHtml(html, { image: () => undefined })).to.equal("<span>cat_wave</span><span></span>");
  });

  it("shows images of the homeserver only, from where it is told to", () => {
    const html = '<img src="mxc://a.test/1" alt="one" height="9" onerror="x"><img src="https://e.test/" alt="<two>">';
    expect(safeHtml(html)).to.equal('<img height="9" alt="one" src="mxc://a.test/1" /><span>&lt;two&gt;</span>');
    const moved = safeHtml(html, { image: () => ({ src: "media/1.png", loading: "lazy" }) });
    expect(moved).to.contain('<img height="9" alt="one" src="media/1.png" loading="lazy" />');
    expect(safeHtml(html, { image: () => undefined })).to.equal("<span>one</span><span>&lt;two&gt;</span>");
  });

  it("can leave the quote of an old-style reply away", () => {
    const html = "<mx-reply><blockquote>q <b>r</b></blockquote></mx-reply>a";
    expect(safeHtml(html, { withoutQuote: true })).to.equal("a");
  });

  it("does not go deeper than a hundred elements, and keeps the text", () => {
    const result = safeHtml("<div>".repeat(5000) + "deep");
    expect(result.split("<div>")).to.have.length(101);
    expect(result).to.contain("deep");
  });
});
