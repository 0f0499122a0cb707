import type { HomeserverAccess } from "../ports/homeserver/homeserver-access.ts";
import { CHECK_MS, requireJoined, requireRoomId, requireUserId } from "../requests/access.ts";
import { RequestError } from "../requests/failures/failure.ts";
import type { Admission, RunOperation } from "../requests/operation.ts";
import type { Caller, Requester } from "../requests/requester.ts";
import { requireExportable, type ExportRules } from "./exportable.ts";
import type { LiveExports } from "./live-exports.ts";
import type { ExportNowOptions } from "./options.ts";
import { askAhead } from "./reading/pages/first-answers.ts";
import type { ReadyBundle } from "./ready-bundle.ts";
import type { ExportRequest, RoomExporter } from "./room-exporter.ts";

/**
 * Reads a room with the requester's own token (an admin token: as the service user, narrowed to `as`). While it is read, it is shown
 * like a job under the id `progress`. The audit log has it before the bundle leaves.
 * @throws RequestError
 */
export type ExportNow = (
  roomId: string,
  requester: Requester,
  options: ExportNowOptions,
  signal: AbortSignal,
) => Promise<ReadyBundle>;

export interface ExportNowParts {
  operate: RunOperation;
  homeserver: Pick<HomeserverAccess, "asUser" | "asService">;
  exporter: RoomExporter;
  live: LiveExports;
  rules: ExportRules;
}

export function exportNow(parts: ExportNowParts): ExportNow {
  const { operate, exporter, live } = parts;
  return (roomId, requester, { as, progress, ...options }, signal) => {
    const how = requester.adminToken ? "as_service" : "as_requester";
    const entry = { action: "export", room_id: roomId, on_behalf_of: as ?? null, details: [how] } as const;
    return operate(
      entry,
      requester,
      async ({ caller, record }) => {
        requireRoomId(roomId);
        const place = live.take(caller);
        const failed = new AbortController();
        const ending = AbortSignal.any([signal, failed.signal]);
        try {
          const source = await sourceFor(parts, roomId, caller, as, ending);
          const bundle = await live.show(progress, { owner: caller.userId, roomId }, (onProgress) =>
            exporter.collect({ ...source, roomId, options, onProgress }, ending),
          );
          return await recorded(bundle, record, place);
        } catch (error) {
          // what was asked for ahead is not waited for
          failed.abort();
          place[Symbol.dispose]();
          throw error;
        }
      },
      { signal },
    );
  };
}

/** The bundle, once the audit log has it; its place is free again when it is disposed of. */
async function recorded(bundle: ReadyBundle, record: Admission["record"], place: Disposable): Promise<ReadyBundle> {
  try {
    await record({ outcome: "done" });
  } catch (error) {
    await bundle.dispose();
    throw error;
  }
  return {
    fileName: bundle.fileName,
    events: bundle.events,
    writeTo: (out) => bundle.writeTo(out),
    async dispose() {
      place[Symbol.dispose]();
      await bundle.dispose();
    },
  };
}

/** Who reads the room, once it is clear that they may. @throws RequestError; HomeserverError, StoreAway */
async function sourceFor(
  { homeserver, rules }: ExportNowParts,
  roomId: string,
  caller: Caller,
  as: string | undefined,
  signal: AbortSignal,
): Promise<Pick<ExportRequest, "reader" | "media" | "exportedBy" | "visibleTo" | "stateAhead">> {
  const { userId, accessToken, adminToken } = caller;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(CHECK_MS)]);
  if (!adminToken) {
    if (as !== undefined)
      throw new RequestError("forbidden", "M_FORBIDDEN", "Only an admin token can export as somebody else");
    if (accessToken === undefined)
      throw new RequestError("unauthorized", "M_MISSING_TOKEN", "Exporting needs the requester's access token");
    const { reader, media } = homeserver.asUser(userId, accessToken, signal);
    const first = askAhead(homeserver.asUser(userId, accessToken, soon).reader, reader, roomId, signal);
    await requireExportable(roomId, caller, first.toCheck, rules, soon);
    return { reader: first.reader, media, exportedBy: userId, stateAhead: await first.state };
  }
  if (as !== undefined) requireUserId(as);
  const { reader } = homeserver.asService(soon);
  await requireExportable(roomId, caller, reader, rules, soon);
  if (as !== undefined) await requireJoined(reader, roomId, as, `${as} is not in this room`);
  const service = homeserver.asService(signal);
  return { reader: service.reader, media: service.media, exportedBy: service.reader.userId, visibleTo: as };
}
