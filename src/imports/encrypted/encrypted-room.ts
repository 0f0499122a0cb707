import { encryptedFiles, withEncryptedFiles } from "../../matrix/encrypted-file.ts";
import { objectMember, type JsonObject } from "../../matrix/json.ts";
import { mediaUris } from "../../matrix/media-uris.ts";
import { ORIGIN, TRANSACTION } from "../../matrix/names.ts";
import { HomeserverError, type MediaTarget, type RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { RoomEncryption } from "../../ports/homeserver/room-encryption.ts";
import type { ImportJournal } from "../../ports/import-journal.ts";
import { isSendable } from "../plan/sendable.ts";
import { EncryptedFiles } from "./encrypted-files.ts";

/** Messages that are encrypted with one key, as clients do it. */
const MESSAGES_A_KEY = 100;
/** What stays in the clear in an encrypted room, too: homeservers count reactions, and carry redactions out. */
const IN_THE_CLEAR: readonly string[] = ["m.reaction", "m.room.redaction"];

/** Is an event of this type encrypted in an encrypted room? @param stateKey of state, which never is */
export function isEncryptedThere({ type, stateKey }: { type: string; stateKey?: string }): boolean {
  return stateKey === undefined && !IN_THE_CLEAR.includes(type);
}

/** The room that an import fills, where it is an encrypted one: what is sent into it, and the files of that, are encrypted on the way. */
export class EncryptedRoom {
  readonly writer: RoomWriter;
  readonly files: EncryptedFiles;
  readonly #encryption: RoomEncryption;
  readonly #journal: Pick<ImportJournal, "keyHolders" | "addKeyHolders">;
  readonly #readers: string[];
  /** messages that the newest key may still encrypt */
  #left = 0;

  /** @param readers users whose devices get the keys */
  constructor(
    encryption: RoomEncryption,
    { writer, media, journal }: { writer: RoomWriter; media: MediaTarget; journal: ImportJournal },
    readers: readonly string[],
  ) {
    this.#encryption = encryption;
    this.#journal = journal;
    this.#readers = [...readers];
    this.files = new EncryptedFiles(media);
    this.writer = this.#encrypting(writer);
  }

  /** From the next key on these users' devices get it, too. */
  addReaders(userIds: Iterable<string>): void {
    for (const userId of userIds) if (!this.#readers.includes(userId)) this.#readers.push(userId);
  }

  #encrypting(writer: RoomWriter): RoomWriter {
    return {
      userId: writer.userId,
      createRoom: (options) => writer.createRoom(options),
      send: async (roomId, type, txnId, content, ts) =>
        isEncryptedThere({ type })
          ? await writer.send(
              roomId,
              "m.room.encrypted",
              txnId,
              await this.#encrypted(roomId, type, txnId, content),
              ts,
            )
          : await writer.send(roomId, type, txnId, content, ts),
      redact: (roomId, eventId, txnId) => writer.redact(roomId, eventId, txnId),
      redactDated: (roomId, eventId, txnId, redaction) => writer.redactDated(roomId, eventId, txnId, redaction),
      // relations stand in the clear, and events in batches refer to each other by their places
      batchLane: async () => undefined,
      sendState: (roomId, type, stateKey, content, ts) => writer.sendState(roomId, type, stateKey, content, ts),
      invite: (roomId, userId, reason) => writer.invite(roomId, userId, reason),
      kick: (roomId, userId, reason) => writer.kick(roomId, userId, reason),
      leave: (roomId) => writer.leave(roomId),
      forget: (roomId) => writer.forget(roomId),
      joinedRooms: () => writer.joinedRooms(),
      stateEvent: (roomId, type, stateKey) => writer.stateEvent(roomId, type, stateKey),
      latest: (roomId, limit) => writer.latest(roomId, limit),
    };
  }

  async #encrypted(roomId: string, type: string, txnId: string, content: JsonObject): Promise<JsonObject> {
    if (this.#left === 0) await this.#takeNewKey(roomId);
    const ciphertext = await this.#encryption.encrypt(roomId, type, this.#withKeysOfFiles(content));
    this.#left--;
    // what is inside a later run can not read: by this it knows what was sent
    const encrypted = { ...ciphertext, [TRANSACTION]: txnId };
    if (isSendable(encrypted)) return encrypted;
    throw new HomeserverError(413, "M_TOO_LARGE", "the event is too large once it is encrypted");
  }

  async #takeNewKey(roomId: string): Promise<void> {
    const isFirst = (await this.#journal.keyHolders()).length === 0;
    const devices = await this.#encryption.shareNewKey(roomId, this.#readers);
    await this.#journal.addKeyHolders(devices.map((device) => ({ ...device, all: isFirst })));
    this.#left = MESSAGES_A_KEY;
  }

  /** Where the address of an encrypted file stands in no place for a description of it (of a wrapper: in `media`), the origin has it. */
  #withKeysOfFiles(content: JsonObject): JsonObject {
    const { descriptions } = this.files;
    if (descriptions.size === 0) return content;
    const described = withEncryptedFiles(content, descriptions);
    const known = new Set(encryptedFiles(described).map(({ url }) => url));
    const others = mediaUris(described).flatMap((uri) => {
      const file = known.has(uri) ? undefined : descriptions.get(uri);
      return file ? [[uri, file] as const] : [];
    });
    if (others.length === 0) return described;
    return { ...described, [ORIGIN]: { ...objectMember(described, ORIGIN), files: Object.fromEntries(others) } };
  }
}
