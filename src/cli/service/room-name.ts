import { CliError, EXIT } from "../exit.ts";

/** How commands name a room, in their help. */
export const ROOM_ARGUMENT = [
  "<room>",
  "its id or alias, in quotes: '!abc:example.org' or '#tea:example.org'",
] as const;

/** @throws CliError where it is neither a room id nor an alias: nothing else has to be asked of a service */
export function requireRoom(room: string): void {
  if (/^[!#]./.test(room)) return;
  throw new CliError(
    EXIT.usage,
    `"${room}" is not a room: give its id ('!abc:example.org') or alias ('#tea:example.org'), in quotes so that the shell leaves it alone`,
  );
}

/** The address of a room, or of something that is done with it. */
export function roomPath(room: string, act?: string): string {
  requireRoom(room);
  return `/v1/rooms/${encodeURIComponent(room)}${act === undefined ? "" : `/${act}`}`;
}
