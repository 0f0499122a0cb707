import type { Rooms } from "../../rooms/rooms.ts";
import type { ShownRoom } from "../../rooms/shapes.ts";
import type { BotHomeserver } from "../../ports/homeserver/bot-homeserver.ts";
import type { Command } from "../command.ts";
import type { DirectRooms } from "../direct-rooms.ts";
import { noticeContent } from "../../matrix/text/notice.ts";
import { Misuse } from "../command-words.ts";

/** `!rooms`: the rooms that the requester may know of, told to them alone. */
export function roomsCommand(rooms: Rooms, homeserver: BotHomeserver, directRooms: DirectRooms): Command {
  return {
    name: "rooms",
    usage: "!rooms",
    help: "lists the rooms made here that you may know of, in a direct message.",
    parse(args) {
      if (args.length > 0) throw new Misuse("It takes no arguments.");
      return async ({ event, requester, tell }) => {
        // an admin's own too: the others' are not for a list like this
        const found = await rooms.list(requester, { own: true });
        const words = found.length === 0 ? "There are no rooms to show." : found.map(line).join("\n");
        const direct = await directRooms.with(requester.userId);
        if (direct === event.room_id) {
          await tell(words);
          return;
        }
        await homeserver.say(direct, `roomporter.rooms.${event.event_id}`, noticeContent(words));
        await tell("See our direct messages.");
      };
    },
  };
}

function line({ room_id, name, scope_kind, visibility, read_role_slugs, membership }: ShownRoom): string {
  const kind = [scope_kind === "incognito" ? "incognito" : "", visibility].filter(Boolean).join(", ");
  const roles = read_role_slugs.length === 0 ? "" : ` (${read_role_slugs.join(", ")})`;
  const within = membership === "join" ? ", you are in it" : membership === "invite" ? ", you are invited" : "";
  return `${name ?? "without a name"}: ${room_id}, ${kind}${roles}${within}`;
}
