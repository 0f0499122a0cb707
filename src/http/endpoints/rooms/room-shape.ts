import { z } from "zod";
import type { MadeRoomShown, NewRoomRulesShown, ShownRoom, ShownWorkspace } from "../../../rooms/shapes.ts";

/** A room that the service made, as doors show it. */
export const ROOM = z
  .object({
    room_id: z.string(),
    name: z.string().nullable(),
    owner: z.string().describe("the user for whom it was made"),
    created_at: z.int().describe("milliseconds since the epoch"),
    membership: z.string().nullable().describe("the requester's"),
    room_type: z.enum(["group", "sidekick", "bridge", "federated"]),
    scope_kind: z.enum(["normal", "incognito"]),
    visibility: z.enum(["public", "private", "restricted"]),
    read_role_slugs: z.array(z.string()),
    do_not_index: z.boolean(),
    auto_close_on_leave: z.boolean(),
    parent: z.string().nullable().describe("the space that it belongs to"),
  })
  .meta({ id: "Room" }) satisfies z.ZodType<ShownRoom>;

export const MADE_ROOM = ROOM.extend({
  uninvited: z.array(z.string()).describe("users that the homeserver refused to invite"),
}).meta({ id: "MadeRoom" }) satisfies z.ZodType<MadeRoomShown>;

export const WORKSPACE = z
  .object({ room_id: z.string(), name: z.string().nullable(), slug: z.string().nullable() })
  .meta({ id: "Workspace" }) satisfies z.ZodType<ShownWorkspace>;

const refusal = z.string().nullable().describe("why the requester can make none; null: they can");

export const NEW_ROOM_RULES = z
  .object({
    incognito: z.object({
      refusal,
      auto_close_on_leave: z.enum(["asked", "default", "always", "never"]),
      close_after_idle_days: z.number().describe("0: rooms stay open, however quiet they are"),
    }),
    restricted: z.object({ refusal, roles: z.array(z.string()).describe("that the requester holds, and can name") }),
  })
  .meta({ id: "NewRoomRules" }) satisfies z.ZodType<NewRoomRulesShown>;
