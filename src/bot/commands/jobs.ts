import type { Jobs } from "../../jobs/jobs.ts";
import type { Command } from "../command.ts";
import { line } from "../job-words.ts";
import { Misuse } from "../command-words.ts";

const SHOWN = 10;

/** `!jobs`: the requester's latest jobs. */
export function jobsCommand(jobs: Pick<Jobs, "list">): Command {
  return {
    name: "jobs",
    usage: "!jobs",
    help: "lists your latest jobs.",
    parse(args) {
      if (args.length > 0) throw new Misuse("It takes no arguments.");
      return async ({ requester, tell }) => {
        // an admin's own too: the others' are not for a room
        const latest = (await jobs.list(requester, { own: true })).slice(0, SHOWN);
        await tell(latest.length === 0 ? "You have no jobs." : latest.map(line).join("\n"));
      };
    },
  };
}
