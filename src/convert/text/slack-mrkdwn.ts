import { escapeHtml } from "../../matrix/text/escape-html.ts";
import { emojiOf, withEmoji } from "./emoji.ts";
import { linkHtml, said, type Said } from "./html.ts";

/** Names of what a text can refer to. */
export interface SlackNames {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
}

const CODE_BLOCK = /```([\s\S]+?)```/;
const CODE = /`([^`\n]+)`/;
const REFERENCE = /<([^<>\n]{1,4000})>/;
const ATOMS = new RegExp(`${CODE_BLOCK.source}|${CODE.source}|${REFERENCE.source}|[\\u{F0000}-\\u{FFFFD}]`, "gu");
/** One character of the private use area stands for each piece that is no plain text while spans are looked for. */
const FIRST_ATOM = 0xf0000;
const MAX_ATOMS = 0xfffd;
const TAGS: Record<string, string> = { "*": "strong", _: "em", "~": "del" };
/** Longest stretch that a mark can span. */
const MAX_SPAN = 4000;
const WORD = /[\p{L}\p{N}]/u;
const QUOTE = "&gt;";

/** A text in Slack's mrkdwn: `&`, `<` and `>` are escaped in it, references stand in angle brackets. */
export function fromMrkdwn(text: string, names: SlackNames): Said {
  return marksOf(text, names, withEmoji);
}

function marksOf(text: string, names: SlackNames, emoji: Emoji): Said {
  const atoms: Said[] = [];
  const marked = text.replaceAll(ATOMS, (all, block?: string, code?: string, reference?: string) => {
    if (atoms.length >= MAX_ATOMS) return all;
    atoms.push(atom(all, block, code, reference, names));
    return String.fromCodePoint(FIRST_ATOM + atoms.length - 1);
  });
  const atomAt = (character: string): Said | undefined => atoms[(character.codePointAt(0) ?? 0) - FIRST_ATOM];
  const body = emoji(unescape(marked)).replaceAll(/[\u{F0000}-\u{FFFFD}]/gu, (all) => atomAt(all)?.body ?? all);
  return said(body, paragraphs(marked, atomAt, emoji));
}

/** A text with the same marks, but with nothing escaped, no references and no names of emoji, as WhatsApp has it. */
export function fromMarks(text: string): Said {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return marksOf(escaped, NOBODY, (plain) => plain);
}

const NOBODY: SlackNames = { user: () => undefined, channel: () => undefined };
/** What becomes of the names of emoji in a text. */
type Emoji = (text: string) => string;

/** A text of Slack's that has no formatting, such as a topic: only escaped. */
export function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function atom(
  all: string,
  block: string | undefined,
  code: string | undefined,
  reference: string | undefined,
  names: SlackNames,
): Said {
  if (reference !== undefined) {
    const { label, href } = resolve(reference, names);
    const body = href !== undefined && label !== href.replace(/^(?:mailto|tel):/, "") ? `${label} (${href})` : label;
    return { body, html: href === undefined ? escapeHtml(label) : linkHtml(href, escapeHtml(label)) };
  }
  const verbatim = block ?? code;
  if (verbatim === undefined) return { body: all, html: escapeHtml(all) };
  const shown = unescape(
    verbatim.replaceAll(new RegExp(REFERENCE, "g"), (_all, inner: string) => resolve(inner, names).label),
  );
  const html = `<code>${escapeHtml(shown)}</code>`;
  return block === undefined
    ? { body: `\`${shown}\``, html }
    : { body: `\`\`\`${shown}\`\`\``, html: `<pre>${html}</pre>` };
}

type AtomAt = (character: string) => Said | undefined;

/** Line by line: lines that begin with `>` are quotations, all after `>>>` is one; marks do not span lines. */
function paragraphs(marked: string, atomAt: AtomAt, emoji: Emoji): string {
  let out = "";
  let quote: string[] = [];
  let quotesAll = false;
  let isFirst = true;
  const end = (): void => {
    if (quote.length === 0) return;
    out += `<blockquote>${quote.join("<br>")}</blockquote>`;
    quote = [];
    isFirst = true;
  };
  for (const line of marked.split(/\r\n|\n|\r/)) {
    quotesAll ||= line.startsWith(QUOTE.repeat(3));
    if (quotesAll || line.startsWith(QUOTE)) {
      quote.push(spans(unescape(line.replace(/^(?:&gt;){1,3}/, "").trimStart()), atomAt, emoji));
      continue;
    }
    end();
    out += (isFirst ? "" : "<br>") + spans(unescape(line), atomAt, emoji);
    isFirst = false;
  }
  end();
  return out;
}

/** Bold, italic and struck text, which begins and ends at a word's bounds, also around references and code. */
function spans(line: string, atomAt: AtomAt, emoji: Emoji): string {
  const characters = Array.from(emoji(line));
  const lastOf: Record<string, number> = {};
  for (const [at, character] of characters.entries()) if (character in TAGS) lastOf[character] = at;
  return stretch(characters, 0, characters.length, lastOf, atomAt);
}

function stretch(
  characters: readonly string[],
  from: number,
  to: number,
  lastOf: Readonly<Record<string, number>>,
  atomAt: AtomAt,
): string {
  let out = "";
  let plain = "";
  for (let at = from; at < to; at++) {
    const character = characters[at] as string;
    const tag = Object.hasOwn(TAGS, character) ? TAGS[character] : undefined;
    const close = tag === undefined ? -1 : closing(characters, at, Math.min(to, (lastOf[character] ?? -1) + 1));
    const piece = tag === undefined ? atomAt(character) : undefined;
    if (close < 0 && !piece) {
      plain += character;
      continue;
    }
    out += escapeHtml(plain);
    plain = "";
    if (piece) out += piece.html ?? escapeHtml(piece.body);
    else {
      out += `<${tag}>${stretch(characters, at + 1, close, lastOf, atomAt)}</${tag}>`;
      at = close;
    }
  }
  return out + escapeHtml(plain);
}

/** Where the span that begins at `open` ends; -1 where there is none. */
function closing(characters: readonly string[], open: number, to: number): number {
  const mark = characters[open];
  const isWord = (at: number): boolean => WORD.test(characters[at] ?? "");
  const isSpace = (at: number): boolean => /^\s?$/.test(characters[at] ?? "");
  if (isWord(open - 1) || characters[open - 1] === mark || isSpace(open + 1) || characters[open + 1] === mark)
    return -1;
  for (let at = open + 2; at < to && at <= open + MAX_SPAN; at++)
    if (characters[at] === mark) return !isSpace(at - 1) && !isWord(at + 1) && characters[at + 1] !== mark ? at : -1;
  return -1;
}

/** What stands between angle brackets: a person, a channel, a group, a date or a link, with what to show after a bar. */
function resolve(reference: string, names: SlackNames): { label: string; href?: string } {
  const bar = reference.indexOf("|");
  const target = unescape(bar < 0 ? reference : reference.slice(0, bar));
  const shown = bar < 0 ? undefined : unescape(reference.slice(bar + 1));
  if (target.startsWith("@")) return { label: `@${names.user(target.slice(1)) ?? (shown || target.slice(1))}` };
  if (target.startsWith("#")) return { label: `#${names.channel(target.slice(1)) ?? (shown || target.slice(1))}` };
  if (target.startsWith("!")) {
    const [word = "", detail] = target.slice(1).split("^");
    if (shown) return { label: shown };
    if (word === "date") return { label: dateOf(detail) };
    return { label: `@${word === "subteam" ? (detail ?? word) : word}` };
  }
  if (target.startsWith(":")) return { label: emojiOf(target.slice(1, -1)) };
  return { label: shown || target.replace(/^mailto:/, ""), href: target };
}

function dateOf(seconds: string | undefined): string {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? (seconds ?? "") : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
