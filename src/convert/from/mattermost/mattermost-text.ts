import { escapeHtml } from "../../../matrix/text/escape-html.ts";
import type { Fields } from "../../input/fields.ts";
import { withEmoji } from "../../text/emoji.ts";
import { inline, joined, linked, plain, type Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";

/** The words of a post and of its attachments, each of which is Markdown of its own. `leftOut`: told of what has no words */
export function postText(post: Fields, leftOut: () => void): Said {
  const props = post.object("props");
  const message = post.text("message") ?? "";
  const attachments = (props?.objects("attachments") ?? []).map((attachment) => attachmentText(attachment, leftOut));
  const all = joined(markdown(message), ...attachments);
  if (all.body !== "") return all;
  // posts of plugins, such as calls, keep their words in the properties
  return plain(props?.anyText("title", "message", "fallback") ?? "");
}

/** What somebody does: the server writes asterisks around it, and an import the command itself. */
export function actionText(post: Fields): Said {
  const message = (post.text("message") ?? "").trim().replace(/^\/me\s+/, "");
  const [, inner] = /^\*([^*]+)\*$/.exec(message) ?? [];
  return markdown(inner ?? message);
}

function attachmentText(attachment: Fields, leftOut: () => void): Said {
  const text = (name: string): Said => markdown(attachment.text(name) ?? "");
  const buttons = attachment.objects("actions").flatMap((action) => action.anyText("name") ?? []);
  if (buttons.length > 0 || attachment.anyText("author_icon", "footer_icon")) leftOut();
  const fields = attachment.objects("fields").map((field) => {
    const name = field.anyText("title");
    const value = markdown(field.id("value") ?? "");
    return name === undefined
      ? value
      : inline({ body: name, html: `<strong>${escapeHtml(name)}</strong>` }, plain(": "), value);
  });
  const shown = joined(
    text("pretext"),
    linked(attachment.anyText("author_name"), attachment.anyText("author_link")),
    attachment.anyText("title_link")
      ? linked(attachment.anyText("title"), attachment.text("title_link"))
      : text("title"),
    text("text"),
    ...fields,
    linked(undefined, attachment.anyText("image_url")),
    linked(undefined, attachment.anyText("thumb_url")),
    plain(attachment.anyText("footer") ?? ""),
    plain(buttons.map((name) => `[${name}]`).join(" ")),
  );
  return shown.body === "" ? plain(attachment.text("fallback") ?? "") : shown;
}

function markdown(text: string): Said {
  return text === "" ? plain("") : fromMarkdown(withEmoji(text), "mattermost");
}
