import { ConvertError } from "../../convert-error.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonElements, jsonPieces } from "../../input/json-pieces.ts";
import type { RoomAbout } from "../../room/conversation.ts";
import type { MessageHead } from "./zulip-messages.ts";

const ignore = (): void => undefined;
const USERS = ["zerver_userprofile", "zerver_userprofile_mirrordummy", "zerver_userprofile_crossrealm"];
/** Zulip's own bots stand in the export with their addresses alone. */
const BOTS: Readonly<Record<string, string>> = {
  "notification-bot@zulip.com": "Notification Bot",
  "emailgateway@zulip.com": "Email Gateway",
  "welcome-bot@zulip.com": "Welcome Bot",
};
/** Kinds of recipients. */
const [PERSON, CHANNEL, GROUP] = ["1", "2", "3"];

/** Somebody of the organization. */
export interface ZulipUser {
  name: string;
  email: string | undefined;
  /** one of Zulip's own bots, which tell what happened */
  isSystem: boolean;
}

interface ZulipChannel {
  name: string;
  topic: string | undefined;
  createdAt: number | undefined;
  creator: string | undefined;
}

/** What a conversation is called, and what is known of its room. */
interface Described {
  name: string;
  about: Partial<RoomAbout>;
  isListed: boolean;
}

/** Who and what the messages of an export name by a number. */
export class ZulipRealm {
  readonly users = new Map<string, ZulipUser>();
  /** paths of pictures, by the numbers of their users */
  readonly avatars = new Map<string, string>();
  readonly channels = new Map<string, ZulipChannel>();
  /** kind and number of what a recipient stands for */
  readonly recipients = new Map<string, { type: string; id: string }>();
  /** members of group conversations, by the number of the recipient */
  readonly groups = new Map<string, string[]>();

  /** What tells the conversation of a message apart: a channel, or its people, whichever way the export names them. */
  conversationKey({ recipient, sender }: MessageHead): string {
    const known = this.recipients.get(recipient);
    if (known?.type === CHANNEL) return `channel/${known.id}`;
    if (known?.type === PERSON) return peopleKey([sender, known.id]);
    const members = this.groups.get(recipient);
    return members ? peopleKey(members) : `recipient/${recipient}`;
  }

  /** `key`: as conversationKey gives it */
  conversation(key: string): Described {
    const [kind, id = ""] = key.split("/");
    if (kind === "channel") {
      const channel = this.channels.get(id);
      const name = channel?.name ?? `channel ${id}`;
      const { topic, createdAt, creator } = channel ?? {};
      return { name, about: { name, topic, createdAt, creator, type: "group" }, isListed: channel !== undefined };
    }
    if (kind === "recipient") return { name: `conversation ${id}`, about: { type: "group" }, isListed: false };
    const members = id.split(",");
    const name = members.map((member) => this.users.get(member)?.email ?? `user ${member}`).join(",");
    const called = members.map((member) => this.users.get(member)?.name ?? `user ${member}`).join(", ");
    return { name, about: { name: called, type: members.length <= 2 ? "direct" : "group" }, isListed: true };
  }
}

function peopleKey(members: readonly string[]): string {
  return `people/${[...new Set(members)].sort((a, b) => Number(a) - Number(b)).join(",")}`;
}

/** Reads the tables of an organization, and which pictures people have. @throws ConvertError export_unknown, export_malformed */
export async function readRealm(document: ExportFile, files: ExportFiles, folder: string): Promise<ZulipRealm> {
  const realm = new ZulipRealm();
  const tables = [...USERS, "zerver_stream", "zerver_recipient"];
  for await (const { name, index, value } of jsonPieces(document.read(), { lists: tables })) {
    const row = index === undefined ? undefined : Fields.of(value, ignore);
    const id = row?.id("id");
    if (!row || id === undefined) continue;
    if (USERS.includes(name)) addUser(realm, id, row, name === "zerver_userprofile_crossrealm");
    else if (name === "zerver_recipient")
      realm.recipients.set(id, { type: row.id("type") ?? "", id: row.id("type_id") ?? "" });
    else {
      const created = row.number("date_created");
      realm.channels.set(id, {
        name: row.anyText("name") ?? `channel ${id}`,
        topic: row.anyText("description"),
        createdAt: created === undefined ? undefined : Math.round(created * 1000),
        creator: row.id("creator"),
      });
    }
  }
  if (realm.recipients.size === 0) throw new ConvertError("export_unknown");
  // who is in a group stands among all subscriptions to channels, of which there are many
  for await (const { index, value } of jsonPieces(document.read(), { lists: ["zerver_subscription"] })) {
    const row = index === undefined ? undefined : Fields.of(value, ignore);
    const [recipient = "", user] = [row?.id("recipient"), row?.id("user_profile")];
    if (user === undefined || realm.recipients.get(recipient)?.type !== GROUP) continue;
    const members = realm.groups.get(recipient) ?? [];
    members.push(user);
    realm.groups.set(recipient, members);
  }
  await readAvatars(realm, files, folder);
  return realm;
}

function addUser(realm: ZulipRealm, id: string, row: Fields, isSystem: boolean): void {
  const email = row.anyText("delivery_email", "email");
  const own = email !== undefined && Object.hasOwn(BOTS, email) ? BOTS[email] : undefined;
  realm.users.set(id, { name: row.anyText("full_name") ?? own ?? email ?? `user ${id}`, email, isSystem });
}

/** Each picture is there in several sizes, and as it was uploaded. */
async function readAvatars(realm: ZulipRealm, files: ExportFiles, folder: string): Promise<void> {
  const records = files.file(`${folder}avatars/records.json`);
  for await (const value of records ? jsonElements(records.read()) : []) {
    const record = Fields.of(value, ignore);
    const [user, path] = [record?.id("user_profile_id"), record?.anyText("path")];
    if (user === undefined || path === undefined || /(?:\.original|-medium\.png)$/.test(path)) continue;
    if (!realm.avatars.has(user)) realm.avatars.set(user, `${folder}avatars/${path}`);
  }
}
