import { CliError, EXIT } from "../exit.ts";
import { joinedRooms } from "./joined-rooms.ts";
import type { ServiceClient } from "./service-client.ts";

/** How commands name a space, in their help. */
export const SPACE_ARGUMENT = ["<space>", "its name, id or alias, in quotes: 'Team', '#team:example.org'"] as const;

/** The id or alias of a space; where it is called by its name, of the one of that name that the person is in. @throws CliError */
export async function findSpace(client: ServiceClient, space: string): Promise<string> {
  if (/^[!#]./.test(space)) return space;
  const wanted = space.toLowerCase();
  const spaces = (await joinedRooms(client)).filter(({ type }) => type === "m.space");
  const found = spaces.filter(({ name }) => name?.toLowerCase() === wanted);
  const [first, ...more] = found;
  if (first && more.length === 0) return first.room_id;
  if (first) {
    const ids = found.map(({ room_id, alias }) => alias ?? room_id).join(", ");
    throw new CliError(EXIT.usage, `you are in ${String(found.length)} spaces called "${space}": name one of ${ids}`);
  }
  throw new CliError(
    EXIT.usage,
    `you are in no space called "${space}": roomporter room list --joined shows names, aliases and ids`,
  );
}
