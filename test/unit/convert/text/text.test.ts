import { expect } from "chai";
import { allowedHtml } from "../../../../src/matrix/text/allowed-html.ts";
import { emojiOf, withEmoji } from "../../../../src/convert/text/emoji.ts";
import { fromMarkdown } from "../../../../src/convert/text/markdown.ts";
import { fromMrkdwn, type SlackNames } from "../../../../src/convert/text/slack-mrkdwn.ts";
import { fromParts } from "../../../../src/convert/text/telegram-text.ts";

const names: SlackNames = {
  user: (id) => (id === "U1" ? "Ann <b>" : undefined),
  channel: (id) => (id === "C1" ? "tea" : undefined),
};

describe("the texts of other chats", () => {
  const mrkdwn: [string, string, string?][] = [
    ["plain", "plain"],
    [
      "*bold* _it_ ~gone~ a*b*c 2*3*4 snake_case_name",
      "*bold* _it_ ~gone~ a*b*c 2*3*4 snake_case_name",
      "<strong>bold</strong> <em>it</em> <del>gone</del> a*b*c 2*3*4 snake_case_name",
    ],
    ["<@U1> <@U2|bob> <#C1> <!channel> <!subteam^S1|@team>", "@Ann <b> @bob #tea @channel @team"],
    [
      "<https://a.example/?q=1&amp;r=2|*here*>",
      "*here* (https://a.example/?q=1&r=2)",
      '<a href="https://a.example/?q=1&amp;r=2">*here*</a>',
    ],
    ["<javascript:alert(1)|click>", "click (javascript:alert(1))", "click"],
    ["`*no* &lt;b&gt;`", "`*no* <b>`", "<code>*no* &lt;b&gt;</code>"],
    ["```a\n<https://x.example>```", "```a\nhttps://x.example```", "<pre><code>a\nhttps://x.example</code></pre>"],
    ["&gt; one\n&gt;two\nthree", "> one\n>two\nthree", "<blockquote>one<br>two</blockquote>three"],
    ["&lt;script&gt;", "<script>"],
  ];
  for (const [text, body, html] of mrkdwn)
    it(`reads Slack's ${JSON.stringify(text)}`, () => {
      expect(fromMrkdwn(text, names)).to.deep.equal(html === undefined ? { body } : { body, html });
    });

  const markdown: [string, "discord" | "mattermost", string | undefined][] = [
    ["plain <b>text</b> & more", "discord", undefined],
    ["__under__ **bold** *it* ~~gone~~", "discord", "<u>under</u> <strong>bold</strong> <em>it</em> <s>gone</s>"],
    ["||a **b**|| c || d", "discord", '<span data-mx-spoiler="">a <strong>b</strong></span> c || d'],
    ["[x](javascript:alert(1)) **b**", "discord", "[x](javascript:alert(1)) <strong>b</strong>"],
    ["![p](https://t.example/pixel.png)", "mattermost", '<a href="https://t.example/pixel.png">p</a>'],
    ["one\ntwo **b**", "mattermost", "one<br>two <strong>b</strong>"],
    ["Words, and more. Are they?", "discord", undefined],
    ["Words ", "discord", "Words"],
    ["1. one", "mattermost", "<ol>\n<li>one</li>\n</ol>"],
    ["at a.example.org", "mattermost", undefined],
    [
      "|a|b|\n|-|-|\n|1|2|",
      "mattermost",
      "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
    ],
    ["```js\n<script>\n```", "discord", '<pre><code class="language-js">&lt;script&gt;\n</code></pre>'],
  ];
  for (const [text, dialect, html] of markdown)
    it(`reads Markdown of ${dialect}: ${JSON.stringify(text)}`, () => {
      expect(fromMarkdown(text, dialect)).to.deep.equal(html === undefined ? { body: text } : { body: text, html });
    });

  it("reads Telegram's parts", () => {
    const parts = [
      { type: "plain", text: "a <b>\n" },
      { type: "bold", text: "bold" },
      { type: "text_link", text: "here", href: 'https://a.example/"x' },
      { type: "text_link", text: "there", href: "javascript:alert(1)" },
      { type: "pre", text: "x<1", language: "c++" },
      { type: "spoiler", text: "psst" },
      { type: "constructor", text: "new" },
    ];
    expect(fromParts(parts)).to.deep.equal({
      body: "a <b>\nboldheretherex<1psstnew",
      html: 'a &lt;b&gt;<br><strong>bold</strong><a href="https://a.example/&quot;x">here</a>there<pre><code class="language-c++">x&lt;1</code></pre><span data-mx-spoiler>psst</span>new',
    });
  });

  it("gives only formatting that the Matrix specification allows", () => {
    const samples = [
      ...mrkdwn.map(([text]) => fromMrkdwn(text, names).html),
      ...markdown.map(([text, dialect]) => fromMarkdown(text, dialect).html),
    ];
    for (const html of samples) if (html !== undefined) expect(allowedHtml(html)).to.equal(html);
  });

  it("shows emoji for their names, where they are names", () => {
    expect([
      emojiOf("tada"),
      emojiOf("+1::skin-tone-6"),
      emojiOf("party_parrot"),
      emojiOf("constructor"),
    ]).to.deep.equal(["🎉", "👍🏿", ":party_parrot:", ":constructor:"]);
    expect(withEmoji("at 10:100:20 :100: `:100:` :nope: http://a:100:b")).to.equal(
      "at 10:100:20 💯 `:100:` :nope: http://a:100:b",
    );
  });
});
