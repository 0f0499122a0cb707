import { expect } from "chai";
import { noticeContent } from "../../../../src/matrix/text/notice.ts";

const html = (body: string): unknown => noticeContent(body)["formatted_body"];

describe("a notice of the service", () => {
  it("keeps its words, mentions nobody, and has them as HTML too", () => {
    expect(noticeContent("One\n    two")).to.deep.equal({
      msgtype: "m.notice",
      body: "One\n    two",
      format: "org.matrix.custom.html",
      formatted_body: "One<br>\u00a0\u00a0\u00a0\u00a0two",
      "m.mentions": {},
    });
  });

  it("escapes everything, in code and in addresses too", () => {
    expect(html(`<b onclick="x">&'`)).to.equal("&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;");
    expect(html("`<script>` and https://x.org/?a=1&b=2\" onclick='y'")).to.equal(
      "<code>&lt;script&gt;</code> and " +
        '<a href="https://x.org/?a=1&amp;b=2">https://x.org/?a=1&amp;b=2</a>&quot; onclick=&#39;y&#39;',
    );
    expect(html("javascript:alert(1)")).to.equal("javascript:alert(1)");
  });

  it("ends an address where the sentence goes on", () => {
    expect(html("See https://x.org/a. Or (http://y.org).")).to.equal(
      'See <a href="https://x.org/a">https://x.org/a</a>. Or (<a href="http://y.org">http://y.org</a>).',
    );
  });
});
