import { dirname, resolve } from "node:path";
import type { z } from "zod";
import { meantKey } from "./known-keys.ts";
import { wrongMapping } from "../imports/plan/author-map.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { configSchema, type Config, type StorageConfig } from "./schema.ts";
import { readSecret, type Environment, type Secret } from "./secret.ts";
import { readYaml, type LocatedYaml } from "./yaml.ts";

/**
 * Reads and checks a config file. Paths in it are relative to the file.
 * @throws ConfigError with every problem found
 */
export async function loadConfig(path: string, environment?: Environment): Promise<Config> {
  return (await loadLocatedConfig(path, environment)).config;
}

/** The same, with where everything stands in the file. @throws ConfigError */
export async function loadLocatedConfig(
  path: string,
  environment: Environment = process.env,
): Promise<{ config: Config; yaml: LocatedYaml }> {
  const yaml = await readYaml(path);
  const parsed = configSchema.safeParse(yaml.value);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap((issue) => problemsOf(issue, yaml)));
  const raw = parsed.data;
  const folder = dirname(path);
  const problems: Problem[] = [];
  const attempt = async <T>(at: PropertyKey[], find: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await find();
    } catch (error) {
      problems.push(yaml.problem(at, error instanceof Error ? error.message : "cannot be read"));
      return undefined;
    }
  };

  const adminTokens: Config["admin_tokens"] = [];
  for (const [index, { name, sha256 }] of raw.admin_tokens.entries()) {
    const hash = await attempt(["admin_tokens", index, "sha256"], async () =>
      checkedHash(await readSecret(sha256, folder, environment)),
    );
    if (hash !== undefined) adminTokens.push({ name, sha256: hash });
  }
  const { admin_token: ofAdmin, ...homeserver } = raw.homeserver;
  const adminToken =
    ofAdmin && (await attempt(["homeserver", "admin_token"], () => readSecret(ofAdmin, folder, environment)));
  const url = await attempt(["database", "url"], async () =>
    databaseUrl(await readSecret(raw.database.url, folder, environment), folder),
  );
  const storage = await storageOf(raw.storage, folder, (key, value) =>
    attempt(["storage", key], () => readSecret(value, folder, environment)),
  );
  for (const [at, message] of contradictions(raw)) problems.push(yaml.problem(at, message));
  if (url === undefined || storage === undefined || problems.length > 0) throw new ConfigError(problems);
  const config = {
    ...raw,
    homeserver: {
      ...homeserver,
      public_url: homeserver.public_url ?? homeserver.url,
      ...(adminToken !== undefined && { admin_token: adminToken }),
    },
    registration: resolve(folder, raw.registration),
    storage,
    schedules: Object.fromEntries(
      Object.entries(raw.schedules).map(([name, { to, ...schedule }]) => [
        name,
        { ...schedule, ...(to !== undefined && { to: resolve(folder, to) }) },
      ]),
    ),
    permissions: raw.permissions ?? { [raw.homeserver.server_name]: "user" },
    database: { url },
    admin_tokens: adminTokens,
  };
  return { config, yaml };
}

/** What each key alone may say, and all of them together not. */
function contradictions({
  homeserver,
  roles,
  rooms,
  import: imports,
}: z.output<typeof configSchema>): [PropertyKey[], string][] {
  const found: [PropertyKey[], string][] = [];
  if (rooms.incognito.closing === "purge" && homeserver.admin_token === undefined)
    found.push([["rooms", "incognito", "closing"], "purge needs homeserver.admin_token"]);
  for (const [from, to] of Object.entries(imports.author_map)) {
    const message = wrongMapping(from, to, homeserver.server_name);
    if (message !== undefined) found.push([["import", "author_map", from], message]);
  }
  for (const [index, slug] of (rooms.restricted.roles ?? []).entries())
    if (!Object.hasOwn(roles, slug))
      found.push([["rooms", "restricted", "roles", index], `there is no role ${slug} in roles`]);
  return found;
}

function checkedHash(text: string): string {
  const hash = text.toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new Error("expected the SHA-256 of the token: 64 hexadecimal digits");
}

type RawStorage = z.output<typeof configSchema>["storage"];

/** undefined where `read` has found a secret that cannot be read */
async function storageOf(
  raw: RawStorage,
  folder: string,
  read: (key: string, value: Secret) => Promise<string | undefined>,
): Promise<StorageConfig | undefined> {
  const path = resolve(folder, raw.path);
  if (raw.type === "disk") return { ...raw, path };
  const access_key_id = await read("access_key_id", raw.access_key_id);
  const secret_access_key = await read("secret_access_key", raw.secret_access_key);
  if (access_key_id === undefined || secret_access_key === undefined) return undefined;
  const prefix = raw.prefix.replace(/^\/+|\/+$/g, "");
  return { ...raw, path, access_key_id, secret_access_key, prefix: prefix && `${prefix}/` };
}

function databaseUrl(url: string, folder: string): string {
  if (/^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url)) return url;
  if (!/^sqlite:./.test(url)) throw new Error("expected sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE");
  return "sqlite:" + resolve(folder, url.slice("sqlite:".length));
}

interface Issue {
  code?: string;
  path: PropertyKey[];
  message: string;
  keys?: readonly string[];
  issues?: readonly { message: string }[];
}

/** One problem for each unknown key, one for any other issue. */
function problemsOf(issue: Issue, yaml: LocatedYaml): Problem[] {
  if (issue.code === "unrecognized_keys")
    return (issue.keys ?? []).map((key) => {
      const meant = meantKey(configSchema, issue.path, key);
      return yaml.problem([...issue.path, key], `unknown key${meant === undefined ? "" : `: did you mean ${meant}?`}`);
    });
  const ofKey = issue.code === "invalid_key" ? (issue.issues ?? []).map((inner) => inner.message).join("; ") : "";
  const message = (ofKey || issue.message).replace(/^Invalid input: /, "");
  return [yaml.problem(issue.path, message.replace(/, received undefined$/, ", but it is missing"))];
}
