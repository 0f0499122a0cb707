import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postImport } from "../test/support/imported-room.ts";
import { MatrixClient } from "../test/support/matrix-client.ts";
import { freePort } from "../test/support/process.ts";
import { writeRegistration } from "../test/support/registration.ts";
import { startService, type Service } from "../test/support/service.ts";
import { analyseDatabase, startSynapse, type Synapse } from "../test/support/synapse.ts";
import { moduleFor, setModule } from "../test/support/synapse-module.ts";
import { registerUser } from "../test/support/users.ts";
import { BUILT } from "./program.ts";

/** A Synapse that has the module at first, and a service that hears of what is sent. */
export class LaneWorld {
  readonly synapse: Synapse;
  readonly service: Service;
  readonly user: MatrixClient;
  /** a folder for files; removed at the end */
  readonly dir: string;
  /** SQLite gathers no statistics by itself; PostgreSQL does */
  readonly #onFile: boolean;

  private constructor(dir: string, synapse: Synapse, onFile: boolean, service: Service, user: MatrixClient) {
    this.dir = dir;
    this.synapse = synapse;
    this.#onFile = onFile;
    this.service = service;
    this.user = user;
  }

  /** @param database URL of an empty PostgreSQL database; default: SQLite */
  static async start(database: string | undefined): Promise<LaneWorld> {
    const dir = mkdtempSync(join(tmpdir(), "roomporter-lane-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    const config = moduleFor("roomporter");
    const synapse = await startSynapse({ registrations: [registration.file], config, database });
    const service = await startService({ synapse, registration, program: BUILT });
    const onFile = database === undefined;
    return new LaneWorld(dir, synapse, onFile, service, await registerUser(synapse.url, "ann"));
  }

  /** A room of the service's, with nobody else in it. */
  newRoom(): Promise<string> {
    return new MatrixClient(this.synapse.url, this.service.asToken, this.service.userId).createRoom({
      room_version: "12",
    });
  }

  /** Imports a bundle, and gives the room's id. @throws Error where it is refused */
  async import(bundle: string): Promise<string> {
    const { status, body } = await postImport(this.service, this.user.token, bundle, { wait: 600 });
    if (status !== 201 || typeof body["room_id"] !== "string") throw new Error(`import → ${status}`);
    return body["room_id"];
  }

  /** The homeserver begins again, with the module or without, and with the statistics of what it holds by now. */
  async restart(module: "with" | "without"): Promise<void> {
    await this.synapse.stop();
    if (this.#onFile) analyseDatabase(this.synapse);
    setModule(this.synapse, module === "with" ? "roomporter" : undefined);
    await this.synapse.start();
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.synapse.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
