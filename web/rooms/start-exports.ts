import type { ReactNode } from "react";
import { ApiError } from "../service/api-error.ts";
import type { ExportQuery } from "../service/service.ts";
import type { Session } from "../session/session.ts";
import type { Job } from "../service/shapes.ts";
import { sentencesOf } from "../ui/sentence.tsx";

/** What became of the wish to export a room. */
export interface Begun {
  roomId: string;
  job?: Job;
  /** the service's own sentences */
  refusal?: readonly ReactNode[];
  /** the service user is not in the room: with these options it goes on once it is */
  missing?: ExportQuery;
  /** it is a space, with its rooms as one ZIP */
  space?: true;
}

/** Starts an export of each room, one after the other; a refused one holds up no other. */
export async function startExports(session: Session, roomIds: readonly string[], query: ExportQuery): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (const roomId of roomIds)
    begun.push({ roomId, ...(await begin(session, roomId, query, () => session.service.startExport(roomId, query))) });
  return begun;
}

/** Starts the export of a space with its rooms. Of the options those of a single room are left out. */
export async function startSpaceExport(session: Session, roomId: string, choice: ExportQuery): Promise<Begun> {
  const { thread: _thread, ...query } = choice;
  const begun = await begin(session, roomId, query, () => session.service.startSpaceExport(roomId, query));
  return { roomId, space: true, ...begun };
}

async function begin(
  session: Session,
  roomId: string,
  query: ExportQuery,
  start: () => Promise<Job>,
): Promise<Omit<Begun, "roomId">> {
  try {
    return { job: await start() };
  } catch (error) {
    return (await isMissing(error, roomId, session)) ? { missing: query } : { refusal: sentencesOf(error) };
  }
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
