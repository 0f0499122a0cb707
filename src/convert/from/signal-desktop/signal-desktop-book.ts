import { ConvertError } from "../../convert-error.ts";
import { Fields } from "../../input/fields.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonLines } from "../../input/json-lines.ts";
import { Ids } from "../../room/ids.ts";

const ignore = (): void => undefined;

/** Somebody whom the export knows, or a group. */
interface Recipient {
  userId: string;
  name: string | undefined;
  /** what tells it apart in every export */
  key: string;
  topic?: string | undefined;
  isDirect: boolean;
}

export interface SignalChat {
  /** its number in the export */
  id: string;
  key: string;
  name: string;
  topic: string | undefined;
  isDirect: boolean;
  /** there is a line for it, and not only messages */
  isListed: boolean;
}

/** Who and what the frames of an export name by a number. */
export class SignalBook {
  readonly chats: SignalChat[] = [];
  readonly #recipients = new Map<string, Recipient>();
  /** people by their account ids (ACI), as mentions and changes of groups have them */
  readonly #accounts = new Map<string, Recipient>();
  /** account ids that groups have as members */
  readonly #members = new Set<string>();
  #self: Recipient | undefined;
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  /** `id`: the number of a recipient */
  person(id: string | undefined): { userId: string; name: string | undefined } {
    const known = id === undefined ? undefined : this.#recipients.get(id);
    return known ?? { userId: this.#user(`recipient ${id ?? "unknown"}`), name: undefined };
  }

  /** `aci`: base64 of 16 bytes, as the export has it */
  account(aci: string): { userId: string; name: string | undefined } {
    return this.#accounts.get(aci) ?? { userId: this.#user(hexOf(aci)), name: undefined };
  }

  /** Takes a frame about people. `self`: the name of the account that exported */
  add(recipient: Fields, self: string | undefined): void {
    const id = recipient.id("id");
    const found = id === undefined ? undefined : this.#recipientOf(recipient, self);
    if (id !== undefined && found) this.#recipients.set(id, found);
    const aci = recipient.object("contact")?.id("aci");
    if (aci !== undefined && found) this.#accounts.set(aci, found);
    if (recipient.has("self")) this.#self = found;
    const members = recipient.object("group")?.object("snapshot")?.objects("members") ?? [];
    for (const member of members) this.#members.add(member.id("userId") ?? "");
  }

  /** The exporting person's own account id stands nowhere: it is the one member of groups that is no contact. */
  findSelf(): void {
    const [aci, ...more] = [...this.#members].filter((member) => member !== "" && !this.#accounts.has(member));
    if (aci !== undefined && more.length === 0 && this.#self) this.#accounts.set(aci, this.#self);
  }

  /** Takes a conversation of which there are messages. `recipient`: the number of the person or group; undefined where no line says it */
  addChat(id: string, recipient: string | undefined): void {
    const known = this.#recipients.get(recipient ?? id);
    const { key = `chat ${id}`, name = `Chat ${id}`, topic, isDirect = false } = known ?? {};
    this.chats.push({ id, key, name, topic, isDirect, isListed: known !== undefined });
  }

  #recipientOf(recipient: Fields, self: string | undefined): Recipient {
    const contact = recipient.object("contact");
    if (contact) {
      const account = contact.id("aci") ?? contact.id("pni");
      const number = contact.id("e164");
      const own = account === undefined ? `number ${number ?? contact.id("username") ?? ""}` : hexOf(account);
      return { userId: this.#user(own), name: nameOf(contact, number), key: `direct ${own}`, isDirect: true };
    }
    const group = recipient.object("group");
    if (group) {
      const snapshot = group.object("snapshot");
      const key = `group ${group.id("masterKey") ?? recipient.id("id") ?? ""}`;
      const name = snapshot?.object("title")?.anyText("title");
      const topic = snapshot?.object("description")?.anyText("descriptionText");
      return { userId: this.#user(key), name: name ?? "Group", key, topic, isDirect: false };
    }
    if (recipient.has("self"))
      return { userId: this.#user("self"), name: self ?? "Me", key: "direct self", isDirect: true };
    const other = recipient.has("releaseNotes") ? "Signal" : (recipient.object("callLink")?.anyText("name") ?? "Call");
    return { userId: this.#user(other), name: other, key: `other ${other}`, isDirect: true };
  }

  #user(id: string): string {
    return new Ids(this.#server, "").user(id);
  }
}

/** What people call themselves goes before what the exporting person calls them. */
function nameOf(contact: Fields, number: string | undefined): string | undefined {
  const nickname = contact.object("nickname");
  const full = (...parts: (string | undefined)[]): string | undefined => parts.filter(Boolean).join(" ") || undefined;
  return (
    full(contact.text("profileGivenName"), contact.text("profileFamilyName")) ??
    full(contact.text("systemGivenName"), contact.text("systemFamilyName")) ??
    full(nickname?.text("given"), nickname?.text("family")) ??
    contact.anyText("username") ??
    (number === undefined ? undefined : `+${number}`)
  );
}

function hexOf(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}

/**
 * Reads who is in an export, and which chats have messages.
 * @throws ConvertError export_unknown, export_empty
 */
export async function readBook(document: ExportFile, server: string): Promise<SignalBook> {
  const book = new SignalBook(server);
  const recipients = new Map<string, string | undefined>();
  const used = new Set<string>();
  let self: string | undefined;
  let isFirst = true;
  for await (const { value } of jsonLines(document.read())) {
    const frame = Fields.of(value, ignore);
    if (isFirst && !(frame?.has("version") && frame.has("backupTimeMs"))) throw new ConvertError("export_unknown");
    isFirst = false;
    const account = frame?.object("account");
    if (account) self = [account.text("givenName"), account.text("familyName")].filter(Boolean).join(" ") || undefined;
    const recipient = frame?.object("recipient");
    if (recipient) book.add(recipient, self);
    const chat = frame?.object("chat");
    const chatId = chat?.id("id");
    if (chatId !== undefined) recipients.set(chatId, chat?.id("recipientId"));
    const item = frame?.object("chatItem");
    if (item) used.add(item.id("chatId") ?? "");
  }
  if (isFirst) throw new ConvertError("export_unknown");
  if (used.size === 0) throw new ConvertError("export_empty");
  book.findSelf();
  for (const id of used) book.addChat(id, recipients.get(id));
  return book;
}
