import * as z from "zod/mini";
import type { MADE_ROOM, NEW_ROOM_RULES, ROOM } from "../../src/http/endpoints/rooms/room-shape.ts";
import type { Service } from "../service/service.ts";

/** As the API's description has them. */
export type MadeRoom = z.output<typeof ROOM>;
export type NewRoomRules = z.output<typeof NEW_ROOM_RULES>;

const text = z.nullable(z.string());
const made = {
  room_id: z.string(),
  name: text,
  owner: z.string(),
  created_at: z.number(),
  membership: text,
  room_type: z.enum(["group", "sidekick", "bridge", "federated"]),
  scope_kind: z.enum(["normal", "incognito"]),
  visibility: z.enum(["public", "private", "restricted"]),
  read_role_slugs: z.array(z.string()),
  do_not_index: z.boolean(),
  auto_close_on_leave: z.boolean(),
  parent: text,
};
const MADE: z.ZodMiniType<MadeRoom> = z.object(made);
const ROOMS = z.object({ rooms: z.array(MADE) });
const NEW: z.ZodMiniType<z.output<typeof MADE_ROOM>> = z.object({ ...made, uninvited: z.array(z.string()) });
const RULES: z.ZodMiniType<NewRoomRules> = z.object({
  incognito: z.object({
    refusal: text,
    auto_close_on_leave: z.enum(["asked", "default", "always", "never"]),
    close_after_idle_days: z.number(),
  }),
  restricted: z.object({ refusal: text, roles: z.array(z.string()) }),
});
const PERSON = z.object({
  user_id: z.string(),
  display_name: text,
  membership: z.enum(["join", "invite", "knock"]),
  power_level: z.nullable(z.number()),
});
export type Person = z.output<typeof PERSON>;
const PEOPLE = z.object({ members: z.array(PERSON) });
const CLOSED = z.object({ closed: z.boolean(), events: z.nullable(z.enum(["purged", "redacted"])) });
export type Closed = z.output<typeof CLOSED>;

const at = (roomId: string, what: string): string => `/v1/rooms/${encodeURIComponent(roomId)}/${what}`;

/** The rooms made here that the person may know of. Every call throws ApiError. */
export const listMadeRooms = async (service: Service): Promise<MadeRoom[]> =>
  (await service.ask("/v1/rooms", ROOMS)).rooms;

export const showRules = (service: Service): Promise<NewRoomRules> => service.ask("/v1/rooms/rules", RULES);

/** @param body as `POST /v1/rooms` takes it */
export const createRoom = (service: Service, body: object): Promise<z.output<typeof MADE_ROOM>> =>
  service.ask("/v1/rooms", NEW, { method: "POST", body });

export const listPeople = async (service: Service, roomId: string): Promise<Person[]> =>
  (await service.ask(at(roomId, "members?membership=join,invite,knock"), PEOPLE)).members;

export async function changePerson(
  service: Service,
  roomId: string,
  what: "invite" | "kick",
  userId: string,
): Promise<void> {
  await service.ask(at(roomId, what), z.object({}), { method: "POST", body: { user_id: userId } });
}

export const closeRoom = (service: Service, roomId: string): Promise<Closed> =>
  service.ask(at(roomId, "close"), CLOSED, { method: "POST" });
