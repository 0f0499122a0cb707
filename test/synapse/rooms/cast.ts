import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { registerServerAdmin } from "../../support/server-admin.ts";
import { startService, type Service } from "../../support/service.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { eventually, membershipOf } from "../bot/talk.ts";
import type { Answer } from "../http/api.ts";

/** Several users of one homeserver, and a service with roles. */
export interface Cast {
  synapse: SharedSynapse;
  service: Service;
  /** owns rooms; a board member */
  ann: MatrixClient;
  /** the second admin of a room; a board member */
  eve: MatrixClient;
  /** a board member */
  bob: MatrixClient;
  /** of the staff: a member of the role room */
  cy: MatrixClient;
  /** holds no role */
  mal: MatrixClient;
  serverAdmin: MatrixClient;
  staffRoom: string;
  /** the service user, by the token that only the service should have */
  stolen: MatrixClient;
}

/** @param purges the service has the token of a server administrator */
export async function startCast(roomVersion: string, purges: boolean): Promise<Cast> {
  const synapse = await sharedSynapse();
  const { url } = synapse;
  const tag = unique("r");
  const user = (name: string): Promise<MatrixClient> => registerUser(url, `${name}-${tag}`);
  const [ann, eve, bob] = [await user("board-ann"), await user("board-eve"), await user("board-bob")];
  const [cy, mal] = [await user("cy"), await user("mal")];
  const serverAdmin = await registerServerAdmin(synapse, `root-${tag}`);
  const staffRoom = await cy.createRoom({ room_alias_name: `staff-${tag}`, preset: "public_chat" });
  const admin = purges ? { admin_token: serverAdmin.token } : {};
  const service = await startService({
    synapse,
    registration: synapse.takeRegistration(),
    config: {
      homeserver: { url, server_name: synapse.serverName, ...admin },
      roles: {
        board: { users: [`@board-*-${tag}:localhost`] },
        staff: { room: `#staff-${tag}:localhost` },
        nobody: { users: ["@nobody:localhost"] },
      },
      rooms: { room_version: roomVersion, bridges: [`@mal-${tag}:localhost`] },
    },
  });
  await cy.invite(staffRoom, service.userId);
  await eventually(
    "the service in the role room",
    async () => (await membershipOf(service.userId, cy, staffRoom)) === "join",
  );
  const stolen = new MatrixClient(url, service.asToken, service.userId, { masquerade: true });
  return { synapse, service, ann, eve, bob, cy, mal, serverAdmin, staffRoom, stolen };
}

/** A call of the service's API with a JSON body. */
export async function call(
  { url }: Service,
  who: { token: string },
  method: string,
  path: string,
  body?: JsonObject,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${who.token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as JsonObject };
}

export function roomPath(roomId: string, act: string): string {
  return `/v1/rooms/${encodeURIComponent(roomId)}/${act}`;
}

/** The status with which the homeserver answers. */
export async function statusOf(act: Promise<unknown>): Promise<number> {
  return act.then(
    () => 200,
    (error: unknown) => (error as { status: number }).status,
  );
}

/** Rows of the audit log about a room, each as `action outcome actor target details`, oldest first. */
export function audited({ dir }: Service, roomId: string): string[] {
  const db = new DatabaseSync(join(dir, "data", "roomporter.db"), { readOnly: true });
  try {
    const rows = db.prepare("SELECT * FROM audit WHERE room_id = ? ORDER BY position").all(roomId);
    return rows.map(({ action, outcome, actor, target, details }) =>
      [action, outcome, actor, target, details === null ? null : (JSON.parse(String(details)) as string[]).join()]
        .filter((part) => part !== null)
        .join(" "),
    );
  } finally {
    db.close();
  }
}
