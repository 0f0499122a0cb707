import { createInterface } from "node:readline/promises";
import { z } from "zod";
import { CliError, EXIT } from "../exit.ts";
import { printable, type Output } from "../output.ts";
import { requireRoom, roomPath } from "../service/room-name.ts";
import type { ServiceClient } from "../service/service-client.ts";
import type { World } from "../world.ts";
import { ROOM } from "./manage-rooms.ts";

const CLOSED = z.looseObject({ closed: z.boolean(), events: z.string().nullable() });

/**
 * Closes a room for good, once the person at the terminal has typed its name.
 * @param options `yes`: nobody is asked @param act `undo`: only where an import has made it
 * @throws CliError where another name was typed, or nobody can be asked
 */
export async function closeRoom(
  service: () => Promise<ServiceClient>,
  room: string,
  { yes = false }: { yes?: boolean },
  world: World,
  output: Output,
  act: "close" | "undo" = "close",
): Promise<void> {
  requireRoom(room);
  if (!yes && world.stdin.isTTY !== true)
    throw new CliError(EXIT.usage, "closing a room is for good, and nobody can be asked here: confirm it with --yes");
  const client = await service();
  const roomId = yes ? room : await confirmed(await client.ask("GET", roomPath(room), ROOM), world);
  const closed = await client.ask("POST", roomPath(roomId, act), CLOSED);
  const { events } = closed;
  output.note(
    events === null ? "Still closing; it continues in the background." : `Closed: what was said is ${events}.`,
  );
  if (output.json) output.result("", closed);
}

/** Gives the id of the room that was shown, whatever its alias leads to meanwhile. */
async function confirmed({ room_id, name }: z.output<typeof ROOM>, { stdin, stderr }: World): Promise<string> {
  const wanted = printable(name?.trim() || room_id);
  const what = name ? "name" : "id";
  const typed = await askLine(
    `This closes ${room_id} for good: everybody is removed, and what was said is deleted.\nType its ${what} (${wanted}) to close it: `,
    stdin,
    stderr,
  );
  if (typed === wanted) return room_id;
  throw new CliError(EXIT.failed, `that is not the ${what} of the room: nothing was closed`);
}

/** undefined: Ctrl-C, or the end of the input */
async function askLine(question: string, input: World["stdin"], output: World["stderr"]): Promise<string | undefined> {
  const prompt = createInterface({ input, output });
  const given = new AbortController();
  prompt.once("SIGINT", () => given.abort()).once("close", () => given.abort());
  try {
    return (await prompt.question(question, { signal: given.signal })).trim();
  } catch (error) {
    if (!given.signal.aborted) throw error;
    output.write("\n");
    return undefined;
  } finally {
    prompt.close();
  }
}
