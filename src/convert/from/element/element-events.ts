import { carriedMedia } from "../../../bundle/manifest/carried-media.ts";
import { parseClientEvent, redactedBecause, type ClientEvent } from "../../../matrix/event.ts";
import { isUserId, parseMxc } from "../../../matrix/ids.ts";
import { member, objectMember, sameJson, stringMember, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import { editTarget } from "../../../matrix/relation.ts";
import type { ExportFile, ExportFiles } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import { ElementFiles } from "./element-files.ts";

/** Reads the events of one of Element's exports: they are Matrix events already, of which some are missing and some changed. */
export class ElementReader {
  readonly #conversation: Conversation;
  readonly #attachments: ElementFiles;
  readonly #accounted = new Set<string>();
  #order = 0;

  constructor(conversation: Conversation, files: ExportFiles, folder: string) {
    this.#conversation = conversation;
    this.#attachments = new ElementFiles(files, folder);
  }

  async read(document: ExportFile): Promise<void> {
    const { ledger } = this.#conversation;
    ledger.count("reactions_unavailable");
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"], exact: true })) {
      if (index === undefined) continue;
      const event = eventOf(value);
      if (!event) {
        ledger.count("message_malformed");
        continue;
      }
      this.#order = index;
      await this.#add(event);
      const edit = eventOf(member(objectMember(objectMember(value, "unsigned"), "m.relations"), "m.replace"));
      if (edit) await this.#addEdit(event, edit);
    }
  }

  async #add(event: ClientEvent): Promise<void> {
    const { people, ids } = this.#conversation;
    const { content } = event;
    if (event.type === "m.room.member" && event.state_key !== undefined) {
      const picture = stringMember(content, "avatar_url") ?? null;
      if (["join", "invite", "knock"].includes(stringMember(content, "membership") ?? ""))
        people.rename(event.state_key, stringMember(content, "displayname") ?? null, picture);
    }
    await this.#attachment(event);
    if (!(await this.#conversation.add(event, this.#order))) return;
    const source = { server_name: ids.server, room_id: ids.roomId };
    for (const uri of carriedMedia(this.#conversation.withAuthor(event), source)) this.#account(uri, event.event_id);
  }

  /** Each address that an event names is that of a file in the bundle, or in the ledger. */
  #account(uri: string, eventId: string): void {
    if (this.#accounted.has(uri)) return;
    this.#accounted.add(uri);
    if (this.#conversation.shelf.sha256Of(uri) === undefined)
      this.#conversation.ledger.add("media_not_in_export", { event_id: eventId, uri });
  }

  /** The homeserver hands out the last edit along with a message, and Element then exports the message with its new text. */
  async #addEdit(event: ClientEvent, edit: ClientEvent): Promise<void> {
    const { ledger } = this.#conversation;
    const content = objectMember(edit.content, "m.new_content");
    if (!content || edit.sender !== event.sender || editTarget(edit) !== event.event_id) {
      ledger.count("edits_unavailable");
      return;
    }
    if (sameJson(content["body"], event.content["body"])) ledger.count("edits_unavailable");
    await this.#add(edit);
  }

  /** Takes the file that a message or sticker shows. What was encrypted in the room was decrypted by the export. */
  async #attachment(event: ClientEvent): Promise<void> {
    const { content } = event;
    const file = objectMember(content, "file");
    const uri = stringMember(content, "url") ?? stringMember(file, "url");
    if (uri === undefined || !parseMxc(uri) || this.#conversation.shelf.sha256Of(uri) !== undefined) return;
    const found = this.#attachments.find(event);
    if (found === "ambiguous") {
      if (!this.#accounted.has(uri))
        this.#conversation.ledger.add("media_ambiguous", { event_id: event.event_id, uri });
      this.#accounted.add(uri);
      return;
    }
    if (!found) return;
    const name = stringMember(content, "filename") ?? stringMember(content, "body") ?? "";
    const about = { key: found.path, name, eventId: event.event_id, uri };
    const { size } = await this.#conversation.place(found.file, about);
    this.#accounted.add(uri);
    if (size === undefined || !file) return;
    this.#conversation.ledger.count("media_decrypted");
    delete content["file"];
    content["url"] = uri;
  }
}

/** The event as a bundle holds it (docs/bundle-format.md, "state and events"); undefined where it is none. */
function eventOf(value: JsonValue | undefined): ClientEvent | undefined {
  const event = value === undefined ? undefined : parseClientEvent(value);
  if (!event?.event_id.startsWith("$") || !isUserId(event.sender)) return undefined;
  if (!Number.isSafeInteger(event.origin_server_ts)) return undefined;
  const { unsigned: _unsigned, ...kept } = event;
  const because = redactedBecause(event);
  if (!because?.event_id.startsWith("$") || !because.sender.startsWith("@")) return kept;
  if (!Number.isSafeInteger(because.origin_server_ts)) return kept;
  const { unsigned: _its, ...redaction } = because;
  return { ...kept, unsigned: { redacted_because: redaction as unknown as JsonObject } };
}
