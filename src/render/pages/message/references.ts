import { member, objectMember, type JsonObject } from "../../../matrix/json.ts";
import { relationOf } from "../../../matrix/relation.ts";
import { threadRoot, type Attached, type Brief, type Catalogue } from "../story/catalogue.ts";
import { safe, type Html } from "./html.ts";
import { nameHtml } from "./people.ts";
import { instantOf, momentText } from "./when.ts";

export interface References {
  catalogue: Catalogue;
  /** where a message or change stands */
  hrefOf: (item: number) => string;
}

/** So many answers of a thread are listed at its first message. */
const LISTED = 100;

/** What a message answers, and the thread that it stands in. */
export async function quoteHtml(content: JsonObject, references: References): Promise<Html | undefined> {
  const root = threadRoot(content);
  const target = relationOf(content).in_reply_to;
  const isFallback = member(objectMember(content, "m.relates_to"), "is_falling_back") === true;
  const thread = root === undefined ? undefined : await referenceHtml("thread", "In the thread", root, references);
  const answers = target !== undefined && !(root !== undefined && (isFallback || target === root));
  if (!answers) return thread;
  return safe`${thread}${await referenceHtml("quote", "In reply to", target, references)}`;
}

async function referenceHtml(className: string, words: string, id: string, references: References): Promise<Html> {
  const item = references.catalogue.itemOf(id);
  if (item === undefined)
    return safe`<p class="ref ${className}"><span class="sr">${words}: </span>a message that is not in this bundle</p>`;
  const brief = await references.catalogue.brief(item);
  return safe`<p class="ref ${className}"><a href="${references.hrefOf(item)}"><span class="sr">${words}: </span>${briefHtml(brief)}</a></p>`;
}

/** The messages of the thread that begins with this one. */
export async function threadHtml(attached: readonly Attached[], references: References): Promise<Html | undefined> {
  const items = attached.flatMap((each) => (each.kind === "in_thread" ? [each.item] : []));
  const last = items.at(-1);
  if (last === undefined) return undefined;
  const { catalogue, hrefOf } = references;
  const rows: Html[] = [];
  for (const item of items.slice(0, LISTED)) {
    const brief = await catalogue.brief(item);
    rows.push(
      safe`<li><a href="${hrefOf(item)}">${briefHtml(brief)} <small><time datetime="${instantOf(brief.ts)}">${momentText(brief.ts)}</time></small></a></li>`,
    );
  }
  const more = items.length > LISTED && safe`<li>and ${items.length - LISTED} more, each in its place below</li>`;
  const count = items.length === 1 ? "1 message" : `${items.length} messages`;
  const { ts } = await catalogue.brief(last);
  return safe`<details class="replies"><summary>Thread: ${count} <small>the last ${momentText(ts)}</small></summary><ol>${rows}${more}</ol></details>`;
}

function briefHtml({ by, text }: Brief): Html {
  return safe`${nameHtml(by)} <span class="excerpt">${text || "…"}</span>`;
}
