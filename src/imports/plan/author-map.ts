import { localpartOf, serverOf } from "../../matrix/ids.ts";

/**
 * Who of other servers is who here, as the operator says: from a user id, or `@*:server` for all users of a server, to a user id of this
 * homeserver, or `@*:server` for the same localpart.
 */
export type AuthorMap = Readonly<Record<string, string>>;

const ANYBODY = "@*:";

/** The user of this homeserver that an author is said to be; undefined: nobody. A whole user id wins over `@*:server`. */
export function mappedAuthor(map: AuthorMap, userId: string): string | undefined {
  const rule = [userId, ANYBODY + serverOf(userId)].find((key) => Object.hasOwn(map, key));
  const target = rule === undefined ? undefined : map[rule];
  return target?.startsWith(ANYBODY) ? `@${localpartOf(userId)}:${target.slice(ANYBODY.length)}` : target;
}

/** What is wrong with a line of the map; undefined: nothing. `serverName`: the homeserver's own */
export function wrongMapping(from: string, to: string, serverName: string): string | undefined {
  if (!to.endsWith(`:${serverName}`))
    return `expected a user of ${serverName}: an author can only be somebody of this homeserver`;
  if (to.startsWith(ANYBODY) && !from.startsWith(ANYBODY)) return `${ANYBODY}${serverName} needs @*:SERVER before it`;
  return undefined;
}
