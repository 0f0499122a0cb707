import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runProgram, type Outcome } from "../support/command-line.ts";
import type { HomeserverProcess } from "../support/homeserver-process.ts";
import type { MatrixClient } from "../support/matrix-client.ts";
import { freePort } from "../support/process.ts";
import { writeRegistration, type Registration } from "../support/registration.ts";
import { startService, type Service } from "../support/service.ts";
import { writeClock } from "../support/shared-synapse.ts";
import { registerUser, unique } from "../support/users.ts";
import type { HomeserverKind } from "./kinds.ts";

/** One homeserver, and services that work with it. */
export class World {
  readonly kind: HomeserverKind;
  /** for files; goes with the world */
  readonly dir: string;
  readonly homeserver: HomeserverProcess;
  /** may speak for every user, with dates */
  readonly clock: Registration;
  readonly #registrations: Registration[];
  readonly #services: Service[] = [];

  private constructor(kind: HomeserverKind, dir: string, homeserver: HomeserverProcess, all: Registration[]) {
    this.kind = kind;
    this.dir = dir;
    this.homeserver = homeserver;
    const [clock, ...registrations] = all;
    if (!clock) throw new Error("no registration");
    this.clock = clock;
    this.#registrations = registrations;
  }

  /** @param services how many it can have */
  static async start(kind: HomeserverKind, services: number): Promise<World> {
    const dir = mkdtempSync(join(tmpdir(), "roomporter-homeservers-"));
    const registrations = [writeClock(join(dir, "clock.yaml"))];
    for (let i = 1; i <= services; i++) {
      const url = `http://127.0.0.1:${await freePort()}`;
      registrations.push(writeRegistration(join(dir, `porter${i}.yaml`), { id: `porter${i}`, url }));
    }
    const homeserver = await kind.start(registrations.map(({ file }) => file));
    return new World(kind, dir, homeserver, registrations);
  }

  get url(): string {
    return this.homeserver.url;
  }
  get serverName(): string {
    return this.homeserver.serverName;
  }

  /** @param config further keys of config.yaml */
  async startService(roomVersion: string, config: Record<string, unknown> = {}): Promise<Service> {
    const registration = this.#registrations.shift();
    if (!registration) throw new Error("more services than the world was started with");
    const versions = { import: { room_version: roomVersion }, rooms: { room_version: roomVersion } };
    const service = await startService({
      synapse: this.homeserver,
      registration,
      config: { ...versions, ...config },
    });
    this.#services.push(service);
    return service;
  }

  person(name: string): Promise<MatrixClient> {
    return registerUser(this.homeserver.url, unique(name));
  }

  /** A file of its own. */
  file(name: string): string {
    return join(this.dir, unique(name));
  }

  /** `roomporter …` against a service, as the person whose token it is. */
  roomporter(service: Service, token: string, args: string[], stdin?: Uint8Array): Promise<Outcome> {
    const env = { ROOMPORTER_URL: service.url, ROOMPORTER_TOKEN: token, XDG_CONFIG_HOME: this.dir };
    return runProgram(args, { ...(stdin && { stdin }), env });
  }

  async close(): Promise<void> {
    for (const service of this.#services) await service.close();
    await this.homeserver.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** A command of the bundle's, which must succeed. */
export async function succeeds(...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runProgram(args);
  expect(code, `roomporter ${args.join(" ")}\n${stdout.toString()}${stderr}`).to.equal(0);
}
