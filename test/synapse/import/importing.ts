import type { Conversation } from "../../support/conversation.ts";
import { ImportedRoom } from "../../support/imported-room.ts";
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
