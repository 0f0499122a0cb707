import { ApiError, messageOf } from "../service/api-error.ts";
import type { ExportQuery, Service } from "../service/service.ts";
import type { Job } from "../service/shapes.ts";

/** What became of the wish to export a room. */
export interface Begun {
  roomId: string;
  job?: Job;
  /** the service's own sentences */
  refusal?: readonly string[];
}

/** Starts an export of each room, one after the other; a refused one holds up no other. */
export async function startExports(service: Service, roomIds: readonly string[], query: ExportQuery): Promise<Begun[]> {
  const begun: Begun[] = [];
  for (const roomId of roomIds) {
    try {
      begun.push({ roomId, job: await service.startExport(roomId, query) });
    } catch (error) {
      begun.push({ roomId, refusal: sentencesOf(error) });
    }
  }
  return begun;
}

/** The reasons where there are some, else the one sentence. */
export function sentencesOf(error: unknown): readonly string[] {
  const reasons = error instanceof ApiError ? error.reasons : [];
  return reasons.length > 0 ? [...new Set(reasons)] : [messageOf(error)];
}
