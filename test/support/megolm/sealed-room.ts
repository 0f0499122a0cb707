import { createCipheriv, createHash, randomBytes } from "node:crypto";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { MegolmSession, type ExportedSession } from "./megolm-session.ts";
import { ALICE, message, sampleRoom, writeSample } from "../../unit/bundle/sample.ts";

export interface SealedRoom {
  /** the exported bundle, `sealed.zip` */
  file: string;
  /** with which all but one of its messages are opened */
  sessions: ExportedSession[];
  sealed: number;
  opened: number;
}

/**
 * Writes the bundle of a room whose last messages are encrypted, one of them in a session whose key nobody has.
 * @param more content of one more message, which is opened
 */
export async function sealedRoom(directory: string, texts = 60, more?: JsonObject): Promise<SealedRoom> {
  const room = sampleRoom();
  const session = new MegolmSession(room.roomId);
  const exported = session.exported();
  const text = (body: string): JsonObject => ({ msgtype: "m.text", body });
  const contents = [
    ...Array.from({ length: texts }, (_, number) => session.encrypt("m.room.message", text(`marked text ${number}`))),
    ...(more ? [session.encrypt("m.room.message", more)] : []),
    new MegolmSession(room.roomId).encrypt("m.room.message", text("marked and lost")),
  ];
  contents.forEach((content, at) => room.events.push(message(20 + at, ALICE, content, { type: "m.room.encrypted" })));
  room.head = (head) => (head.coverage = { complete: false, limits: [], without_encrypted_files: true });
  const file = await writeSample(room, directory, "sealed.zip");
  return { file, sessions: [exported], sealed: contents.length, opened: contents.length - 1 };
}

/** The same with a file that lies encrypted on a homeserver, where `upload` puts it. */
export async function sealedRoomWithFile(
  directory: string,
  upload: (bytes: Uint8Array, contentType: string) => Promise<string>,
): Promise<{ room: SealedRoom; sealedFile: string }> {
  const sealedFile = "marked file";
  const [key, iv] = [randomBytes(32), randomBytes(16)];
  const bytes = createCipheriv("aes-256-ctr", key, iv).update(sealedFile);
  const file = {
    ...{ url: await upload(bytes, "application/octet-stream"), v: "v2", iv: iv.toString("base64") },
    key: { k: key.toString("base64url"), kty: "oct", alg: "A256CTR", ext: true, key_ops: ["encrypt", "decrypt"] },
    hashes: { sha256: createHash("sha256").update(bytes).digest("base64") },
  };
  const content = { msgtype: "m.file", body: "notes.txt", file, info: { mimetype: "text/plain" } };
  return { room: await sealedRoom(directory, 8, content), sealedFile };
}
