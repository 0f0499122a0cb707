import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { expect } from "chai";
import type { Conversation } from "../../support/conversation.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

/** A new user of the shared homeserver imports the conversation over HTTP. */
export async function imported(conversation: Conversation): Promise<ImportedRoom> {
  return ImportedRoom.of(await sharedService(), await newUser("ivan"), conversation);
}

export async function newUser(name: string): Promise<MatrixClient> {
  return registerUser((await sharedSynapse()).url, unique(name));
}

/** Exports a room, as this user sees it. */
export async function exportTo(file: string, user: MatrixClient, roomId: string): Promise<void> {
  const { url } = await sharedService();
  const headers = { authorization: `Bearer ${user.token}` };
  const response = await fetch(`${url}/v1/rooms/${encodeURIComponent(roomId)}/export`, { headers });
  if (!response.ok) throw new Error(`export: ${response.status} ${await response.text()}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(file));
}

/** Imports a bundle as this user, who joins the room. */
export async function importFrom(file: string, user: MatrixClient): Promise<ImportedRoom> {
  const { status, body } = await postImport(await sharedService(), user.token, file, { wait: 120 });
  expect(status, JSON.stringify(body)).to.equal(201);
  return ImportedRoom.joined(user, body);
}
