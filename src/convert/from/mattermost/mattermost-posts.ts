import { hash } from "node:crypto";
import { isObject, type JsonValue } from "../../../matrix/json.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import type { Conversation } from "../../room/conversation.ts";
import { emojiOf } from "../../text/emoji.ts";
import { addMessage, say, type ForeignFile, type ForeignReaction } from "../message.ts";
import { keyOf } from "./mattermost-channels.ts";
import { actionText, postText } from "./mattermost-text.ts";

/** Lines that say something about people or places, and those of this kind that later versions add. */
const POSTS = ["post", "direct_post"];

/** Reads the posts of one channel of a Mattermost bulk export. */
export class MattermostReader {
  readonly pinned: string[] = [];
  readonly #conversation: Conversation;
  readonly #files: ExportFiles;
  readonly #folder: string;
  readonly #key: string;
  readonly #pictures = new Map<string, string>();
  readonly #odd: () => void;

  /** `folder`: where the export's lines stand; `key`: of the channel */
  constructor(conversation: Conversation, files: ExportFiles, folder: string, key: string) {
    this.#conversation = conversation;
    this.#files = files;
    this.#folder = folder;
    this.#key = key;
    this.#odd = () => conversation.ledger.count("field_malformed");
  }

  /** `wanted`: which lines to look at, by their numbers. @throws ConvertError */
  async read(document: ExportFile, wanted: (line: number) => boolean): Promise<void> {
    const { ledger } = this.#conversation;
    let saysPins = false;
    for await (const { number, value, tooLong } of jsonLines(document.read(), (_line, at) => wanted(at))) {
      const line = Fields.of(value, () => undefined);
      const type = line?.text("type");
      if (tooLong) ledger.count("message_too_large", 1, `line ${number}`);
      else if (!line || type === undefined) ledger.count("message_malformed", 1, `line ${number}`);
      else if (type === "user") this.#user(line);
      else if (POSTS.includes(type)) {
        const post = line.object(type);
        const key = post && keyOf(post);
        if (!post || key === undefined) ledger.count("message_malformed", 1, `line ${number}`);
        if (!post || key !== this.#key) continue;
        saysPins ||= post.has("is_pinned");
        if (type === "direct_post" && Object.hasOwn(post.value, "reactions") && post.value["reactions"] === null)
          ledger.say("reactions_unavailable");
        await this.#thread(post, number);
      }
    }
    if (!saysPins && this.#conversation.byType.size > 0) ledger.say("pins_not_in_export");
  }

  #user(line: Fields): void {
    const user = line.object("user");
    const username = user?.id("username");
    if (!user || username === undefined) return;
    const { ids, people } = this.#conversation;
    const full = [user.anyText("first_name"), user.anyText("last_name")].filter(Boolean).join(" ");
    people.meet(ids.user(username), [user.anyText("nickname"), full, username].find(Boolean));
    const picture = user.anyText("profile_image");
    if (picture) this.#pictures.set(username, picture);
  }

  async #thread(root: Fields, line: number): Promise<void> {
    const key = await this.#post(root.value, line);
    for (const reply of root.list("replies")) await this.#post(reply, line, key);
  }

  /** Gives the key of the post: exports have no ids, and Mattermost itself tells posts apart by time, author and text. */
  async #post(value: JsonValue, line: number, thread?: string): Promise<string | undefined> {
    const post = isObject(value) ? new Fields(value, this.#odd) : undefined;
    const time = post?.number("create_at");
    if (!post || time === undefined || !Number.isSafeInteger(time)) {
      this.#conversation.ledger.count("message_malformed", 1, `line ${line}`);
      return undefined;
    }
    const user = post.id("user") ?? "unknown";
    const message = post.text("message") ?? "";
    const key = JSON.stringify([time, user, hash("sha256", message), thread ?? null]);
    const type = post.text("type") ?? "";
    const isSaid = !/^(?:system_|custom_)/.test(type) || (type.startsWith("custom_") && message !== "");
    const leftOut = (): void => this.#conversation.ledger.count("detail_left_out");
    const edited = post.number("edit_at") ?? 0;
    const attachments = post.objects("attachments");
    const eventId = await addMessage(this.#conversation, {
      key,
      sender: await this.#sender(user, post),
      time,
      kind: type === "me" ? "m.emote" : isSaid ? "m.text" : "m.notice",
      said: say(this.#conversation, message, () => (type === "me" ? actionText(post) : postText(post, leftOut))),
      files: attachments.flatMap((file) => this.#file(file.id("path")) ?? []),
      thread,
      editedAt: edited > time ? edited : undefined,
      reactions: await this.#reactions(post),
    });
    if (post.flag("is_pinned") && eventId !== undefined) this.pinned.push(eventId);
    return key;
  }

  async #reactions(post: Fields): Promise<ForeignReaction[]> {
    const found: ForeignReaction[] = [];
    for (const reaction of post.objects("reactions")) {
      const [user, name] = [reaction.id("user"), reaction.id("emoji_name")];
      if (user === undefined || name === undefined) this.#odd();
      else found.push({ sender: await this.#person(user), emoji: emojiOf(name), time: reaction.number("create_at") });
    }
    return found;
  }

  #file(path: string | undefined): ForeignFile | undefined {
    if (path === undefined) this.#odd();
    return path === undefined
      ? undefined
      : { key: path, name: path.slice(path.lastIndexOf("/") + 1), file: this.#local(path) };
  }

  #local(path: string): ExportFile | undefined {
    const relative = path.replace(/^\/+/, "");
    return [`data/${relative}`, relative].map((each) => this.#files.file(this.#folder + each)).find(Boolean);
  }

  /** A webhook or bot may speak under another name than that of the account it belongs to. */
  async #sender(username: string, post: Fields): Promise<string> {
    const props = post.object("props");
    const shown = props?.anyText("override_username");
    if (shown === undefined) return this.#person(username);
    if (props?.anyText("override_icon_url")) this.#conversation.ledger.count("detail_left_out");
    const persona = this.#conversation.ids.persona(username, shown);
    this.#conversation.people.meet(persona, shown);
    return persona;
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
