import { emojiOf, withEmoji } from "./emoji.ts";
import { escapeHtml } from "../../matrix/escape-html.ts";
import { linkHtml, said, textAsHtml, type Said } from "./html.ts";

/** Names of what a text can refer to. */
export interface SlackNames {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
}

const CODE_BLOCK = /```([\s\S]+?)```/;
const CODE = /`([^`\n]+)`/;
const REFERENCE = /<([^<>\n]{1,4000})>/;
const PIECES = new RegExp(`${CODE_BLOCK.source}|${CODE.source}|${REFERENCE.source}`, "g");

/** A text in Slack's mrkdwn: `&`, `<` and `>` are escaped in it, references stand in angle brackets. */
export function fromMrkdwn(text: string, names: SlackNames): Said {
  let body = "";
  let html = "";
  let from = 0;
  for (const match of text.matchAll(PIECES)) {
    const plain = text.slice(from, match.index);
    body += plainText(plain);
    html += spans(plain);
    from = match.index + match[0].length;
    const [all, block, code, reference] = match;
    if (reference !== undefined) {
      const { label, href } = resolve(reference, names);
      body += href !== undefined && label !== href ? `${label} (${href})` : label;
      html += href === undefined ? escapeHtml(label) : linkHtml(href, escapeHtml(label));
      continue;
    }
    const verbatim = unescape(withoutReferences(block ?? code ?? "", names));
    body += all.startsWith("```") ? "```" + verbatim + "```" : "`" + verbatim + "`";
    html +=
      block === undefined ? `<code>${escapeHtml(verbatim)}</code>` : `<pre><code>${escapeHtml(verbatim)}</code></pre>`;
  }
  body += plainText(text.slice(from));
  html += spans(text.slice(from));
  return said(body, quotes(html));
}

function plainText(text: string): string {
  return withEmoji(unescape(text));
}

/** Bold, italic and struck text, which begins and ends at a word's bounds. */
function spans(text: string): string {
  return textAsHtml(plainText(text))
    .replaceAll(/(?<![\w*])\*(?=\S)([^*]{1,4000}?)(?<=\S)\*(?![\w*])/g, "<strong>$1</strong>")
    .replaceAll(/(?<![\w_])_(?=\S)([^_]{1,4000}?)(?<=\S)_(?![\w_])/g, "<em>$1</em>")
    .replaceAll(/(?<![\w~])~(?=\S)([^~]{1,4000}?)(?<=\S)~(?![\w~])/g, "<del>$1</del>");
}

/** Lines that begin with `>`. */
function quotes(html: string): string {
  if (!/(?:^|<br>)&gt;/.test(html)) return html;
  let out = "";
  let quoted: string[] = [];
  const end = (): void => {
    if (quoted.length > 0) out += `<blockquote>${quoted.join("<br>")}</blockquote>`;
    quoted = [];
  };
  for (const [index, line] of html.split("<br>").entries()) {
    if (line.startsWith("&gt;")) quoted.push(line.slice("&gt;".length).trimStart());
    else {
      const wasQuote = quoted.length > 0;
      end();
      out += (index === 0 || wasQuote ? "" : "<br>") + line;
    }
  }
  end();
  return out;
}

/** What stands between angle brackets: a person, a channel, a group, a date or a link, with what to show after a bar. */
function resolve(reference: string, names: SlackNames): { label: string; href?: string } {
  const bar = reference.indexOf("|");
  const target = unescape(bar < 0 ? reference : reference.slice(0, bar));
  const shown = bar < 0 ? undefined : unescape(reference.slice(bar + 1));
  if (target.startsWith("@")) return { label: `@${names.user(target.slice(1)) ?? (shown || target.slice(1))}` };
  if (target.startsWith("#")) return { label: `#${names.channel(target.slice(1)) ?? (shown || target.slice(1))}` };
  if (target.startsWith("!")) {
    const word = target.slice(1).split("^")[0] ?? "";
    return { label: shown || `@${word}` };
  }
  if (target.startsWith(":")) return { label: emojiOf(target.slice(1, -1)) };
  return { label: shown || target.replace(/^mailto:/, ""), href: target };
}

function withoutReferences(text: string, names: SlackNames): string {
  return text.replaceAll(new RegExp(REFERENCE, "g"), (_all, reference: string) => resolve(reference, names).label);
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
