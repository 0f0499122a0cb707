import { isPollStart } from "../../../matrix/poll.ts";
import { stringMember, type JsonObject } from "../../../matrix/json.ts";
import { relationOf } from "../../../matrix/relation.ts";
import type { ImportedSender } from "../../../bundle/manifest/manifest.ts";
import { nameOf } from "../../../bundle/profiles.ts";
import { fileHtml, FILE_TYPES } from "./attachment.ts";
import { isLater, threadRoot, type Attached, type Catalogue } from "../story/catalogue.ts";
import { safe, type Html } from "./html.ts";
import type { MediaFiles } from "../media-files.ts";
import { avatarHtml, nameHtml, originHtml } from "./people.ts";
import { pollHtml } from "./poll.ts";
import { quoteHtml, threadHtml } from "./references.ts";
import { textOf } from "./text.ts";
import type { Told } from "../story/timeline.ts";
import { clockOf, instantOf, momentText } from "./when.ts";

export interface MessageContext {
  catalogue: Catalogue;
  media: MediaFiles;
  /** of an avatar, by its URI */
  fileOf: (uri: string) => string | undefined;
  /** where a message or change stands */
  hrefOf: (item: number) => string;
  /** may they end polls of others? */
  mayClose: (userId: string) => boolean;
}

/** So much JSON of earlier wordings is shown of one message. */
const EARLIER_CHARACTERS = 200_000;

type Edit = Extract<Attached, { kind: "edit" }>;
type Version = Pick<Edit, "content" | "files">;

/** A message with all that belongs to it. Gives its latest content as well, for the search. */
export async function messageHtml(
  told: Told,
  item: number,
  continues: boolean,
  context: MessageContext,
): Promise<{ markup: Html; content: JsonObject }> {
  const { original, author } = told;
  const { catalogue, media, fileOf } = context;
  const { attached, left } = original.redaction ? { attached: [], left: 0 } : await attachedTo(item, catalogue);
  const edits = attached.filter((each) => each.kind === "edit");
  const avatar = author.avatar === null ? undefined : fileOf(author.avatar);
  const named = [told, ...edits, ...attached.filter((each) => each.kind === "reaction")];
  await media.look(named.flatMap(({ files }) => Object.values(files)));
  if (avatar !== undefined) await media.look([avatar]);
  const latest = edits.reduce<Edit | undefined>((a, b) => (a && isLater(a, b) ? a : b), undefined);
  const current = latest ?? { content: original.content, files: told.files };
  const markup = safe`<article class="m${continues ? "" : " first"}${threadRoot(original.content) !== undefined && " threaded"}" id="m${item}" tabindex="-1">${
    continues ? safe`<span class="sr">${nameOf(author)}:</span>` : byHtml(author, avatar, original.imported, media)
  }<a class="at" href="#m${item}" title="${momentText(original.ts)} UTC"><time datetime="${instantOf(original.ts)}">${clockOf(original.ts)}</time></a><div class="said">${
    original.redaction
      ? removedHtml(told)
      : safe`${await quoteHtml(original.content, context)}${bodyHtml(told, current, attached, context)}${editsHtml(told, edits, latest, left, context)}${reactionsHtml(attached, media)}${await threadHtml(attached, context)}`
  }</div></article>
`;
  return { markup, content: current.content };
}

/** All that belongs to a message, but for earlier wordings beyond what a page can hold; `left`: how many of these. */
async function attachedTo(item: number, catalogue: Catalogue): Promise<{ attached: Attached[]; left: number }> {
  const attached: Attached[] = [];
  const latest = catalogue.latestEditOf(item);
  let [room, left] = [EARLIER_CHARACTERS, 0];
  for await (const each of catalogue.attachedTo(item)) {
    if (each.kind === "edit" && each.id !== latest) {
      room -= JSON.stringify(each.content).length;
      if (room < 0) {
        left++;
        continue;
      }
    }
    attached.push(each);
  }
  return { attached, left };
}

function byHtml(author: ImportedSender, avatar: string | undefined, imported: boolean, media: MediaFiles): Html {
  return safe`<div class="by">${avatarHtml(author, avatar, media)}${nameHtml(author)}${imported && originHtml(author)}</div>`;
}

function removedHtml({ original, author, remover }: Told): Html {
  const { redaction } = original;
  const reason = redaction && stringMember(redaction.content, "reason");
  const by = remover && remover.user_id !== author.user_id ? safe` by ${nameHtml(remover)}` : " by its author";
  return safe`<p class="removed">Message removed${by}${redaction && safe` <small>${momentText(redaction.ts)}</small>`}${reason && safe`: “${reason}”`}</p>`;
}

function bodyHtml(told: Told, current: Version, attached: readonly Attached[], context: MessageContext): Html {
  const { original, author, incomplete } = told;
  const { type } = original;
  if (type === "m.room.encrypted") return safe`<p class="removed">Encrypted: it cannot be read without its key.</p>`;
  const missing = incomplete && safe`<p class="missing">Its whole content is in a file that is not in this bundle.</p>`;
  if (isPollStart(type)) {
    const votes = attached.filter((each) => each.kind === "vote" || each.kind === "end");
    return safe`${missing}${pollHtml({ content: current.content, sender: original.sender }, votes, context.mayClose)}`;
  }
  return safe`${missing}${versionHtml(type, current, author, context.media)}`;
}

/** One wording of a message. */
function versionHtml(type: string, { content, files }: Version, author: ImportedSender, media: MediaFiles): Html {
  const kind = type === "m.sticker" ? "m.image" : stringMember(content, "msgtype");
  if (kind !== undefined && FILE_TYPES.includes(kind)) return fileHtml(content, files, media);
  const text = textOf(content, files, media, relationOf(content).in_reply_to !== undefined);
  switch (kind) {
    case "m.emote":
      return safe`<div class="emote">${nameHtml(author)} ${text}</div>`;
    case "m.notice":
      return safe`<div class="notice">${text}</div>`;
    case "m.location":
      return safe`${text}<p class="location"><code>${stringMember(content, "geo_uri") ?? ""}</code></p>`;
    default:
      return text;
  }
}

function editsHtml(
  { original, author, files }: Told,
  edits: readonly Edit[],
  latest: Edit | undefined,
  left: number,
  { media }: MessageContext,
): Html | undefined {
  if (!latest) return undefined;
  const first = { ts: original.ts, content: original.content, files };
  const earlier = [first, ...edits.filter((edit) => edit !== latest).sort((a, b) => a.ts - b.ts)];
  const versions = earlier.map(
    (version) =>
      safe`<li><small><time datetime="${instantOf(version.ts)}">${momentText(version.ts)}</time></small>${versionHtml(original.type, version, author, media)}</li>`,
  );
  if (left > 0) versions.push(safe`<li>and ${left} more: see the bundle’s manifest</li>`);
  const number = edits.length + left;
  const times = number === 1 ? "Edited" : `Edited ${number} times`;
  return safe`<details class="edits"><summary>${times} <small>${momentText(latest.ts)}</small></summary><p>Before that:</p><ol>${versions}</ol></details>`;
}

function reactionsHtml(attached: readonly Attached[], media: MediaFiles): Html | undefined {
  const byKey = new Map<string, { people: Map<string, ImportedSender>; sha256: string | undefined }>();
  for (const each of attached) {
    if (each.kind !== "reaction") continue;
    const entry = byKey.get(each.key) ?? {
      people: new Map<string, ImportedSender>(),
      sha256: Object.values(each.files)[0],
    };
    entry.people.set(each.by.user_id, each.by);
    byKey.set(each.key, entry);
  }
  if (byKey.size === 0) return undefined;
  const chips = [...byKey].map(([key, { people, sha256 }]) => {
    const names = [...people.values()].map((person, at) => safe`${at > 0 && ", "}${nameHtml(person)}`);
    const what = media.isImage(sha256)
      ? safe`<img alt="${key}" loading="lazy"${media.sourceAttribute(sha256)}>`
      : safe`<bdi>${short(key)}</bdi>`;
    return safe`<li><details><summary>${what} <span class="count">${people.size}</span></summary><p>${names}</p></details></li>`;
  });
  return safe`<ul class="reactions" aria-label="Reactions">${chips}</ul>`;
}

function short(key: string): string {
  const characters = Array.from(key);
  return characters.length <= 40 ? key : `${characters.slice(0, 40).join("")}…`;
}
