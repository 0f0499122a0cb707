import type { z } from "zod";
import type { Exports } from "../../exports/exports.ts";
import { exportJobOptions } from "../../exports/predecessors/options.ts";
import { spaceExportOptions } from "../../exports/space/options.ts";
import type { Job } from "../../ports/job-store.ts";
import { usageOf, type Options } from "../../requests/options/option.ts";
import type { Requester } from "../../requests/requester.ts";
import type { Command } from "../command.ts";
import { underWay } from "../job-words.ts";
import type { JobNotices } from "../job-notices.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

/** Clients write `—` for `--`. */
const SPACE = /^(?:--|—|–)space$/;

/** `!export`: the room that it is said in, or the space with its rooms, as a bundle for the requester alone. */
export function exportCommand(
  exports: Pick<Exports, "start" | "startSpace" | "startPredecessors">,
  notices: JobNotices,
): Command {
  type Start = (roomId: string, requester: Requester, asked: { requestId: string; upTo: string }) => Promise<Job>;
  const ofRoom = (args: readonly string[]): Start => {
    const { with_predecessors: withPredecessors, ...options } = exportArguments(args);
    const start = withPredecessors === true ? exports.startPredecessors : exports.start;
    return (roomId, requester, asked) => start(roomId, requester, { ...options, ...asked });
  };
  const ofSpace = (args: readonly string[]): Start => {
    const options = argumentsOf(spaceExportOptions, args);
    return (roomId, requester, asked) => exports.startSpace(roomId, requester, { ...options, ...asked });
  };
  return {
    name: "export",
    action: "export",
    usage: `!export [--space] ${usageOf(exportJobOptions, "bot")}`,
    help: "exports this room, or with --space this space and its rooms, as far as you may see it; you alone get the bundle, in a direct message.",
    parse(args) {
      const rest = args.filter((arg) => !SPACE.test(arg));
      const start = rest.length < args.length ? ofSpace(rest) : ofRoom(rest);
      return async ({ event, requester, tell }) => {
        const { room_id: roomId, event_id: eventId } = event;
        const job = await start(roomId, requester, { requestId: eventId, upTo: eventId });
        await notices.open(job.id, { room_id: roomId, event_id: await tell(underWay(job)) });
      };
    },
  };
}

/** @throws Misuse */
export function exportArguments(args: readonly string[]): z.output<typeof exportJobOptions> {
  return argumentsOf(exportJobOptions, args);
}

function argumentsOf<T extends Options>(options: T, args: readonly string[]): z.output<T> {
  const { given, rest } = typedArguments(args, options);
  if (rest.length > 0) throw new Misuse("It exports the room that you are in, and takes no name.");
  return typedValues(options, given);
}
