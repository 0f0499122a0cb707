import { stringMember } from "../../../matrix/json.ts";
import { nameOf } from "../../../bundle/profiles.ts";
import type { Author } from "../../timeline/author.ts";
import type { Version } from "../../timeline/edits.ts";
import { messageFiles } from "../../timeline/files.ts";
import type { MessageItem } from "../../timeline/item.ts";
import type { Reaction } from "../../timeline/reactions.ts";
import { removalWords } from "../../words/item-words.ts";
import { bodyText, ENCRYPTED, INCOMPLETE } from "../../words/message-text.ts";
import { momentText } from "../../words/when.ts";
import { filesHtml } from "./attachment.ts";
import { safe, type Html } from "./html.ts";
import { avatarHtml, nameHtml, originHtml } from "./people.ts";
import { locationHtml } from "./location.ts";
import { pollHtml } from "./poll.ts";
import { briefsOf, quoteHtml, threadHtml, type Briefs, type References } from "./references.ts";
import { textHtml, type TextContext } from "./text.ts";
import { clockHtml, momentHtml } from "./time.ts";
import { wordsHtml } from "./words.ts";

export type MessageContext = References & TextContext;

/** What need not be said once more. */
export interface MessagePlace {
  /** it stands under the name of the message before it */
  continues: boolean;
  /** the message before it stands in the same thread */
  continuesThread: boolean;
}

/** What has to be read before a message can be written; undefined where there is nothing. */
export function prepareMessage(item: MessageItem, context: MessageContext): Promise<Briefs | undefined> | undefined {
  const { media } = context;
  const looked = filesShown(item, context).filter((sha256) => !media.knows(sha256));
  const briefs = briefsOf(item, context);
  return looked.length === 0 ? briefs : media.look(looked).then(() => briefs);
}

/** A message with all that belongs to it. `briefs`: what `prepareMessage` gave */
export function messageHtml(
  item: MessageItem,
  place: MessagePlace,
  briefs: Briefs | undefined,
  context: MessageContext,
): Html {
  const { number, entry, reactions } = item;
  const { original, author } = entry;
  const { media, conversation } = context;
  const { continues } = place;
  const by = continues
    ? safe`<span class="sr">${nameOf(author)}:</span>`
    : safe`<div class="by">${avatarHtml(author, avatarOf(item, context), media)}${nameHtml(conversation.people.nameOf(author))}${original.imported && originHtml(author)}</div>`;
  const said = original.redaction
    ? removedHtml(item, context)
    : safe`${quoteHtml(item, place, briefs, context)}${bodyHtml(item, context)}${editsHtml(item, context)}${reactionsHtml(reactions, context)}${threadHtml(item, briefs, context)}`;
  return safe`<article class="m${continues ? "" : " first"}${item.thread !== undefined && " threaded"}" id="m${number}" tabindex="-1">${by}<a class="at" href="#m${number}" title="${momentText(original.ts)} UTC">${clockHtml(original.ts)}</a><div class="said">${item.isPinned && safe`<p class="pinned">Pinned</p>`}${said}</div></article>
`;
}

/** SHA-256 of the files that it names, or shows beside it. */
function filesShown(item: MessageItem, context: MessageContext): string[] {
  const { entry, versions, reactions } = item;
  const shown = Object.values(entry.files);
  if (versions.current.files !== entry.files)
    for (const { files } of [versions.current, ...versions.earlier]) shown.push(...Object.values(files));
  const avatar = avatarOf(item, context);
  if (avatar !== undefined) shown.push(avatar);
  for (const { picture } of reactions) if (picture !== undefined) shown.push(picture);
  return shown;
}

/** Its own file where the message brings its avatar along, else that of the profile. */
function avatarOf({ entry }: MessageItem, { conversation }: MessageContext): string | undefined {
  const { avatar } = entry.author;
  if (avatar === null) return undefined;
  return Object.hasOwn(entry.files, avatar) ? entry.files[avatar] : conversation.files.get(avatar);
}

function removedHtml({ entry }: MessageItem, { conversation }: MessageContext): Html {
  const { redaction } = entry.original;
  const when = redaction && safe` <small>${momentHtml(redaction.ts)}</small>`;
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
function versionHtml(type: string, { content, files }: Version, author: Author, context: MessageContext): Html {
  const { media, conversation } = context;
  const held = messageFiles(type, content, files);
  if (held?.hasCaption) return filesHtml(held, textHtml(content, files, context), bodyText(content), media);
  if (held) return filesHtml(held, undefined, "", media);
  const text = textHtml(content, files, context);
  switch (stringMember(content, "msgtype")) {
    case "m.emote":
      return safe`<div class="emote">${nameHtml(conversation.people.nameOf(author))} ${text}</div>`;
    case "m.notice":
      return safe`<div class="notice">${text}</div>`;
    case "m.location":
      return locationHtml(content);
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
      safe`<li><small>${momentHtml(version.ts)}</small>${versionHtml(type, version, entry.author, context)}</li>`,
  );
  if (left > 0) shown.push(safe`<li>and ${left} more: see the bundle’s manifest</li>`);
  const number = earlier.length + left;
  const times = number === 1 ? "Edited" : `Edited ${number} times`;
  return safe`<details class="edits"><summary>${times} <small>${momentHtml(current.ts)}</small></summary><p>Before that:</p><ol>${shown}</ol></details>`;
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
