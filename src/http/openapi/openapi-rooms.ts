import type { JsonObject } from "../../matrix/json.ts";
import { bearer, failures, json, parameter } from "./openapi-parts.ts";

/** What the API's description says of rooms that the service makes and guards. */

const roomId = parameter("path", "roomId", "The room's id, percent-encoded");
const nullable = (type: string): JsonObject => ({ type: [type, "null"] });
const texts: JsonObject = { type: "array", items: { type: "string" } };

const roomProperties: JsonObject = {
  room_id: { type: "string" },
  name: nullable("string"),
  owner: { type: "string", description: "The user for whom it was made" },
  created_at: { type: "integer", description: "Milliseconds since the epoch" },
  membership: { ...nullable("string"), description: "The requester's" },
  room_type: { enum: ["group", "sidekick", "bridge", "federated"] },
  scope_kind: { enum: ["normal", "incognito"] },
  visibility: { enum: ["public", "private", "restricted"] },
  read_role_slugs: texts,
  do_not_index: { type: "boolean" },
  auto_close_on_leave: { type: "boolean" },
  parent: { ...nullable("string"), description: "The space that it belongs to" },
};
const ROOM: JsonObject = { type: "object", required: Object.keys(roomProperties), properties: roomProperties };
const MADE: JsonObject = {
  type: "object",
  required: [...Object.keys(roomProperties), "uninvited"],
  properties: { ...roomProperties, uninvited: { ...texts, description: "Whom the homeserver did not let be invited" } },
};

const body = (required: string[], properties: JsonObject): JsonObject => ({
  required: true,
  content: { "application/json": { schema: { type: "object", required, properties, additionalProperties: false } } },
});
const member = body(["user_id"], { user_id: { type: "string" } });
const list = (name: string, items: JsonObject): JsonObject => ({
  type: "object",
  required: [name],
  properties: { [name]: { type: "array", items } },
});
const change = (operationId: string, summary: string, requestBody: JsonObject): JsonObject => ({
  post: {
    operationId,
    summary,
    security: bearer,
    parameters: [roomId],
    requestBody,
    responses: { "200": json({ type: "object" }, "Done"), ...failures(400, 403, 404) },
  },
});

export const ROOM_PATHS: JsonObject = {
  "/v1/rooms": {
    post: {
      operationId: "createRoom",
      summary: "Make a room",
      description:
        "The requester owns it and is invited. In an incognito or restricted room the homeserver keeps its rules out of everybody's reach. All is checked before anything is made.",
      security: bearer,
      requestBody: body(["name"], {
        name: { type: "string" },
        topic: { type: "string" },
        workspace_id: { type: "string", description: "The space that it joins: room id, alias or slug" },
        scope_kind: { enum: ["normal", "incognito"], default: "normal" },
        visibility: { enum: ["public", "private", "restricted"], default: "private" },
        read_role_slugs: { ...texts, description: "Roles whose holders may be in a restricted room" },
        invite: { ...texts, description: "User ids" },
        auto_close_on_leave: { type: "boolean", default: false, description: "Close it when its owner leaves" },
        as: { type: "string", description: "With an admin token only, and needed there: the owner" },
      }),
      responses: { "201": json(MADE, "Made"), ...failures(400, 403, 404) },
    },
    get: {
      operationId: "listRooms",
      summary: "Rooms made here that the requester may know of",
      security: bearer,
      responses: { "200": json(list("rooms", ROOM), "The rooms"), ...failures(403) },
    },
  },
  "/v1/workspaces": {
    get: {
      operationId: "listWorkspaces",
      summary: "Spaces in which the requester may make rooms",
      security: bearer,
      parameters: [parameter("query", "as", "Admin tokens only: in which this user may")],
      responses: {
        "200": json(
          list("workspaces", {
            type: "object",
            required: ["room_id", "name", "slug"],
            properties: { room_id: { type: "string" }, name: nullable("string"), slug: nullable("string") },
          }),
          "The spaces",
        ),
        ...failures(400, 403),
      },
    },
  },
  "/v1/rooms/{roomId}/invite": change(
    "inviteIntoRoom",
    "Invite somebody; holders of a role may invite themselves into a restricted room",
    member,
  ),
  "/v1/rooms/{roomId}/kick": change("kickFromRoom", "Remove somebody", member),
  "/v1/rooms/{roomId}/close": {
    post: {
      operationId: "closeRoom",
      summary: "Close a room for good: everybody is removed, what was said is deleted",
      security: bearer,
      parameters: [roomId],
      responses: {
        "200": json(
          {
            type: "object",
            required: ["closed", "events"],
            properties: { closed: { type: "boolean" }, events: { enum: ["purged", "redacted", null] } },
          },
          "Closed: `purged` from the homeserver's database, or `redacted`",
        ),
        "202": json({ type: "object" }, "It takes long and goes on by itself"),
        ...failures(400, 403, 404),
      },
    },
  },
  "/v1/rooms/{roomId}/policy": {
    put: {
      operationId: "setRoomPolicy",
      summary: "Change rules of a room",
      description:
        "What is not named stays. Its owner or an admin may; that an imported room may be indexed, only an admin. An incognito room stays one.",
      security: bearer,
      parameters: [roomId],
      requestBody: body([], {
        do_not_index: { type: "boolean" },
        scope_kind: { const: "incognito" },
        read_role_slugs: texts,
        auto_close_on_leave: { type: "boolean" },
      }),
      responses: { "200": json(ROOM, "The room"), ...failures(400, 403, 404) },
    },
  },
};
