import { stat } from "node:fs/promises";
import { z } from "zod";
import type { Registration } from "../registration.ts";
import type { Config } from "../schema.ts";
import type { Finding } from "./finding.ts";

/** What else than `Registration` is looked at; whatever has another shape is the homeserver's to complain of. */
const REST = z.looseObject({
  rate_limited: z.boolean().optional().catch(undefined),
  namespaces: z.looseObject({ users: z.array(z.looseObject({ regex: z.string() })).catch([]) }).catch({ users: [] }),
});

/** Some user of any homeserver who is not the service's. */
const STRANGER = "@zz-somebody-else";

/** Was the registration made for this homeserver, and for this service alone? Paths are those of the registration. */
export async function checkRegistration(config: Config, registration: Registration, raw: unknown): Promise<Finding[]> {
  const { server_name: serverName } = config.homeserver;
  const { rate_limited, namespaces } = REST.catch({ namespaces: { users: [] } }).parse(raw);
  const localpart = registration.sender_localpart;
  const serviceUser = `@${localpart}:${serverName}`;
  const findings: Finding[] = [];
  for (const [index, { regex }] of namespaces.users.entries()) {
    const path = ["namespaces", "users", index, "regex"];
    const matches = matcher(regex);
    if (!matches) continue;
    if (regex.startsWith(`@${localpart}:`) && !matches(serviceUser)) {
      const message = `${regex} is for another server than ${serverName} (homeserver.server_name): correct one of them, on both sides`;
      findings.push({ path, message });
    } else if (matches(`${STRANGER}:${serverName}`)) {
      const message = `${regex} matches more than ${serviceUser}: the homeserver sends every room of all these users`;
      findings.push({ path, message, warning: true });
    }
  }
  if (rate_limited !== false) {
    const message = "is not false: the homeserver slows imports down many times";
    findings.push({ path: ["rate_limited"], message, warning: true });
  }
  if (process.platform !== "win32" && ((await stat(config.registration)).mode & 0o004) !== 0)
    findings.push({
      path: [],
      message: "holds secrets, and everybody on this machine can read it: chmod 640",
      warning: true,
    });
  return findings;
}

/** As the homeserver matches: from the start. Undefined where it is no regular expression of JavaScript's. */
function matcher(regex: string): ((userId: string) => boolean) | undefined {
  try {
    const pattern = new RegExp(`^(?:${regex})`);
    return (userId) => pattern.test(userId);
  } catch {
    return undefined;
  }
}
