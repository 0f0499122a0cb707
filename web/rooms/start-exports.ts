import { ApiError, messageOf } from "../service/api-error.ts";
import type { ExportQuery } from "../service/service.ts";
import type { Session } from "../session/session.ts";
import type { Job } from "../service/shapes.ts";

/** What became of the wish to export a room. */
export interface Begun {
  roomId: string;
  job?: Job;
  /** the service's own sentences */
  refusal?: readonly string[];
  /** the service user is not in the room: with these options it goes on once it is */
  missing?: ExportQuery;
}

/** Starts an export of each room, one after the other; a refused one holds up no other. */
export async function startExports(session: Session, roomIds: readonly string[], query: ExportQuery): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (const roomId of roomIds) {
    try {
      begun.push({ roomId, job: await session.service.startExport(roomId, query) });
    } catch (error) {
      begun.push(
        (await isMissing(error, roomId, session))
          ? { roomId, missing: query }
          : { roomId, refusal: sentencesOf(error) },
      );
    }
  }
  return begun;
}

/** The service tells nobody whether it is in a room in which they are not; the homeserver tells those who are in it. */
async function isMissing(
  error: unknown,
  roomId: string,
  { homeserver, service, info, userId }: Session,
): Promise<boolean> {
  if (!(error instanceof ApiError) || error.status !== 403) return false;
  try {
    const [mine, its] = await Promise.all(
      [userId, info.service_user].map((id) => homeserver.membership(roomId, id, service.token)),
    );
    return mine === "join" && its !== "join";
  } catch {
    return false;
  }
}

/** The reasons where there are some, else the one sentence. */
export function sentencesOf(error: unknown): readonly string[] {
  const reasons = error instanceof ApiError ? error.reasons : [];
  return reasons.length > 0 ? [...new Set(reasons)] : [messageOf(error)];
}
