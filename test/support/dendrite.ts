import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHomeserver, type HomeserverProcess } from "./homeserver-process.ts";
import { freePort } from "./process.ts";

export interface DendriteOptions {
  /** Dendrite's program */
  binary: string;
  /** paths of application services' registration files */
  registrations?: string[];
}

const SERVER_NAME = "localhost";
/** Parts of Dendrite with an SQLite database of their own. */
const DATABASES = {
  federation_api: "federation",
  key_server: "keys",
  media_api: "media",
  mscs: "mscs",
  relay_api: "relay",
  room_server: "rooms",
  sync_api: "sync",
};

/** Starts a real Dendrite on SQLite, of its own, that talks to nobody else and limits nobody; resolves once it answers. */
export async function startDendrite({ binary, registrations = [] }: DendriteOptions): Promise<HomeserverProcess> {
  const dir = mkdtempSync(join(tmpdir(), "roomporter-dendrite-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = join(dir, "dendrite.log");
  const config = join(dir, "dendrite.yaml");
  const key = join(dir, "matrix_key.pem");
  mkdirSync(join(dir, "media"));
  writeFileSync(key, signingKey());
  writeFileSync(config, JSON.stringify(dendriteConfig(dir, key, registrations), null, 1));
  return await startHomeserver({
    ...{ url, serverName: SERVER_NAME, dir, log, ownDir: true },
    command: [binary, "-config", config, "-http-bind-address", `127.0.0.1:${port}`, "-really-enable-open-registration"],
  });
}

/** dendrite.yaml (JSON is YAML) */
function dendriteConfig(dir: string, key: string, registrations: string[]): object {
  const database = (name: string): object => ({ connection_string: `file:${join(dir, `${name}.db`)}` });
  const parts = Object.entries(DATABASES).map(([part, name]) => [part, { database: database(name) }] as const);
  const { media_api: media, ...others } = Object.fromEntries(parts);
  return {
    version: 2,
    global: {
      server_name: SERVER_NAME,
      private_key: key,
      disable_federation: true,
      trusted_third_party_id_servers: [],
      jetstream: { storage_path: dir, topic_prefix: "Dendrite" },
      report_stats: { enabled: false },
    },
    app_service_api: { config_files: registrations },
    client_api: {
      registration_disabled: false,
      registration_shared_secret: "secret",
      rate_limiting: { enabled: false },
    },
    ...others,
    media_api: { ...media, base_path: join(dir, "media"), max_file_size_bytes: 10_485_760 },
    user_api: { account_database: database("accounts"), device_database: database("devices"), bcrypt_cost: 4 },
    logging: [{ type: "std", level: "warn" }],
  };
}

/** As generate-keys writes it. */
function signingKey(): string {
  const label = "MATRIX PRIVATE KEY";
  return `-----BEGIN ${label}-----\nKey-ID: ed25519:test\n\n${randomBytes(32).toString("base64")}\n-----END ${label}-----\n`;
}
