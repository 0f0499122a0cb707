import { z } from "zod";
import { publicKeysIn } from "../bundle/public-keys.ts";
import { wrongTimes } from "../exports/scheduled/schedule.ts";
import type { Permission } from "../requests/access.ts";
import { isUserId } from "../matrix/ids.ts";
import { secret } from "./secret.ts";

const UNITS: Record<string, number> = { "": 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Bytes: a number, or a text like `500M` (K, M, G: powers of 1024). */
const sizeOrZero = z
  .union([z.number().int().nonnegative(), z.string()], { error: "expected a size like 500M" })
  .transform((value, context) => {
    if (typeof value === "number") return value;
    const [, digits, unit] = /^(\d+)\s*([KMG]?)(?:i?B)?$/i.exec(value.trim()) ?? [];
    const bytes = Number(digits) * (UNITS[unit?.toUpperCase() ?? ""] ?? NaN);
    if (Number.isSafeInteger(bytes)) return bytes;
    context.addIssue({ code: "custom", message: "expected a size like 500M" });
    return z.NEVER;
  });
const size = sizeOrZero.refine((bytes) => bytes > 0, "expected a size like 500M");

const SERVER_NAME = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const serverName = z.string().regex(SERVER_NAME, "expected a server name like example.org");

const PERMISSIONS = ["none", "user", "admin"] as const satisfies Permission[];
const RESOURCES = ["appservice", "api", "metrics", "web"] as const;

const permissionKey = z
  .string()
  .refine(
    (key) => key === "*" || (key.startsWith("@") ? isUserId(key) : SERVER_NAME.test(key)),
    'expected "*", a server name or a user id',
  );

const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "expected an IP address or a network like 10.0.0.0/8",
});

/** Older room versions cannot take dated redactions on Synapse. */
const roomVersion = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((version) => !/^(?:[1-9]|10)$/.test(version), "must be 11 or newer: older rooms cannot take dated redactions")
  .refine((version) => version !== "" && version.length <= 32, "expected a room version");

const oneOf = <T extends string>(values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `expected one of ${values.join(", ")}` });

const httpUrl = z
  .url({ protocol: /^https?$/, error: "expected an http or https URL" })
  .transform((url) => url.replace(/\/+$/, ""));

/** As browsers write it: scheme, host and port. */
const origin = z
  .url({ protocol: /^https?$/, hostname: /^[a-z0-9.:[\]-]+$/, error: "expected an origin like https://app.element.io" })
  .transform((url) => new URL(url))
  .refine(({ href, origin: own }) => href === `${own}/`, "expected an origin, without a path")
  .transform((url) => url.origin);

const ROOM = /^(?:![^\s:]+|[!#][^\s:]+:(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?)$/;
/** The slug of a role: it stands in rooms' state and in commands. */
const roleSlug = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "expected lower-case letters, digits, dots, dashes");
const userGlob = z.string().regex(/^@[^\s:]+:\S+$/, "expected a user id, in which * stands for any characters");
const role = z
  .strictObject({
    users: z.array(userGlob).default([]),
    room: z.string().regex(ROOM, "expected the room id or the alias of a room or space").optional(),
  })
  .refine(({ users, room }) => users.length > 0 || room !== undefined, "needs users, or a room");

/** User ids of common bridges and of the users that they make up. */
const BRIDGES = ["discord", "facebook", "gmessages", "googlechat", "instagram", "irc", "linkedin", "meta", "signal"]
  .concat("slack", "telegram", "twitter", "whatsapp", "xmpp")
  .flatMap((network) => [`@${network}_*:*`, `@_${network}_*:*`, `@${network}bot:*`, `@appservice-${network}:*`]);
const publicKey = z.string().transform((text, context) => {
  const [key, ...more] = publicKeysIn(text);
  if (key !== undefined && more.length === 0) return key;
  context.addIssue({ code: "custom", message: "expected an ed25519 public key in base64" });
  return z.NEVER;
});

/** Whom a rule is about. */
const people = z.array(permissionKey);
const guardedKind = {
  enabled: z.boolean().default(true),
  allow: people.default(["*"]),
};
/** What the operator lays down for rooms with rules: it wins over what a request asks for. */
const incognito = z.strictObject({
  ...guardedKind,
  auto_close_on_leave: oneOf(["asked", "default", "always", "never"]).default("asked"),
  close_after_idle_days: z.number({ error: "expected days" }).min(0, "expected days").max(36_500).default(0),
  closing: oneOf(["redact", "purge"]).default("redact"),
});
const restricted = z.strictObject({ ...guardedKind, roles: z.array(roleSlug).optional() });

const onThisMachine = {
  path: z.string().min(1).default("data/store"),
  min_free: sizeOrZero.default(500 * 1024 ** 2),
  retention_days: z.number({ error: "expected days" }).min(0, "expected days").default(7),
};
const storage = z.discriminatedUnion(
  "type",
  [
    z.strictObject({ type: z.literal("disk"), ...onThisMachine }),
    z.strictObject({
      type: z.literal("s3"),
      endpoint: httpUrl.optional(),
      region: z.string().min(1),
      bucket: z.string().min(1),
      prefix: z.string().default(""),
      access_key_id: secret,
      secret_access_key: secret,
      force_path_style: z.boolean().default(false),
      ...onThisMachine,
    }),
  ],
  { error: "expected disk or s3" },
);

const author = z
  .string()
  .refine((id) => isUserId(id) || /^@\*:/.test(id), "expected a user id, or @*:SERVER for all users of a server");

const scheduleName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,30}$/, "expected lower-case letters, digits and dashes");
const schedule = z
  .strictObject({
    cron: z.string(),
    time_zone: z.string().default("UTC"),
    as: z.string().refine(isUserId, "expected a user id like @ann:example.org").optional(),
    rooms: z.array(z.string().regex(ROOM, "expected the id or the alias of a room")).default([]),
    spaces: z.array(z.string().regex(ROOM, "expected the id or the alias of a space")).default([]),
    to: z.string().min(1).optional(),
    mode: oneOf(["full", "increments"]).default("full"),
    keep: z.number({ error: "expected a number" }).int().min(1, "expected 1 or more").default(7),
    overdue_after_hours: z.number({ error: "expected hours" }).positive("expected hours").default(2),
  })
  .check(({ value, issues }) => {
    const wrong = wrongTimes(value, Date.now());
    if (value.rooms.length + value.spaces.length === 0)
      issues.push({ code: "custom", input: value, path: [], message: "needs rooms, or spaces" });
    if (wrong) issues.push({ code: "custom", input: value, path: [wrong.key], message: wrong.message });
  });

/** The file as the operator writes it: secrets not yet read, paths not yet resolved. */
export const configSchema = z.strictObject({
  homeserver: z.strictObject({
    url: httpUrl,
    public_url: httpUrl.optional(),
    server_name: serverName,
    admin_token: secret.optional(),
  }),
  registration: z.string().min(1),
  listeners: z
    .array(
      z.strictObject({
        port: z
          .number({ error: "expected a port number" })
          .int("expected a port number")
          .min(0, "expected a port number")
          .max(65535, "expected a port number"),
        bind_address: z.string().min(1).default("127.0.0.1"),
        trusted_proxies: z.array(network).default([]),
        resources: z
          .array(oneOf(RESOURCES))
          .min(1)
          .refine(
            (resources) => !resources.includes("web") || resources.includes("api"),
            "web needs api beside it: the page calls the API at its own address",
          ),
      }),
    )
    .min(1),
  database: z.strictObject({ url: secret }).default({ url: "sqlite:data/roomporter.db" }),
  storage: storage.prefault({ type: "disk" }),
  permissions: z.record(permissionKey, oneOf(PERMISSIONS)).optional(),
  allow_guests: z.boolean().default(false),
  admin_tokens: z.array(z.strictObject({ name: z.string().min(1).max(64), sha256: secret })).default([]),
  workspaces: z
    .record(z.string().min(1), z.string().regex(ROOM, "expected the room id or the alias of a space"))
    .default({}),
  roles: z.record(roleSlug, role).default({}),
  rooms: z
    .strictObject({
      room_version: roomVersion.default("12"),
      role_lost: oneOf(["remove", "keep"]).default("remove"),
      bridges: z.array(userGlob).default(BRIDGES),
      incognito: incognito.prefault({}),
      restricted: restricted.prefault({}),
    })
    .prefault({}),
  import: z
    .strictObject({
      room_version: roomVersion.default("12"),
      author_label: oneOf(["introduce", "short", "full"]).default("introduce"),
      author_map: z.record(author, author).default({}),
      trusted_keys: z.array(z.strictObject({ server_name: serverName, public_key: publicKey })).default([]),
    })
    .prefault({}),
  schedules: z.record(scheduleName, schedule).default({}),
  bot: z.strictObject({ hello: z.boolean().default(true) }).prefault({}),
  web: z.strictObject({ public_url: httpUrl.optional(), widget_clients: z.array(origin).default([]) }).prefault({}),
  audit: z
    .strictObject({ retention_days: z.number({ error: "expected days" }).min(0, "expected days").default(0) })
    .prefault({}),
  limits: z
    .strictObject({
      upload_size: size.default(2 * 1024 ** 3),
      concurrent_jobs: z.number().int().min(1).max(64).default(2),
      rooms_at_once: z.number().int().min(1).max(64).default(4),
      jobs_per_user: z.number().int().min(1).default(100),
      storage_per_user: sizeOrZero.default(10 * 1024 ** 3),
      rooms_per_hour: z.number().int().min(1).default(100),
      invitations_per_hour: z.number().int().min(1).default(200),
      live_exports: z.number().int().min(1).default(8),
      live_exports_per_user: z.number().int().min(1).default(2),
      uploads: z.number().int().min(1).default(16),
      uploads_per_user: z.number().int().min(1).default(4),
    })
    .prefault({}),
  logging: z.strictObject({ level: oneOf(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

type RawStorage = z.output<typeof storage>;
type S3Secrets = Record<"access_key_id" | "secret_access_key", string>;
/** `prefix`: empty, or with a slash at its end */
export type StorageConfig =
  Extract<RawStorage, { type: "disk" }> | (Omit<Extract<RawStorage, { type: "s3" }>, keyof S3Secrets> & S3Secrets);

/** Everything resolved: absolute paths, secrets read. */
export type Config = Omit<
  z.output<typeof configSchema>,
  "admin_tokens" | "database" | "homeserver" | "permissions" | "storage"
> & {
  /**
   * `admin_token`: of a server administrator, for the homeserver's admin API; absent: the service does without it.
   * `public_url`: where browsers reach the homeserver
   */
  homeserver: { url: string; public_url: string; server_name: string; admin_token?: string };
  permissions: Record<string, Permission>;
  database: { url: string };
  storage: StorageConfig;
  /** name, and the SHA-256 of the token in lower-case hexadecimal */
  admin_tokens: { name: string; sha256: string }[];
};
