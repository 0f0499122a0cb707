import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../test/support/process.ts";
import { writeRegistration, type Registration } from "../test/support/registration.ts";
import { startService, type Service } from "../test/support/service.ts";
import { writeClock } from "../test/support/shared-synapse.ts";
import { startSynapse, type Synapse } from "../test/support/synapse.ts";

/** A throwaway homeserver with a Roomporter that serves the web page. */
export interface DemoServers {
  synapse: Synapse;
  service: Service;
  /** may speak for everybody, at any date */
  clock: Registration;
  close(): Promise<void>;
}

/**
 * Starts them.
 * @param dir for their files; what is there is removed
 * @param admin localpart of the user to whom the service shows its administration
 */
export async function startDemoServers(dir: string, admin: string): Promise<DemoServers> {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  const clock = writeClock(join(dir, "clock.yaml"));
  const port = await freePort();
  const registration = writeRegistration(join(dir, "registration.yaml"), {
    id: "roomporter",
    url: `http://127.0.0.1:${port}`,
  });
  const synapse = await startSynapse({
    dir: join(dir, "synapse"),
    registrations: [registration.file, clock.file],
    // so that a link can sign in to the web page
    config: { login_via_existing_session: { enabled: true, require_ui_auth: false, token_timeout: "1d" } },
  });
  const config = {
    listeners: [{ port, bind_address: "127.0.0.1", resources: ["appservice", "api", "web"] }],
    permissions: { "*": "user", [`@${admin}:${synapse.serverName}`]: "admin" },
  };
  const service = await startService({ dir: join(dir, "roomporter"), synapse, registration, config });
  const close = async (): Promise<void> => {
    await service.close();
    await synapse.close();
  };
  return { synapse, service, clock, close };
}
