import { z } from "zod";

/** What `index.json` says it is. */
export const COLLECTION_FORMAT = "io.roomporter.collection";
export const COLLECTION_VERSION = 1;

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const COUNT = z.int().nonnegative();

/** A room that a space lists (client-server API, `m.space.child`). */
const CHILD = z.object({
  room_id: z.string(),
  /** as in the event; null where it has none, or no valid one */
  order: z.string().nullable(),
  suggested: z.boolean(),
  /** servers through which the room is joined */
  via: z.array(z.string()),
});

const ROOM = z.object({
  /** in the archive */
  file: z.string().regex(/^rooms\/\d{5,}\.zip$/),
  room_id: z.string(),
  name: z.string().nullable(),
  /** of the ZIP */
  sha256: HASH,
  size: COUNT,
  manifest_sha256: HASH,
  events: COUNT,
  media_files: COUNT,
  complete: z.boolean(),
  /** where the room is a space: what it lists, in the order of the specification */
  children: z.array(CHILD).optional(),
  /** the room that this one took the place of (`m.room.create`) */
  predecessor: z.string().optional(),
});

/** Why a room of a space, or a predecessor, is not in the export; each code with one sentence (`leftOut`). */
const LEFT_OUT_ROOM = z.object({ room_id: z.string(), code: z.string(), message: z.string() });

const REASON = z.object({ code: z.string(), message: z.string() });

/** `index.json`: what is in a collection, and what is not and why. Members that it does not name are left alone. */
export const COLLECTION_INDEX = z.object({
  format: z.literal(COLLECTION_FORMAT),
  format_version: z.literal(COLLECTION_VERSION),
  generator: z.string(),
  /** RFC 3339, UTC */
  exported_at: z.string(),
  /** a user id, or `admin:NAME` */
  requested_by: z.string(),
  server_name: z.string(),
  /** whose rooms they are: that user's, as far as they may see them; null: all */
  user_id: z.string().nullable(),
  /** `service`: of rooms that the service user is in; `homeserver`: of all */
  scope: z.enum(["service", "homeserver"]),
  /** in the export of a space: its room id */
  space: z.string().optional(),
  /** in the export of a room with its predecessors: its room id */
  upgraded_room: z.string().optional(),
  counts: z.object({
    exported: COUNT,
    refused: COUNT,
    failed: COUNT,
    incognito: COUNT,
    left_out: COUNT.optional(),
  }),
  rooms: z.array(ROOM),
  refused: z.array(z.object({ room_id: z.string(), reasons: z.array(REASON) })),
  failed: z.array(z.object({ room_id: z.string(), errcode: z.string() })),
  /** in the export of a space, or with predecessors: rooms that are listed or named there and were not read */
  left_out: z.array(LEFT_OUT_ROOM).optional(),
});

export type CollectionIndex = z.infer<typeof COLLECTION_INDEX>;
export type CollectedRoom = z.infer<typeof ROOM>;
export type LeftOutRoom = z.infer<typeof LEFT_OUT_ROOM>;
export type SpaceChild = z.infer<typeof CHILD>;
