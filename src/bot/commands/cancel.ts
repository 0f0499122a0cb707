import type { Porter } from "../../jobs/porter.ts";
import type { Command } from "../command.ts";
import { Misuse } from "../words.ts";

/** `!cancel ID`: ends one of the requester's jobs. */
export function cancelCommand(porter: Porter): Command {
  return {
    name: "cancel",
    usage: "!cancel ID",
    help: "ends a job of yours.",
    parse(args) {
      const [id, ...rest] = args;
      if (id === undefined || rest.length > 0) throw new Misuse("Name one job: !jobs lists them.");
      return async ({ requester, tell }) => {
        const job = await porter.cancel(id, requester);
        await tell(job.state === "cancelled" ? `Job ${job.id} is cancelled.` : `Job ${job.id} ends as soon as it can.`);
      };
    },
  };
}
