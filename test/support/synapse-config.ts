import { join } from "node:path";

const NO_LIMIT = { per_second: 100_000, burst_count: 100_000 };

/** One of `listeners` (`worker_listeners` of a worker). */
export function httpListener(port: number, names: string[]): Record<string, unknown> {
  const resources = [{ names, compress: false }];
  return { port, type: "http", bind_addresses: ["127.0.0.1"], x_forwarded: false, resources };
}

/** homeserver.yaml (JSON is YAML) of a homeserver that talks to nobody else and limits nobody. */
export function synapseConfig(
  dir: string,
  port: number,
  serverName: string,
  registrations: string[],
  more: Record<string, unknown>,
): string {
  return JSON.stringify(
    {
      server_name: serverName,
      public_baseurl: `http://127.0.0.1:${port}/`,
      listeners: [httpListener(port, ["client", "openid"])],
      database: { name: "sqlite3", args: { database: join(dir, "homeserver.db") } },
      log_config: join(dir, "log.yaml"),
      media_store_path: join(dir, "media"),
      signing_key_path: join(dir, "signing.key"),
      pid_file: join(dir, "homeserver.pid"),
      report_stats: false,
      // costs a tenth of each event, and the service has no part in it
      presence: { enabled: false },
      trusted_key_servers: [],
      federation_domain_whitelist: [],
      registration_shared_secret: "secret",
      macaroon_secret_key: "macaroon",
      form_secret: "form",
      enable_registration: true,
      enable_registration_without_verification: true,
      bcrypt_rounds: 4,
      rc_message: NO_LIMIT,
      rc_registration: NO_LIMIT,
      rc_room_creation: NO_LIMIT,
      rc_admin_redaction: NO_LIMIT,
      rc_reports: NO_LIMIT,
      rc_joins: { local: NO_LIMIT, remote: NO_LIMIT },
      rc_joins_per_room: NO_LIMIT,
      rc_invites: { per_room: NO_LIMIT, per_user: NO_LIMIT, per_issuer: NO_LIMIT },
      rc_login: { address: NO_LIMIT, account: NO_LIMIT, failed_attempts: NO_LIMIT },
      rc_media_create: NO_LIMIT,
      app_service_config_files: registrations,
      ...more,
    },
    null,
    1,
  );
}

/** Python logging: warnings, into `file`. */
export function synapseLogConfig(file: string): string {
  return JSON.stringify({
    version: 1,
    formatters: { line: { format: "%(asctime)s %(levelname)s %(name)s %(request)s %(message)s" } },
    filters: { context: { "()": "synapse.logging.context.LoggingContextFilter", request: "" } },
    handlers: { file: { class: "logging.FileHandler", filename: file, formatter: "line", filters: ["context"] } },
    root: { level: "WARNING", handlers: ["file"] },
  });
}
