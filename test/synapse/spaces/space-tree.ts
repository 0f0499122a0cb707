import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";

/** Makes a space. */
export function makeSpace(client: MatrixClient, name: string, options: JsonObject = {}): Promise<string> {
  return client.createRoom({ name, creation_content: { type: "m.space" }, ...options });
}

/** Lists a room in a space. */
export async function addChild(
  client: MatrixClient,
  spaceId: string,
  roomId: string,
  more: { order?: string; suggested?: boolean } = {},
): Promise<void> {
  await client.setState(spaceId, "m.space.child", { via: ["localhost"], ...more }, roomId);
}

/** Invites the service into these rooms, and waits until it is there. */
export async function withService(client: MatrixClient, service: Service, rooms: readonly string[]): Promise<void> {
  await Promise.all(rooms.map((roomId) => client.invite(roomId, service.userId)));
  for (const roomId of rooms)
    while ((await client.stateContent(roomId, "m.room.member", service.userId))["membership"] !== "join")
      await sleep(50);
}
