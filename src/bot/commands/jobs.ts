import type { Porter } from "../../service/porter.ts";
import type { Command } from "../command.ts";
import { line } from "../job-words.ts";
import { Misuse } from "../words.ts";

const SHOWN = 10;

/** `!jobs`: the requester's latest jobs. */
export function jobsCommand(porter: Porter): Command {
  return {
    name: "jobs",
    usage: "!jobs",
    help: "lists your latest jobs.",
    parse(args) {
      if (args.length > 0) throw new Misuse("It takes no arguments.");
      return async ({ requester, tell }) => {
        // an admin's own too: the others' are not for a room
        const jobs = (await porter.jobs({ ...requester, admin: false })).slice(0, SHOWN);
        await tell(jobs.length === 0 ? "You have no jobs." : jobs.map(line).join("\n"));
      };
    },
  };
}
