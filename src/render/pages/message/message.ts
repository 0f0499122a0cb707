import { stringMember } from "../../../matrix/json.ts";
import { nameOf } from "../../../bundle/profiles.ts";
import type { Author } from "../../timeline/author.ts";
import type { Version } from "../../timeline/edits.ts";
import { messageFiles } from "../../timeline/files.ts";
import type { MessageItem } from "../../timeline/item.ts";
import type { Reaction } from "../../timeline/reactions.ts";
import { removalWords } from "../../words/item-words.ts";
import { bodyText, ENCRYPTED, INCOMPLETE } from "../../words/message-text.ts";
import { clockOf, instantOf, momentText } from "../../words/when.ts";
import type { MediaFiles } from "../media-files.ts";
import { filesHtml } from "./attachment.ts";
import { safe, type Html } from "./html.ts";
import { avatarHtml, nameHtml, originHtml } from "./people.ts";
import { pollHtml } from "./poll.ts";
import { quoteHtml, threadHtml, type References } from "./references.ts";
import { textHtml } from "./text.ts";
import { wordsHtml } from "./words.ts";

export interface MessageContext extends References {
  media: MediaFiles;
}

/** A message with all that belongs to it. `continues`: it stands under the name of the message before it. */
export async function messageHtml(item: MessageItem, continues: boolean, context: MessageContext): Promise<Html> {
  const { number, entry, versions, reactions } = item;
  const { original, author } = entry;
  const { media, conversation } = context;
  const avatar = avatarOf(item, context);
  const named = [entry, versions.current, ...versions.earlier].flatMap(({ files }) => Object.values(files));
  const pictures = [avatar, ...reactions.map(({ picture }) => picture)].filter((each) => each !== undefined);
  await media.look([...named, ...pictures]);
  const by = continues
    ? safe`<span class="sr">${nameOf(author)}:</span>`
    : safe`<div class="by">${avatarHtml(author, avatar, media)}${nameHtml(conversation.people.nameOf(author))}${original.imported && originHtml(author)}</div>`;
  const said = original.redaction
    ? removedHtml(item, context)
    : safe`${await quoteHtml(item, context)}${bodyHtml(item, context)}${editsHtml(item, context)}${reactionsHtml(reactions, context)}${await threadHtml(item, context)}`;
  return safe`<article class="m${continues ? "" : " first"}${item.thread !== undefined && " threaded"}" id="m${number}" tabindex="-1">${by}<a class="at" href="#m${number}" title="${momentText(original.ts)} UTC"><time datetime="${instantOf(original.ts)}">${clockOf(original.ts)}</time></a><div class="said">${said}</div></article>
`;
}

/** Its own file where the message brings its avatar along, else that of the profile. */
function avatarOf({ entry }: MessageItem, { conversation }: MessageContext): string | undefined {
  const { avatar } = entry.author;
  if (avatar === null) return undefined;
  return Object.hasOwn(entry.files, avatar) ? entry.files[avatar] : conversation.files.get(avatar);
}

function removedHtml({ entry }: MessageItem, { conversation }: MessageContext): Html {
  const { redaction } = entry.original;
  const when = redaction && safe` <small>${momentText(redaction.ts)}</small>`;
  return safe`<p class="removed">${wordsHtml(removalWords(entry, conversation.people))}${when}</p>`;
}

function bodyHtml({ entry, versions, poll }: MessageItem, context: MessageContext): Html {
  const { type } = entry.original;
  if (type === "m.room.encrypted") return safe`<p class="removed">${ENCRYPTED}</p>`;
  const missing = entry.incomplete && safe`<p class="missing">${INCOMPLETE}</p>`;
  const shown = poll
    ? pollHtml(poll, context.conversation.people)
    : versionHtml(type, versions.current, entry.author, context);
  return safe`${missing}${shown}`;
}

/** One wording of a message. */
function versionHtml(
  type: string,
  { content, files }: Version,
  author: Author,
  { media, conversation }: MessageContext,
): Html {
  const held = messageFiles(type, content, files);
  if (held?.hasCaption) return filesHtml(held, textHtml(content, files, media), bodyText(content), media);
  if (held) return filesHtml(held, undefined, "", media);
  const text = textHtml(content, files, media);
  switch (stringMember(content, "msgtype")) {
    case "m.emote":
      return safe`<div class="emote">${nameHtml(conversation.people.nameOf(author))} ${text}</div>`;
    case "m.notice":
      return safe`<div class="notice">${text}</div>`;
    case "m.location":
      return safe`${text}<p class="location"><code>${stringMember(content, "geo_uri") ?? ""}</code></p>`;
    default:
      return text;
  }
}

function editsHtml({ entry, versions }: MessageItem, context: MessageContext): Html | undefined {
  const { current, earlier, left } = versions;
  if (earlier.length === 0) return undefined;
  const { type } = entry.original;
  const shown = earlier.map(
    (version) =>
      safe`<li><small><time datetime="${instantOf(version.ts)}">${momentText(version.ts)}</time></small>${versionHtml(type, version, entry.author, context)}</li>`,
  );
  if (left > 0) shown.push(safe`<li>and ${left} more: see the bundle’s manifest</li>`);
  const number = earlier.length + left;
  const times = number === 1 ? "Edited" : `Edited ${number} times`;
  return safe`<details class="edits"><summary>${times} <small>${momentText(current.ts)}</small></summary><p>Before that:</p><ol>${shown}</ol></details>`;
}

function reactionsHtml(reactions: readonly Reaction[], { media, conversation }: MessageContext): Html | undefined {
  if (reactions.length === 0) return undefined;
  const chips = reactions.map(({ label, picture, people }) => {
    const names = people.map((person, at) => safe`${at > 0 && ", "}${nameHtml(conversation.people.nameOf(person))}`);
    const what = media.isImage(picture)
      ? safe`<img alt="${label}" title="${label}" loading="lazy"${media.sourceAttribute(picture)}>`
      : safe`<bdi>${short(label)}</bdi>`;
    return safe`<li><details><summary>${what} <span class="count">${people.length}</span></summary><p>${names}</p></details></li>`;
  });
  return safe`<ul class="reactions" aria-label="Reactions">${chips}</ul>`;
}

function short(label: string): string {
  const characters = Array.from(label);
  return characters.length <= 40 ? label : `${characters.slice(0, 40).join("")}…`;
}
