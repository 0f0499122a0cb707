import type { Capabilities } from "../ports/homeserver/capabilities.ts";

/** What the configuration asks of the homeserver. */
export interface Demands {
  /** `import.room_version` */
  importVersion: string;
  /** `rooms.room_version` */
  roomsVersion: string;
  /** `rooms.incognito.closing` is `purge` */
  purges: boolean;
  /** is there a `homeserver.admin_token`? */
  adminToken: boolean;
}

/** Something that the configuration asks for and the homeserver cannot do. */
export interface HomeserverProblem {
  /** of the configuration, e.g. `import.room_version` */
  key: string;
  message: string;
}

/** What is not known is no problem. */
export function homeserverProblems(capabilities: Capabilities, demands: Demands): HomeserverProblem[] {
  const { room_versions: rooms, admin_api: api, redaction, dated_events: dated, reasons } = capabilities;
  const problems: HomeserverProblem[] = [];
  const problem = (key: string, message: string): unknown => problems.push({ key, message });
  const versions = rooms.available.map(({ version }) => version);
  const wanted = [
    ["import.room_version", demands.importVersion],
    ["rooms.room_version", demands.roomsVersion],
  ] as const;
  for (const [key, version] of wanted)
    if (versions.length > 0 && !versions.includes(version)) problem(key, noSuchVersion(version, versions));
  if (demands.adminToken && api === "none")
    problem("homeserver.admin_token", reasons["admin_api"] ?? "no admin API takes it");
  // without a token the configuration is refused
  if (demands.purges && api === "none")
    problem(
      "rooms.incognito.closing",
      "purge needs an admin API that takes homeserver.admin_token: mend that, or choose redact",
    );
  if (capabilities.media === false) problem("homeserver.url", reasons["media"] ?? "media are not answered");
  if (capabilities.forget === false) problem("homeserver.url", reasons["forget"] ?? "rooms cannot be forgotten");
  if (dated === false)
    problem("homeserver.url", `${reasons["dated_events"] ?? "events cannot be dated"}: imports need dates`);
  if (redaction === "none")
    problem(
      "homeserver.url",
      "redactions have no effect on this homeserver: a room that is closed would keep every word",
    );
  return problems;
}

/** In one sentence each, for `/ready` and the log. */
export function showProblems(problems: readonly HomeserverProblem[]): string {
  return problems.map(({ key, message }) => `${key}: ${message}`).join("; ");
}

function noSuchVersion(version: string, available: readonly string[]): string {
  const usable = available
    .filter((each) => !/^(?:[1-9]|10)$/.test(each))
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const other =
    usable.length === 0
      ? "none that is 11 or newer: upgrade the homeserver"
      : `of those that are 11 or newer: ${usable.join(", ")}. Set one of them, or upgrade the homeserver`;
  return `the homeserver has no room version ${version}, but ${other}`;
}
