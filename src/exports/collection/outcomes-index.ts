import {
  COLLECTION_FORMAT,
  COLLECTION_VERSION,
  type CollectionIndex,
  type LeftOutRoom,
} from "../../collections/collection-index.ts";
import type { RoomOutcome } from "./room-outcome.ts";

export interface IndexFacts {
  generator: string;
  /** milliseconds since the epoch */
  exportedAt: number;
  /** who asked for it: a user id, or `admin:NAME` */
  requestedBy: string;
  serverName: string;
  /** whose rooms they are; undefined: all */
  userId: string | undefined;
  /** `service`: rooms that the service user is in; `homeserver`: all */
  scope: "service" | "homeserver";
  /** where the rooms are those of a space, or a room and its predecessors: what they are of, and what of it is not there */
  listed?: { root: Pick<CollectionIndex, "space" | "upgraded_room">; leftOut: readonly LeftOutRoom[] };
}

type Exported = Extract<RoomOutcome, { kind: "exported" }>;

/** A bundle and its name in the ZIP. */
export interface NamedBundle {
  name: string;
  outcome: Exported;
}

/** The bundles in their order. */
export function namedBundles(outcomes: readonly RoomOutcome[]): NamedBundle[] {
  const exported = outcomes.filter((outcome) => outcome.kind === "exported");
  return exported.map((outcome, at) => ({ name: `rooms/${String(at + 1).padStart(5, "0")}.zip`, outcome }));
}

/** How many rooms there are of each kind. */
function countsOf(outcomes: readonly RoomOutcome[]): CollectionIndex["counts"] {
  const of = (kind: RoomOutcome["kind"]): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  return { exported: of("exported"), refused: of("refused"), failed: of("failed"), incognito: of("incognito") };
}

/** `index.json`: what is in the ZIP, and what is not and why. Incognito rooms are counted and not named. */
export function outcomesIndex(facts: IndexFacts, outcomes: readonly RoomOutcome[]): CollectionIndex {
  const { generator, exportedAt, requestedBy, serverName, userId, scope, listed } = facts;
  return {
    format: COLLECTION_FORMAT,
    format_version: COLLECTION_VERSION,
    generator,
    exported_at: new Date(exportedAt).toISOString(),
    requested_by: requestedBy,
    server_name: serverName,
    user_id: userId ?? null,
    scope,
    ...listed?.root,
    counts: { ...countsOf(outcomes), ...(listed && { left_out: listed.leftOut.length }) },
    rooms: namedBundles(outcomes).map(({ name, outcome: { kind: _kind, file: _file, name: title, ...bundle } }) => ({
      file: name,
      name: title,
      ...bundle,
    })),
    refused: outcomes.flatMap((outcome) =>
      outcome.kind === "refused"
        ? [{ room_id: outcome.room_id, reasons: outcome.reasons.map((reason) => ({ ...reason })) }]
        : [],
    ),
    failed: outcomes.flatMap((outcome) =>
      outcome.kind === "failed" ? [{ room_id: outcome.room_id, errcode: outcome.errcode }] : [],
    ),
    ...(listed && { left_out: [...listed.leftOut] }),
  };
}
