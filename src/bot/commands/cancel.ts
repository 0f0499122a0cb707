import { afterCancel } from "../../jobs/job-watch.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import type { Command } from "../command.ts";
import { Misuse, optionsOf } from "../words.ts";

/** `!cancel ID`: ends one of the requester's jobs. */
export function cancelCommand(jobs: Pick<Jobs, "cancel">): Command {
  return {
    name: "cancel",
    action: "job_cancel",
    usage: "!cancel ID [--keep]",
    help: "ends a job of yours; with --keep all that is done stays, for !retry.",
    parse(args) {
      const { flags, rest } = optionsOf(args, ["keep"], []);
      const [id, ...more] = rest;
      if (id === undefined || more.length > 0) throw new Misuse("Name one job: !jobs lists them.");
      return async ({ requester, tell }) => {
        const keep = flags.has("keep");
        const job = await jobs.cancel(id, requester, { keep });
        const again = keep && job.state === "cancelled" ? ` \`!retry ${job.id}\` goes on with it.` : "";
        await tell(`Job ${job.id} ${afterCancel(job.state)}.${again}`);
      };
    },
  };
}
