import type { Fields } from "../../input/fields.ts";
import { inline, joined, linked, plain, quoted, type Said } from "../../text/html.ts";
import { fromMrkdwn, type SlackNames } from "../../text/slack-mrkdwn.ts";
import { bold, image, type SlackBlocks } from "./slack-blocks.ts";

/** Is it only the preview of a link that the message holds anyway? A message that was shared is none. */
export function isPreview(attachment: Fields, text: string): boolean {
  const url = attachment.anyText("from_url", "original_url");
  if (url === undefined || isShared(attachment)) return false;
  return text.includes(url) || text.includes(url.replaceAll("&", "&amp;"));
}

function isShared(attachment: Fields): boolean {
  return (
    attachment.flag("is_share") === true ||
    attachment.flag("is_msg_unfurl") === true ||
    attachment.has("message_blocks")
  );
}

/** The words of an attachment (Slack's reference of secondary attachments, with their legacy fields). */
export function attachmentText(attachment: Fields, names: SlackNames, blocks: SlackBlocks, leftOut: () => void): Said {
  const text = (name: string): Said => fromMrkdwn(attachment.text(name) ?? "", names);
  if (attachment.anyText("author_icon", "footer_icon") || attachment.list("actions").length > 0) leftOut();
  const author = linked(attachment.anyText("author_name", "author_subname"), attachment.anyText("author_link"));
  const inBlocks = blocks.all([...attachment.objects("blocks"), ...blocksOfShared(attachment)]);
  const title = fromMrkdwn(attachment.text("title") ?? "", names);
  const main = inBlocks.body === "" ? text("text") : inBlocks;
  const fields = attachment.objects("fields").map((field) => {
    const name = field.anyText("title");
    const value = fromMrkdwn(field.text("value") ?? "", names);
    return name === undefined ? value : inline(bold(plain(name)), plain(": "), value);
  });
  const shown = joined(
    text("pretext"),
    author,
    attachment.anyText("title_link") ? linked(title.body, attachment.text("title_link")) : title,
    main,
    ...fields,
    image(attachment),
    linked(undefined, attachment.anyText("thumb_url")),
    plain(attachment.anyText("footer") ?? ""),
    isShared(attachment) ? linked(undefined, attachment.anyText("from_url")) : undefined,
  );
  if (shown.body === "") return text("fallback");
  return isShared(attachment) ? quoted(shown) : shown;
}

/** A shared message holds its blocks one level deeper. */
function blocksOfShared(attachment: Fields): Fields[] {
  return attachment.objects("message_blocks").flatMap((each) => each.object("message")?.objects("blocks") ?? []);
}
