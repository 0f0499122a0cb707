import { createHash } from "node:crypto";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { emojiOf, withEmoji } from "../../text/emoji.ts";
import type { Said } from "../../text/html.ts";
import { fromMarkdown } from "../../text/markdown.ts";
import {
  DIRECT_POST,
  LINE_TYPE,
  POST,
  PROPS,
  USER,
  type MattermostPost,
  type MattermostThread,
} from "./mattermost-shapes.ts";
import { addMessage, say, type ForeignFile } from "../message.ts";

/** Reads the posts of one channel of a Mattermost bulk export. */
export class MattermostReader {
  readonly pinned: string[] = [];
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #key: string;
  readonly #pictures = new Map<string, string>();

  /** `folder`: where the export's lines stand; `key`: of the channel */
  constructor(conversation: Conversation, files: ExportFiles, folder: string, key: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#key = key;
  }

  /** @throws ConvertError */
  async read(document: ExportFile): Promise<void> {
    for await (const line of jsonLines(document.read())) {
      const type = LINE_TYPE.safeParse(line).data?.type;
      if (type === "user") this.#user(line);
      else if (type === "post" || type === "direct_post") {
        const post = type === "post" ? POST.safeParse(line).data?.post : DIRECT_POST.safeParse(line).data?.direct_post;
        if (!post) this.#conversation.ledger.count("message_malformed");
        else if (this.#isHere(post)) await this.#thread(post);
      } else if (type === undefined) this.#conversation.ledger.count("message_malformed");
    }
  }

  #isHere({ team, channel, channel_members: members }: MattermostThread): boolean {
    return (members ? directKey(members) : `${team ?? ""}/${channel ?? ""}`) === this.#key;
  }

  #user(line: unknown): void {
    const { data } = USER.safeParse(line);
    if (!data) return;
    const { username, nickname, first_name: first, last_name: last, profile_image: picture } = data.user;
    const { ids, people } = this.#conversation;
    people.meet(ids.user(username), [nickname, [first, last].filter(Boolean).join(" "), username].find(Boolean));
    if (picture) this.#pictures.set(username, picture);
  }

  async #thread(root: MattermostThread): Promise<void> {
    const key = await this.#post(root);
    for (const reply of root.replies ?? []) await this.#post(reply, key);
  }

  /** Gives the key of the post: exports have no ids, and Mattermost itself tells posts apart by time, author and text. */
  async #post(post: MattermostPost, thread?: string): Promise<string> {
    const hash = createHash("sha256")
      .update(post.message ?? "")
      .digest("hex");
    const key = JSON.stringify([post.create_at, post.user, hash, thread ?? null]);
    const isSystem = post.type?.startsWith("system_") === true;
    const reactions = [];
    for (const { user, create_at: time, emoji_name: name } of post.reactions ?? [])
      reactions.push({ sender: await this.#person(user), emoji: emojiOf(name), time: time ?? undefined });
    const eventId = await addMessage(this.#conversation, {
      key,
      sender: await this.#person(post.user),
      time: post.create_at,
      kind: isSystem ? "m.notice" : post.type === "me" ? "m.emote" : "m.text",
      said: this.#said(post),
      files: (post.attachments ?? []).map(({ path }) => this.#file(path)),
      thread,
      editedAt: post.edit_at && post.edit_at > post.create_at ? post.edit_at : undefined,
      reactions,
    });
    if (post.is_pinned && eventId !== undefined) this.pinned.push(eventId);
    return key;
  }

  #said({ message, props }: MattermostPost): Said {
    const { attachments } = PROPS.safeParse(props).data ?? {};
    const shown = (attachments ?? []).map(({ pretext, title, text, fallback }) => {
      const lines = [pretext, title, text].filter(Boolean);
      return lines.length > 0 ? lines.join("\n") : (fallback ?? "");
    });
    const all = [message, ...shown].filter(Boolean).join("\n");
    return say(this.#conversation, all, (whole) => fromMarkdown(withEmoji(whole), "mattermost"));
  }

  #file(path: string): ForeignFile {
    return { key: path, name: path.slice(path.lastIndexOf("/") + 1), file: this.#local(path) };
  }

  #local(path: string): ExportFile | undefined {
    const relative = path.replace(/^\/+/, "");
    return [`data/${relative}`, relative].map((each) => this.#files.file(this.#folder + each)).find(Boolean);
  }

  async #person(username: string): Promise<string> {
    const { ids, people } = this.#conversation;
    const userId = ids.user(username);
    const picture = this.#pictures.get(username);
    const file = picture === undefined ? undefined : this.#local(picture);
    this.#pictures.delete(username);
    const about = { key: picture ?? "", name: "avatar" };
    people.meet(userId, username, file ? (await this.#conversation.place(file, about)).uri : null);
    return userId;
  }
}

/** What to call a direct conversation: by its members, whatever their order. */
export function directKey(members: readonly string[]): string {
  return [...new Set(members)].sort().join(",");
}
