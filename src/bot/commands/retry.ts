import type { Jobs } from "../../jobs/jobs.ts";
import type { Command } from "../command.ts";
import type { JobNotices } from "../job-notices.ts";
import { underWay } from "../job-words.ts";
import { Misuse } from "../command-words.ts";

/** `!retry ID`: goes on with one of the requester's jobs that has failed, or was cancelled with `--keep`. */
export function retryCommand(jobs: Pick<Jobs, "retry">, notices: JobNotices): Command {
  return {
    name: "retry",
    action: "job_retry",
    usage: "!retry ID",
    help: "goes on with a job of yours that has failed, or was cancelled with --keep.",
    parse(args) {
      const [id, ...more] = args;
      if (id === undefined || more.length > 0) throw new Misuse("Name one job: !jobs lists them.");
      return async ({ event, requester, tell }) => {
        const job = await jobs.retry(id, requester);
        await notices.open(job.id, { room_id: event.room_id, event_id: await tell(underWay(job)) });
      };
    },
  };
}
