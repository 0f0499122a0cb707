import MarkdownIt, { type MarkdownIt as Parser } from "markdown-it";
import { escapeHtml } from "../../matrix/text/escape-html.ts";
import { said, type Said } from "./html.ts";

/** The kinds of Markdown that chats write. */
export type Dialect = "discord" | "mattermost" | "zulip";

const parsers = new Map<Dialect, Parser>();

/** One line of words and spaces, full stops only behind words: no Markdown, and no address without its scheme. */
const WORDS = /^\p{L}(?:[\p{L}\p{N} ,;?]|\.(?= |$))*$/u;

/** What somebody wrote in Markdown: the text as they wrote it, and its formatting. HTML in it is text. */
export function fromMarkdown(text: string, dialect: Dialect): Said {
  // most messages are nothing else, and to parse one takes longer than all the rest of it
  if (WORDS.test(text) && !text.endsWith(" ")) return { body: text };
  const parser = parsers.get(dialect) ?? parserOf(dialect);
  parsers.set(dialect, parser);
  const html = parser
    .render(text)
    .trim()
    .replaceAll(/<br>\n/g, "<br>");
  const [, paragraph] = /^<p>([^]*)<\/p>$/.exec(html) ?? [];
  return said(text, paragraph !== undefined && !paragraph.includes("<p>") ? paragraph : html);
}

function parserOf(dialect: Dialect): Parser {
  const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
  // a picture behind an address would be fetched from there by whoever reads the message: it stays a link
  parser.renderer.rules["image"] = (tokens, index) => {
    const token = tokens[index];
    const source = String(token?.attrGet("src") ?? "");
    const label = escapeHtml(token?.content || source);
    return /^https?:\/\//i.test(source) ? `<a href="${escapeHtml(source)}">${label}</a>` : label;
  };
  if (dialect === "discord") asDiscord(parser);
  if (dialect === "zulip") asZulip(parser);
  return parser;
}

/** `__underlined__` and `||spoiler||` (at which the rule for plain text would not stop); no tables, no lines, no pictures. */
function asDiscord(parser: Parser): void {
  parser.disable(["table", "hr", "image", "html_block", "lheading", "reference", "code", "text"]);
  const strong = (tag: "open" | "close") => (tokens: { markup: string }[], index: number) => {
    const name = tokens[index]?.markup === "__" ? "u" : "strong";
    return tag === "open" ? `<${name}>` : `</${name}>`;
  };
  parser.renderer.rules["strong_open"] = strong("open");
  parser.renderer.rules["strong_close"] = strong("close");
  parser.inline.ruler.before("emphasis", "spoiler", (state, silent) => {
    if (!state.src.startsWith("||", state.pos)) return false;
    const end = state.src.indexOf("||", state.pos + 2);
    if (end <= state.pos + 2 || end >= state.posMax) return false;
    if (silent) return false;
    const max = state.posMax;
    state.push("spoiler_open", "span", 1).attrSet("data-mx-spoiler", "");
    state.pos += 2;
    state.posMax = end;
    state.md.inline.tokenize(state);
    state.push("spoiler_close", "span", -1);
    state.pos = end + 2;
    state.posMax = max;
    return true;
  });
}

/** Fences that are no code: a quotation, or a spoiler with a headline that stays visible. */
function asZulip(parser: Parser): void {
  const code = parser.renderer.rules["fence"];
  parser.renderer.rules["fence"] = (tokens, index, options, env, renderer) => {
    const { info = "", content = "" } = tokens[index] ?? {};
    const [, kind, headline = ""] = /^(quote|spoiler)(?:\s+(.*))?$/.exec(info.trim()) ?? [];
    if (kind === "quote") return `<blockquote>${parser.render(content).trim()}</blockquote>`;
    if (kind === "spoiler") {
      const hidden = `<span data-mx-spoiler>${parser.renderInline(content.trim())}</span>`;
      return `<p>${headline === "" ? "" : `${parser.renderInline(headline)}<br>`}${hidden}</p>`;
    }
    return code?.(tokens, index, options, env, renderer) ?? "";
  };
}
