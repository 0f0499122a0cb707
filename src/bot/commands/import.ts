import { importOptions } from "../../imports/options.ts";
import { AlreadyImported } from "../../imports/start/already-imported.ts";
import type { Job } from "../../ports/job-store.ts";
import { RequestError } from "../../requests/failures/failure.ts";
import type { Imports } from "../../imports/imports.ts";
import { member, objectMember, stringMember } from "../../matrix/json.ts";
import type { BotHomeserver } from "../../ports/homeserver/bot-homeserver.ts";
import type { Command } from "../command.ts";
import type { Downloads } from "../downloads.ts";
import { underWay } from "../job-words.ts";
import type { JobNotices } from "../job-notices.ts";
import { typedArguments, typedValues } from "../typed-options.ts";
import { Misuse } from "../command-words.ts";

const BUNDLE_NEEDED =
  "Reply with !import to the message that holds the bundle, or send the bundle with !import as its caption.";

/** `!import`: the bundle whose caption it is, or in the message that it replies to, into a new room. */
export function importCommand(
  imports: Pick<Imports, "admit" | "start">,
  homeserver: Pick<BotHomeserver, "eventSeenBy">,
  downloads: Downloads,
  notices: JobNotices,
): Command {
  /** @throws RequestError where that message holds no bundle that could be read, or the user may not see it */
  const bundleIn = async (userId: string, roomId: string, eventId: string): Promise<{ uri: string; size: number }> => {
    const content = (await homeserver.eventSeenBy(userId, roomId, eventId))?.content;
    if (content && stringMember(content, "msgtype") === "m.file") {
      const uri = stringMember(content, "url");
      const size = member(objectMember(content, "info"), "size");
      if (uri !== undefined) return { uri, size: typeof size === "number" && size > 0 ? size : 0 };
      throw new RequestError(
        "invalid",
        "M_BAD_JSON",
        "The file is encrypted, and I cannot read it: send it in a room without encryption.",
      );
    }
    throw new RequestError("invalid", "M_BAD_JSON", `There is no file in that message. ${BUNDLE_NEEDED}`);
  };
  return {
    name: "import",
    action: "import",
    usage: "!import [WORKSPACE] [--as-plaintext] [--encrypted] [--invite-authors] [--again]",
    help: "in a reply to a bundle, or as its caption: imports it into a new room, and invites you into it.",
    needsSubject: BUNDLE_NEEDED,
    parse(args) {
      const { given, rest } = typedArguments(args, importOptions);
      const [workspace, ...more] = rest;
      if (more.length > 0) throw new Misuse("It takes one workspace at most.");
      const options = typedValues(importOptions, { ...given, workspace_id: workspace });
      return async ({ event, requester, subject, tell }) => {
        const { uri, size } = await bundleIn(event.sender, event.room_id, subject ?? "");
        using place = await imports.admit(requester, size, event.event_id);
        let job = place.known;
        if (!job) {
          await tell("Reading the bundle …");
          await using file = await downloads.fetch(uri);
          job = await started(imports.start(file.path, requester, { ...options, requestId: event.event_id }));
        }
        await notices.open(job.id, { room_id: event.room_id, event_id: await tell(underWay(job)) });
      };
    },
  };
}

/** @throws RequestError, of a bundle that was imported before with what to send to import it once more */
async function started(starting: Promise<Job>): Promise<Job> {
  try {
    return await starting;
  } catch (error) {
    if (!(error instanceof AlreadyImported)) throw error;
    const message = `${error.message}. Send !import --again in a reply to the bundle to import it once more.`;
    throw new RequestError(error.kind, error.errcode, message);
  }
}
