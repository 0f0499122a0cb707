import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

/** An application service as the homeserver of a test knows it. */
export interface Registration {
  /** the YAML file, for `app_service_config_files` */
  file: string;
  id: string;
  /** null: the homeserver sends it nothing */
  url: string | null;
  asToken: string;
  hsToken: string;
  senderLocalpart: string;
}

/**
 * Writes a registration with tokens of its own. `users`: regular expressions of the users (beside its own sender) that it may
 * speak for, not exclusively; `puppets`: exclusively, so that they are its own.
 */
export function writeRegistration(
  file: string,
  options: { id: string; url?: string; senderLocalpart?: string; users?: string[]; puppets?: string[] },
): Registration {
  const registration: Registration = {
    file,
    id: options.id,
    url: options.url ?? null,
    asToken: `as_${randomBytes(24).toString("hex")}`,
    hsToken: `hs_${randomBytes(24).toString("hex")}`,
    senderLocalpart: options.senderLocalpart ?? options.id,
  };
  const yaml = {
    id: registration.id,
    url: registration.url,
    as_token: registration.asToken,
    hs_token: registration.hsToken,
    sender_localpart: registration.senderLocalpart,
    rate_limited: false,
    namespaces: {
      users: [
        ...(options.users ?? []).map((regex) => ({ exclusive: false, regex })),
        ...(options.puppets ?? []).map((regex) => ({ exclusive: true, regex })),
      ],
      aliases: [],
      rooms: [],
    },
  };
  writeFileSync(file, JSON.stringify(yaml, null, 1));
  return registration;
}
