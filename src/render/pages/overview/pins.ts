import type { Conversation } from "../../timeline/conversation.ts";
import { safe, type Html } from "../message/html.ts";
import { briefHtml } from "../message/references.ts";
import { momentHtml } from "../message/time.ts";

/** So many pinned messages are listed. */
const LISTED = 100;

/** The pinned messages, with links to them; nothing where none is pinned. `hrefOf`: where a message stands. */
export async function pinsHtml(
  { pinned, followUps, people }: Conversation,
  hrefOf: (item: number) => string,
): Promise<Html | undefined> {
  if (pinned.size === 0) return undefined;
  const rows: Html[] = [];
  for (const item of [...pinned].slice(0, LISTED)) {
    const brief = await followUps.brief(item);
    rows.push(
      safe`<li><a href="${hrefOf(item)}">${briefHtml(brief, people)} <small>${momentHtml(brief.ts)}</small></a></li>`,
    );
  }
  const more = pinned.size > LISTED && safe`<li>and ${pinned.size - LISTED} more, each in its place below</li>`;
  return safe`<details class="pins" open><summary>Pinned messages <small>${pinned.size}</small></summary><ol>${rows}${more}</ol></details>`;
}
