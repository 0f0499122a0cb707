import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./process.ts";
import { writeRegistration, type Registration } from "./registration.ts";
import { startSynapse, type Synapse } from "./synapse.ts";

/** How many services of their own the tests of one run can have: raise it when they have grown. */
const SERVICES = 40;

/** The one homeserver of a test run. Tests keep out of each other's way by users and rooms of their own. */
export interface SharedSynapse extends Synapse {
  /** may speak for every user, with dates (`client.through(clock.asToken)`); receives nothing */
  clock: Registration;
  /** A registration for one Roomporter (`url` with a free port), which no other test has. */
  takeRegistration(): Registration;
}

let started: Promise<SharedSynapse> | undefined;
let dir: string | undefined;

/** Starts it at the first call; it ends with the test run. Never stop it: a test that must do so starts its own. */
export function sharedSynapse(): Promise<SharedSynapse> {
  started ??= start();
  return started;
}

/** For the end of the run. */
export async function closeSharedSynapse(): Promise<void> {
  const synapse = await started;
  await synapse?.close();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
}

async function start(): Promise<SharedSynapse> {
  dir = mkdtempSync(join(tmpdir(), "roomporter-shared-"));
  const clock = writeClock(join(dir, "clock.yaml"));
  const free: Registration[] = [];
  for (let i = 1; i <= SERVICES; i++) {
    const url = `http://127.0.0.1:${await freePort()}`;
    free.push(writeRegistration(join(dir, `porter${i}.yaml`), { id: `porter${i}`, url }));
  }
  const synapse = await startSynapse({
    registrations: [clock, ...free].map((registration) => registration.file),
    // tests of the web page sign in by a link
    config: { login_via_existing_session: { enabled: true, require_ui_auth: false } },
  });
  return Object.assign(synapse, {
    clock,
    takeRegistration() {
      const registration = free.shift();
      if (registration === undefined) throw new Error(`more than ${SERVICES} services in one test run`);
      return registration;
    },
  });
}

/** An application service that speaks for every user of its homeserver, so that tests can date what real users send. */
export function writeClock(file: string): Registration {
  return writeRegistration(file, { id: "clock", users: ["@.*"] });
}
