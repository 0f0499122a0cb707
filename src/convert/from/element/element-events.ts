import { isRedactedByAnother } from "../../../bundle/verify/redaction.ts";
import { parseClientEvent, redactedBecause, type ClientEvent } from "../../../matrix/event.ts";
import { isUserId, parseMxc } from "../../../matrix/ids.ts";
import { member, objectMember, sameJson, stringMember, type JsonObject, type JsonValue } from "../../../matrix/json.ts";
import { IMPORTED_SENDER } from "../../../matrix/names.ts";
import { editTarget } from "../../../matrix/relation.ts";
import type { ExportFile } from "../../input/export-files.ts";
import { jsonPieces } from "../../input/json-pieces.ts";
import type { Conversation } from "../../room/conversation.ts";
import type { ElementFiles } from "./element-files.ts";
import type { ElementTrust } from "./element-trust.ts";

/** What matrix-js-sdk puts in the place of a message that it cannot decrypt. */
const UNDECRYPTED = "m.bad.encrypted";
const POLL_START = /^(?:m|org\.matrix\.msc3381)\.poll\.start$/;
const POLL_RESPONSE = /^(?:m|org\.matrix\.msc3381)\.poll\.response$/;

/** Reads the events of one of Element's exports: they are Matrix events already, of which some are missing and some changed. */
export class ElementReader {
  readonly #conversation: Conversation;
  readonly #attachments: ElementFiles;
  readonly #trust: ElementTrust;
  #order = 0;

  /** `attachments`: which have noted all messages of the document already */
  constructor(conversation: Conversation, attachments: ElementFiles, trust: ElementTrust) {
    this.#conversation = conversation;
    this.#attachments = attachments;
    this.#trust = trust;
  }

  async read(document: ExportFile): Promise<void> {
    const { ledger } = this.#conversation;
    for await (const { index, value } of jsonPieces(document.read(), { lists: ["messages"], exact: true })) {
      if (index === undefined) continue;
      const event = eventOf(value);
      if (!event) {
        ledger.count("message_malformed");
        continue;
      }
      this.#order = index;
      if (!event.unsigned && member(objectMember(value, "unsigned"), "redacted_because"))
        ledger.count("field_malformed");
      await this.#add(event);
      const edit = eventOf(member(objectMember(objectMember(value, "unsigned"), "m.relations"), "m.replace"));
      if (edit) await this.#addEdit(event, edit);
    }
    const types = [...this.#conversation.byType.keys()];
    if (!types.includes("m.reaction")) ledger.say("reactions_unavailable");
    // Element shows no responses, and exports what it shows
    const holds = (kind: RegExp): boolean => types.some((type) => kind.test(type));
    if (holds(POLL_START) && !holds(POLL_RESPONSE)) ledger.say("votes_unavailable");
  }

  async #add(event: ClientEvent): Promise<void> {
    const { people, ids } = this.#conversation;
    const { content } = event;
    if (event.type === "m.room.member" && event.state_key !== undefined) {
      const picture = stringMember(content, "avatar_url") ?? null;
      if (["join", "invite", "knock"].includes(stringMember(content, "membership") ?? ""))
        people.rename(event.state_key, stringMember(content, "displayname") ?? null, picture);
    }
    if (stringMember(content, "msgtype") === UNDECRYPTED) this.#conversation.ledger.count("message_undecrypted");
    await this.#attachment(event);
    const named = this.#trust.authorOf(event, { server_name: ids.server, room_id: ids.roomId });
    if (named === "damaged") this.#conversation.ledger.count("origin_damaged");
    const author = named === "damaged" ? undefined : named;
    if (!named && this.#trust.isDoubtful(event)) this.#conversation.ledger.count("authors_not_trusted");
    if (this.#trust.isMark(event)) this.#conversation.about.importedBy = event.sender;
    await this.#conversation.add(author ? { ...event, [IMPORTED_SENDER]: author } : event, this.#order);
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
    const found = this.#attachments.find(event.event_id);
    if (found === "ambiguous") {
      if (!this.#conversation.isMissing(uri))
        this.#conversation.miss("media_ambiguous", { event_id: event.event_id, uri });
      return;
    }
    if (!found) return;
    const name = stringMember(content, "filename") ?? stringMember(content, "body") ?? "";
    const about = { key: found.path, name, eventId: event.event_id, uri };
    const { size } = await this.#conversation.place(found.file, about);
    if (size === undefined || !file) return;
    this.#conversation.ledger.count("media_decrypted");
    delete content["file"];
    content["url"] = uri;
  }
}

/** Does the event show a file that Element exports? */
export function showsFile({ type, content }: ClientEvent): boolean {
  return (
    type === "m.sticker" || ["m.image", "m.file", "m.video", "m.audio"].includes(stringMember(content, "msgtype") ?? "")
  );
}

/** The event as a bundle holds it (docs/bundle-format.md, "state and events"); undefined where it is none. */
export function eventOf(value: JsonValue | undefined): ClientEvent | undefined {
  const event = value === undefined ? undefined : parseClientEvent(value);
  if (!event?.event_id.startsWith("$") || !isUserId(event.sender)) return undefined;
  if (!Number.isSafeInteger(event.origin_server_ts)) return undefined;
  const { unsigned: _unsigned, ...kept } = event;
  const because = redactedBecause(event);
  if (!because?.event_id.startsWith("$") || !because.sender.startsWith("@")) return kept;
  if (!Number.isSafeInteger(because.origin_server_ts)) return kept;
  const { unsigned: _its, ...redaction } = because;
  const redacted = { ...kept, unsigned: { redacted_because: redaction as unknown as JsonObject } };
  return isRedactedByAnother(redacted) ? kept : redacted;
}
