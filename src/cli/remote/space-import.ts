import { z } from "zod";
import { spaceImportOptions } from "../../imports/space/options.ts";
import { table, type Output } from "../output.ts";
import { count } from "../bundle/collection/reading.ts";
import { clock } from "../progress.ts";
import type { ServiceClient } from "../service/service-client.ts";
import { typedRequest } from "../service/typed-options.ts";
import type { World } from "../world.ts";
import { finishImport, followImport, sendBundle, type RoomImportOptions } from "./room-import.ts";

export interface SpaceImportOptions extends RoomImportOptions {
  dryRun?: boolean;
}

const REASON = z.looseObject({ code: z.string(), message: z.string() });
const PREVIEW = z.looseObject({
  rooms: z.array(
    z.looseObject({
      ...{
        room_id: z.string(),
        name: z.string().nullable(),
        type: z.string(),
        events: z.number(),
        joins: z.string().nullish(),
      },
      already_imported: z.looseObject({ room_id: z.string().nullable(), job_id: z.string() }).nullish(),
    }),
  ),
  refused: z.array(z.looseObject({ room_id: z.string(), reasons: z.array(REASON) })),
  upgrades: z.array(z.array(z.string())).default([]),
  counts: z.looseObject({ rooms: z.number(), refused: z.number(), events: z.number(), files: z.number() }),
  seconds: z.number(),
});

/** Sends the collection, waits for the end of its import, and gives the first new room; or says what the import would do. */
export async function importSpace(
  service: () => Promise<ServiceClient>,
  workspace: string | undefined,
  options: SpaceImportOptions,
  world: World,
  output: Output,
): Promise<void> {
  const client = await service();
  const signal = world.interrupt();
  const request = typedRequest(spaceImportOptions, options, { workspace_id: workspace });
  const fields = new Map(Object.entries(request).map(([name, value]) => [name, String(value)] as const));
  if (options.dryRun === true) {
    const preview = await sendBundle(options, fields, world, output, signal, (form) =>
      client.sendForm("/v1/spaces/import?dry_run=true", form, PREVIEW, signal),
    );
    show(preview, request.upgrades === "one-room", output);
    return;
  }
  const id = await sendBundle(options, fields, world, output, signal, (form) => client.importSpace(form, signal));
  const job = await followImport(client, id, world, output, signal);
  const counts = z.object({ imported: z.number(), refused: z.number() }).safeParse(job.report?.["counts"]).data;
  if (counts && counts.refused > 0)
    output.note(`${String(counts.refused)} rooms may not travel: the job's report says why`);
  finishImport(job, output, counts && `${String(counts.imported)} rooms`);
}

/** @param asOne rooms that took the place of one another become one */
function show(preview: z.output<typeof PREVIEW>, asOne: boolean, output: Output): void {
  const { rooms, refused, upgrades, counts, seconds } = preview;
  const last = new Map(asOne ? upgrades.flatMap((ids) => ids.slice(0, -1).map((id) => [id, ids.at(-1) ?? ""])) : []);
  const rows = rooms.map(({ room_id: id, name, type, events }) => [
    ...[id, name ?? "-", type, String(events)],
    ...(last.has(id) ? [`becomes part of ${last.get(id) ?? ""}`] : []),
  ]);
  const lines = [
    table([["SOURCE", "NAME", "KIND", "EVENTS"], ...rows]),
    ...rooms.flatMap(({ room_id, already_imported: before }) =>
      before ? [`${room_id}  you have imported it already: ${before.room_id ?? `import ${before.job_id}`}`] : [],
    ),
    ...refused.map(({ room_id, reasons }) => `${room_id}  refused: ${reasons.map(({ message }) => message).join(" ")}`),
    `Would make ${count(counts.rooms, "room")} with ${count(counts.events, "event")} and ${count(counts.files, "file")}, in about ${clock(seconds * 1000)}. Nothing was made.`,
  ];
  output.result(lines.join("\n"), preview);
}
