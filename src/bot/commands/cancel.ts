import { cancelOptions } from "../../jobs/options.ts";
import { afterCancel } from "../../jobs/job-watch.ts";
import type { Jobs } from "../../jobs/jobs.ts";
import { usageOf } from "../../requests/options/option.ts";
import type { Command } from "../command.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

/** `!cancel ID`: ends one of the requester's jobs. */
export function cancelCommand(jobs: Pick<Jobs, "cancel">): Command {
  return {
    name: "cancel",
    action: "job_cancel",
    usage: `!cancel ID ${usageOf(cancelOptions, "bot")}`,
    help: "ends a job of yours; with --keep all that is done stays, for !retry.",
    parse(args) {
      const { given, rest } = typedArguments(args, cancelOptions);
      const [id, ...more] = rest;
      if (id === undefined || more.length > 0) throw new Misuse("Name one job: !jobs lists them.");
      const { keep } = typedValues(cancelOptions, given);
      return async ({ requester, tell }) => {
        const job = await jobs.cancel(id, requester, { keep });
        const again = keep && job.state === "cancelled" ? ` \`!retry ${job.id}\` goes on with it.` : "";
        await tell(`Job ${job.id} ${afterCancel(job.state)}.${again}`);
      };
    },
  };
}
