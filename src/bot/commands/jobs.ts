import type { Jobs } from "../../jobs/jobs.ts";
import type { Command } from "../command.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import { line, lineForAdmins } from "../job-words.ts";
import { Misuse } from "../command-words.ts";

const SHOWN = 10;

/** `!jobs`: the requester's latest jobs; `--all`: everybody's, for admins among themselves. */
export function jobsCommand(
  jobs: Pick<Jobs, "list">,
  isAdmin: (userId: string) => boolean,
  isAdminRoom: (roomId: string) => Promise<boolean>,
): Command {
  return {
    name: "jobs",
    usage: "!jobs [--all]",
    help: "lists your latest jobs; --all, for admins in a room of admins alone: everybody's, with requester and times.",
    parse(args) {
      const all = args[0] === "--all";
      if (args.length > (all ? 1 : 0)) throw new Misuse("It takes --all, or nothing.");
      return async ({ event, requester, tell }) => {
        if (all && !isAdmin(event.sender)) throw refused("Only admins may see the jobs of others");
        if (all && !(await isAdminRoom(event.room_id)))
          throw refused("Not here: ask in a direct message, or in an invite-only room in which all are admins.");
        // an admin's own too: the others' are not for every room
        const { jobs: latest } = await jobs.list(requester, { own: !all, limit: SHOWN });
        const none = all ? "There are no jobs." : "You have no jobs.";
        await tell(latest.length === 0 ? none : latest.map(all ? lineForAdmins : line).join("\n"));
      };
    },
  };
}

function refused(message: string): RequestError {
  return new RequestError("forbidden", "M_FORBIDDEN", message);
}
