import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import type { Fields } from "../../input/fields.ts";
import { emojiOf } from "../../text/emoji.ts";
import { inline, joined, linked, plain, quoted, textAsHtml, type Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";
import { fromMrkdwn, type SlackNames } from "../../text/slack-mrkdwn.ts";

/** Reads Block Kit (Slack's reference of blocks and of rich text). `leftOut` is told of what has no words, such as buttons. */
export class SlackBlocks {
  readonly #names: SlackNames;
  readonly #leftOut: () => void;

  constructor(names: SlackNames, leftOut: () => void) {
    this.#names = names;
    this.#leftOut = leftOut;
  }

  all(blocks: readonly Fields[]): Said {
    return joined(...blocks.map((block) => this.#block(block)));
  }

  #block(block: Fields): Said | undefined {
    switch (block.text("type")) {
      case "rich_text":
        return joined(...block.objects("elements").map((element) => this.#rich(element)));
      case "section":
        return joined(
          this.#text(block.object("text")),
          ...block.objects("fields").map((field) => this.#text(field)),
          this.#accessory(block.object("accessory")),
        );
      case "header":
        return bold(this.#text(block.object("text")));
      case "context":
        return inline(...spaced(block.objects("elements").map((element) => this.#element(element))));
      case "image":
        return joined(this.#text(block.object("title")), image(block));
      case "video": {
        const title = this.#text(block.object("title"));
        return joined(linked(title?.body, block.text("title_url")), this.#text(block.object("description")));
      }
      case "table":
        return this.#table(block);
      case "markdown":
        return fromMarkdown(block.text("text") ?? "", "mattermost");
      case "input":
        return this.#text(block.object("label"));
      case "divider":
        return undefined;
      default: {
        const text = this.#text(block.object("text"));
        if (!text) this.#leftOut();
        return text;
      }
    }
  }

  /** A text object, or a picture between texts. */
  #element(element: Fields): Said | undefined {
    return element.text("type") === "image" ? image(element) : this.#text(element);
  }

  #accessory(accessory: Fields | undefined): Said | undefined {
    if (accessory?.text("type") === "image") return image(accessory);
    if (accessory) this.#leftOut();
    return undefined;
  }

  #text(object: Fields | undefined): Said | undefined {
    const text = object?.text("text");
    if (!text) return undefined;
    return object?.text("type") === "plain_text"
      ? plain(text.replaceAll(/:([\w+-]+):/g, (_all, name: string) => emojiOf(name)))
      : fromMrkdwn(text, this.#names);
  }

  #table(block: Fields): Said {
    const rows = block.list("rows").map((row) => {
      const cells = (Array.isArray(row) ? row : []).flatMap((cell) => block.also(cell) ?? []);
      const isRich = (cell: Fields): boolean => cell.text("type") === "rich_text";
      return cells.map((cell) => (isRich(cell) ? (this.#block(cell) ?? plain("")) : plain(cell.id("text") ?? "")));
    });
    const html = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${htmlOf(cell)}</td>`).join("")}</tr>`).join("");
    return {
      body: rows.map((cells) => cells.map(({ body }) => body).join(" | ")).join("\n"),
      html: `<table><tbody>${html}</tbody></table>`,
    };
  }

  #rich(element: Fields): Said {
    const parts = element.objects("elements");
    switch (element.text("type")) {
      case "rich_text_list": {
        const tag = element.text("style") === "ordered" ? "ol" : "ul";
        const items = parts.map((part) => this.#rich(part));
        const indent = "  ".repeat(Math.min(8, Math.max(0, element.number("indent") ?? 0)));
        const first = (element.number("offset") ?? 0) + 1;
        const body = items
          .map((item, index) => `${indent}${tag === "ol" ? `${first + index}.` : "•"} ${item.body}`)
          .join("\n");
        return { body, html: `<${tag}>${items.map((item) => `<li>${htmlOf(item)}</li>`).join("")}</${tag}>` };
      }
      case "rich_text_quote":
        return quoted(inline(...parts.map((part) => this.#piece(part))));
      case "rich_text_preformatted": {
        const { body } = inline(...parts.map((part) => this.#piece(part)));
        return { body: `\`\`\`${body}\`\`\``, html: `<pre><code>${escapeHtml(body)}</code></pre>` };
      }
      default:
        return inline(...parts.map((part) => this.#piece(part)));
    }
  }

  /** One stretch of rich text. */
  #piece(piece: Fields): Said {
    const styled = (text: Said): Said => withStyle(text, piece.object("style"));
    switch (piece.text("type")) {
      case "link":
        return styled(linked(piece.anyText("text"), piece.text("url")));
      case "user": {
        const id = piece.text("user_id") ?? "";
        return styled(plain(`@${this.#names.user(id) ?? id}`));
      }
      case "channel": {
        const id = piece.text("channel_id") ?? "";
        return styled(plain(`#${this.#names.channel(id) ?? id}`));
      }
      case "usergroup":
        return styled(plain(`@${piece.text("usergroup_id") ?? "group"}`));
      case "broadcast":
        return styled(plain(`@${piece.text("range") ?? "channel"}`));
      case "emoji": {
        const tone = piece.number("skin_tone");
        return plain(emojiOf(`${piece.text("name") ?? ""}${tone === undefined ? "" : `::skin-tone-${tone}`}`));
      }
      case "date":
        return plain(piece.text("fallback") ?? new Date((piece.number("timestamp") ?? 0) * 1000).toISOString());
      case "color":
        return plain(piece.text("value") ?? "");
      default: {
        const text = piece.text("text");
        if (text === undefined) this.#leftOut();
        return styled(plain(text ?? ""));
      }
    }
  }
}

/** A picture is never fetched: its words, and its address as a link. */
export function image(block: Fields): Said | undefined {
  const file = block.object("slack_file");
  const url = block.anyText("image_url") ?? file?.anyText("url", "id");
  const words = block.anyText("alt_text");
  return url === undefined && words === undefined ? undefined : linked(words, url);
}

const STYLES = { bold: "strong", italic: "em", strike: "del", code: "code" } as const;

function withStyle(text: Said, style: Fields | undefined): Said {
  const tags = Object.entries(STYLES).filter(([name]) => style?.flag(name));
  if (tags.length === 0 || text.body === "") return text;
  return { body: text.body, html: tags.reduce((html, [, tag]) => `<${tag}>${html}</${tag}>`, htmlOf(text)) };
}

export function bold(text: Said | undefined): Said | undefined {
  return text && text.body !== "" ? { body: text.body, html: `<strong>${htmlOf(text)}</strong>` } : undefined;
}

function htmlOf(text: Said): string {
  return text.html ?? textAsHtml(text.body);
}

function spaced(parts: readonly (Said | undefined)[]): (Said | undefined)[] {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [plain(" "), part]));
}
