import { expect } from "chai";
import { PNG } from "../../../../support/foreign-exports/files.ts";
import { lines } from "../../converted.ts";
import { soup, workspace } from "./workspace.ts";

const section = (text: string): object => ({ type: "section", text: { type: "mrkdwn", text } });

describe("blocks and attachments of Slack", () => {
  it("have the words of blocks instead of what stands in for them", async () => {
    const converted = await soup(
      workspace([
        {
          bot_id: "B7",
          username: "oven",
          attachments: [{ fallback: "[no preview available]", blocks: [section("*Pot* boils over")] }] as never,
        },
        {
          blocks: [
            section("only here"),
            {
              type: "rich_text",
              elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "and rich" }] }],
            },
          ] as never,
        },
        {
          bot_id: "B7",
          text: "This content can't be displayed.",
          blocks: [{ type: "section", text: { type: "plain_text", text: "truly said" } }] as never,
        },
      ]),
    );
    expect(lines(converted)).to.deep.equal(["oven: *Pot* boils over", "Mia: only here\nand rich", "oven: truly said"]);
    expect(converted.event("*Pot* boils over").content["formatted_body"]).to.equal("<strong>Pot</strong> boils over");
    expect(converted.ledger).to.deep.equal({});
  });

  it("are read whatever their kind", async () => {
    const rich = (type: string, ...elements: object[]): object => ({ type, elements });
    const text = (words: string, style?: object): object => ({ type: "text", text: words, ...(style && { style }) });
    const blocks = [
      { type: "header", text: { type: "plain_text", text: "Menu :stew:" } },
      { type: "divider" },
      {
        type: "section",
        fields: [
          { type: "mrkdwn", text: "*Salt*" },
          { type: "plain_text", text: "a lot" },
        ],
      },
      {
        type: "context",
        elements: [
          { type: "image", image_url: "https://pics.example/i.png", alt_text: "icon" },
          { type: "mrkdwn", text: "by _Noor_" },
        ],
      },
      rich(
        "rich_text",
        rich(
          "rich_text_section",
          text("bold", { bold: true }),
          { type: "user", user_id: "U2NOOR" },
          { type: "emoji", name: "wave", skin_tone: 3 },
          { type: "link", url: "https://soup.example", text: "recipe" },
        ),
        {
          ...rich("rich_text_list", rich("rich_text_section", text("leek")), rich("rich_text_section", text("peas"))),
          style: "ordered",
        },
        rich("rich_text_quote", text("hot")),
        rich("rich_text_preformatted", text("a < b")),
      ),
      {
        type: "table",
        rows: [
          [
            { type: "raw_text", text: "x" },
            { type: "raw_text", text: "y" },
          ],
        ],
      },
      { type: "actions", elements: [{ type: "button", text: { type: "plain_text", text: "Eat" } }] },
    ];
    const { event, ledger } = await soup(workspace([{ text: "stands in", blocks: blocks as never }]));
    const { content } = event(
      "Menu 🍲\n*Salt*\na lot\nicon (https://pics.example/i.png) by _Noor_\nbold@Noor N👋🏼recipe (https://soup.example)\n1. leek\n2. peas\n> hot\n```a < b```\nx | y",
    );
    expect(content["formatted_body"]).to.equal(
      '<strong>Menu 🍲</strong><br><strong>Salt</strong><br>a lot<br><a href="https://pics.example/i.png">icon</a> by <em>Noor</em><br><strong>bold</strong>@Noor N👋🏼<a href="https://soup.example">recipe</a><br><ol><li>leek</li><li>peas</li></ol><br><blockquote>hot</blockquote><br><pre><code>a &lt; b</code></pre><br><table><tbody><tr><td>x</td><td>y</td></tr></tbody></table>',
    );
    expect(ledger).to.deep.equal({ detail_left_out: 1 });
  });

  it("have all parts of an attachment: author, title, fields, picture and foot", async () => {
    const card = {
      fallback: "[k/s] Issue closed",
      pretext: "Issue closed by noor",
      author_name: "noor",
      author_link: "https://code.example/noor",
      title: "#8 Ladle",
      title_link: "https://code.example/k/s/8",
      text: "is *bent*",
      fields: [{ title: "Label", value: "tools" }],
      image_url: "https://code.example/p.png",
      footer: "k/s",
      actions: [{ type: "button", text: "Reopen" }],
    };
    const { event, ledger } = await soup(workspace([{ bot_id: "B8", username: "code", attachments: [card] as never }]));
    const { content } = event(
      "Issue closed by noor\nnoor (https://code.example/noor)\n#8 Ladle (https://code.example/k/s/8)\nis *bent*\nLabel: tools\nhttps://code.example/p.png\nk/s",
    );
    expect(content["formatted_body"])
      .to.contain('<a href="https://code.example/k/s/8">#8 Ladle</a>')
      .and.to.contain("<strong>bent</strong>");
    expect(ledger).to.deep.equal({ detail_left_out: 1 });
  });

  it("never fetch a picture, and lead to it", async () => {
    const converted = await soup(
      workspace([
        {
          bot_id: "B5",
          username: "gifs",
          blocks: [
            {
              type: "image",
              image_url: "https://pics.example/dog.gif",
              alt_text: "a dog",
              title: { type: "plain_text", text: "dog" },
            },
          ] as never,
        },
        {
          attachments: [
            {
              fallback: "dog",
              title: "dog",
              title_link: "https://pics.example/dog",
              image_url: "https://pics.example/dog.gif",
            },
          ] as never,
        },
        { attachments: [{ image_url: "https://pics.example/cow.gif" }] as never },
      ]),
    );
    expect(lines(converted)).to.deep.equal([
      "gifs: dog\na dog (https://pics.example/dog.gif)",
      "Mia: dog (https://pics.example/dog)\nhttps://pics.example/dog.gif",
      "Mia: https://pics.example/cow.gif",
    ]);
    expect(converted.head.media.size).to.equal(0);
  });

  it("carry a message that was shared, and leave out the preview of a link that is there", async () => {
    const shared = {
      from_url: "https://k.slack.com/archives/C2/p1",
      is_msg_unfurl: true,
      is_share: true,
      author_name: "Noor N",
      text: "come *now*",
      footer: "Posted in #bread",
      files: [{ id: "F9LOAF", name: "loaf.png", mode: "hosted" }],
    };
    const preview = { from_url: "https://soup.example/x", title: "Soup", text: "a site" };
    const { event, ledger, media } = await soup({
      ...workspace([
        {
          text: "look <https://k.slack.com/archives/C2/p1> <https://soup.example/x>",
          attachments: [shared, preview] as never,
        },
      ]),
      "__uploads/F9LOAF/loaf.png": PNG,
    });
    const { content } = event(
      "look https://k.slack.com/archives/C2/p1 https://soup.example/x\n> Noor N\n> come *now*\n> Posted in #bread\n> https://k.slack.com/archives/C2/p1",
    );
    expect(content["filename"]).to.equal("loaf.png");
    expect(media.get(String(content["url"])), "the file of the shared message").to.deep.equal(PNG);
    expect(ledger).to.deep.equal({ preview_left_out: 1 });
  });
});
