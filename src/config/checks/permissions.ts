import { serverOf } from "../../matrix/ids.ts";
import { permissionOf } from "../../requests/access.ts";
import { nearest } from "../../requests/options/nearest.ts";
import type { Config } from "../schema.ts";
import type { Finding } from "./finding.ts";

/** Do permissions and roles name whom they seem to name? Everything found is a warning. */
export function checkPeople(config: Config): Finding[] {
  const { permissions, roles, rooms, homeserver } = config;
  const own = homeserver.server_name;
  const findings: Finding[] = [];
  const warn = (path: readonly PropertyKey[], message: string): void =>
    void findings.push({ path, message, warning: true });
  for (const key of Object.keys(permissions)) checkPattern(["permissions", key], key);
  for (const kind of ["incognito", "restricted"] as const)
    for (const [index, pattern] of rooms[kind].allow.entries()) checkPattern(["rooms", kind, "allow", index], pattern);
  for (const [slug, { users }] of Object.entries(roles))
    for (const [index, user] of users.entries()) noteMisspelt(["roles", slug, "users", index], serverOf(user));
  const somebody = Object.keys(permissions).some((key) => key.startsWith("@") && serverOf(key) === own && may(key));
  if (!somebody && !may(`@somebody:${own}`))
    warn(["permissions"], `nobody of ${own} (homeserver.server_name) may use the service: add "${own}: user"`);
  return findings;

  function checkPattern(path: readonly PropertyKey[], pattern: string): void {
    const server = pattern.startsWith("@") ? serverOf(pattern) : pattern;
    if (pattern === "*" || server === own) return;
    if (!pattern.startsWith("@") && isBareWord(pattern))
      warn(path, `names a server called ${pattern}: did you mean "@${pattern}:${own}"?`);
    else noteMisspelt(path, server);
  }
  function may(userId: string): boolean {
    return permissionOf(permissions, userId) !== "none";
  }
  function noteMisspelt(path: readonly PropertyKey[], server: string): void {
    if (server !== own && nearest(server, [own]) === own)
      warn(path, `names the server ${server}: did you mean ${own} (homeserver.server_name)?`);
  }
}

/** Server names on the public network have a dot, IPv6 addresses brackets, and most others a port. */
function isBareWord(serverName: string): boolean {
  return !/[.:[]/.test(serverName) && serverName !== "localhost";
}
