import type { RoomRelations } from "../../collections/relations.ts";
import { isObject, member, parseJson, stringMember, type JsonValue } from "../../matrix/json.ts";

/** What became of one room in an export of all rooms. */
export type RoomOutcome =
  | ({ kind: "exported"; room_id: string; /** in the spool */ file: string } & RoomBundle)
  /** a rule keeps it from travelling */
  | { kind: "refused"; room_id: string; reasons: { code: string; message: string }[] }
  /** incognito: counted and no more */
  | { kind: "incognito"; room_id: string }
  /** the user whose rooms are wanted has never been in it, or the service has made it for a probe */
  | { kind: "other"; room_id: string }
  /** the homeserver does not give it */
  | { kind: "failed"; room_id: string; errcode: string };

/** What the index says of a bundle. */
export interface RoomBundle extends RoomRelations {
  name: string | null;
  /** of the ZIP, hexadecimal; `size` in bytes */
  sha256: string;
  size: number;
  manifest_sha256: string;
  events: number;
  media_files: number;
  complete: boolean;
}

const KINDS: readonly string[] = ["exported", "refused", "incognito", "other", "failed"];

/** The outcome that was written down; undefined where it is something else. */
export function parseOutcome(text: string): RoomOutcome | undefined {
  const value: JsonValue = parseJson(text);
  const known = isObject(value) && KINDS.includes(stringMember(value, "kind") ?? "") && member(value, "room_id");
  return known ? (value as unknown as RoomOutcome) : undefined;
}
