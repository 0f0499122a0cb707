import { rm, writeFile } from "node:fs/promises";
import { dump } from "js-yaml";
import matrixAppservice, { type AppServiceOutput } from "matrix-appservice";
import { z } from "zod";
import { ConfigError } from "./problem.ts";
import { readYaml, type LocatedYaml } from "./yaml.ts";

const { AppServiceRegistration } = matrixAppservice;

/** What the service needs to know of its own registration with the homeserver. */
export interface Registration {
  id: string;
  /** where the homeserver reaches the service */
  url: string;
  /** shows the homeserver that it is the service who calls */
  as_token: string;
  /** shows the service that it is the homeserver who calls */
  hs_token: string;
  sender_localpart: string;
}

/** The sample's tokens begin so. */
const PLACEHOLDER = /placeholder|change.?me/i;

const token = z
  .string()
  .refine(
    (text) => !PLACEHOLDER.test(text),
    "is the sample's placeholder: make a real one with `roomporter registration`",
  )
  .refine((text) => /^[\x21-\x7e]{16,}$/.test(text), "expected at least 16 printable characters");

const registrationSchema = z
  .looseObject({
    id: z.string().min(1),
    url: z.url({ protocol: /^https?$/, error: "expected the URL at which the homeserver reaches this service" }),
    as_token: token,
    hs_token: token,
    sender_localpart: z.string().regex(/^[a-z0-9._=/+-]+$/, "expected the localpart of a user id"),
  })
  .refine((registration) => registration.as_token !== registration.hs_token, {
    path: ["hs_token"],
    message: "is the same as as_token",
  });

/** @throws ConfigError with every problem found; no message holds a token */
export async function loadRegistration(path: string): Promise<Registration> {
  return (await loadLocatedRegistration(path)).registration;
}

/** The same, with where everything stands in the file. @throws ConfigError */
export async function loadLocatedRegistration(
  path: string,
): Promise<{ registration: Registration; yaml: LocatedYaml }> {
  const yaml = await readYaml(path, "there is no such file: make it with `roomporter registration`");
  const parsed = registrationSchema.safeParse(yaml.value);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => yaml.problem(issue.path, issue.message)));
  const { id, url, as_token, hs_token, sender_localpart } = parsed.data;
  return { registration: { id, url, as_token, hs_token, sender_localpart }, yaml };
}

/**
 * A registration with fresh random tokens, whose only namespace is the service user itself (application service API,
 * "Registration"): the homeserver pushes every room of a user in the namespaces.
 */
export function createRegistration(url: string, serverName: string): AppServiceOutput {
  const registration = new AppServiceRegistration(url);
  registration.setId("roomporter");
  registration.setAppServiceToken(AppServiceRegistration.generateToken());
  registration.setHomeserverToken(AppServiceRegistration.generateToken());
  registration.setSenderLocalpart("roomporter");
  registration.setRateLimited(false);
  registration.addRegexPattern("users", `@roomporter:${serverName.replaceAll(/[.[\]]/g, "\\$&")}`, true);
  return registration.getOutput();
}

/**
 * Writes a registration for its owner's eyes alone.
 * @throws ConfigError where the file exists: its tokens may be in use
 */
export async function writeRegistration(
  path: string,
  registration: AppServiceOutput,
  { force = false }: { force?: boolean } = {},
): Promise<void> {
  try {
    // a file that others can read would stay so
    if (force) await rm(path, { force: true });
    await writeFile(path, dump(registration), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new ConfigError([
      {
        file: path,
        message:
          "exists already, and its tokens may be in use: name another file with -o, or overwrite it with --force",
      },
    ]);
  }
}
