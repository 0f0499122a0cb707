import type { Exports } from "../../exports/exports.ts";
import { exportOptions, type ExportOptions } from "../../exports/options.ts";
import { usageOf } from "../../requests/options/option.ts";
import type { Command } from "../command.ts";
import { underWay } from "../job-words.ts";
import type { JobNotices } from "../job-notices.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

/** `!export`: the room that it is said in, as a bundle for the requester alone. */
export function exportCommand(exports: Pick<Exports, "start">, notices: JobNotices): Command {
  return {
    name: "export",
    action: "export",
    usage: `!export ${usageOf(exportOptions, "bot")}`,
    help: "exports this room, as far as you may see it; you alone get the bundle, in a direct message.",
    parse(args) {
      const options = exportArguments(args);
      return async ({ event, requester, tell }) => {
        const job = await exports.start(event.room_id, requester, {
          ...options,
          requestId: event.event_id,
          upTo: event.event_id,
        });
        await notices.open(job.id, { room_id: event.room_id, event_id: await tell(underWay(job)) });
      };
    },
  };
}

/** @throws Misuse */
export function exportArguments(args: readonly string[]): ExportOptions {
  const { given, rest } = typedArguments(args, exportOptions);
  if (rest.length > 0) throw new Misuse("It exports the room that you are in, and takes no name.");
  return typedValues(exportOptions, given);
}
