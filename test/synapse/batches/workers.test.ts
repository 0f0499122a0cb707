import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPostgres } from "../../../scripts/postgres.js";
import { describeWhere } from "../../support/describe-where.ts";
import { MatrixClient, RequestError } from "../../support/matrix-client.ts";
import { writeRegistration } from "../../support/registration.ts";
import { moduleFor, setModule } from "../../support/synapse-module.ts";
import { findRedis, startSynapseWithWorker, type SynapseWithWorker } from "../../support/synapse-worker.ts";
import { unique } from "../../support/users.ts";
import { ENDPOINT, text } from "./world.ts";

const redis = findRedis();
const missing = findPostgres() === undefined ? "no PostgreSQL (apt install postgresql)" : undefined;

describeWhere(
  missing ?? (redis === undefined ? "no Redis for it" : undefined),
  "the module for Synapse, with workers",
  () => {
    let dir: string;
    let synapse: SynapseWithWorker;
    /** through the process that stores no events, and through the one that does */
    let atMain: MatrixClient;
    let atWorker: MatrixClient;
    let room: string;

    before(async function () {
      this.timeout(120_000);
      dir = mkdtempSync(join(tmpdir(), "roomporter-module-"));
      const { file, asToken } = writeRegistration(join(dir, "own.yaml"), { id: "roomporter" });
      synapse = await startSynapseWithWorker(redis ?? "", { registrations: [file], config: moduleFor("roomporter") });
      [atMain, atWorker] = [synapse.main, synapse.worker].map(
        ({ url }) => new MatrixClient(url, asToken, "@roomporter:localhost"),
      ) as [MatrixClient, MatrixClient];
      room = await atMain.createRoom({ room_version: "12" });
    });
    after(async () => {
      await synapse.close();
      rmSync(dir, { recursive: true, force: true });
    });

    async function batch(client: MatrixClient, events: unknown[], txn = unique("txn"), more = ""): Promise<string[]> {
      const json = { room_id: room, txn_id: txn, events } as never;
      return (await client.request("POST", `${ENDPOINT}/batch${more}`, { json }))["event_ids"] as string[];
    }
    const refusal = (client: MatrixClient, events: unknown[], more?: string): Promise<unknown> =>
      batch(client, events, undefined, more).then(
        (ids) => ids,
        (error: unknown) => error,
      );
    const many = Array.from({ length: 250 }, (_, i) => text(`message ${i}`));

    it("hands a call to the process that stores the room's events, and waits until it knows of them", async () => {
      const ids = await batch(atMain, many);
      const timeline = (await atMain.timeline(room)).map(({ event_id }) => event_id);
      expect(timeline.slice(-ids.length)).to.deep.equal(ids);
      expect(ids).to.have.lengthOf(many.length);
    });

    it("sends once what is called for in both processes at the same time", async () => {
      const txn = unique("both");
      const [one, other] = await Promise.all([batch(atMain, many, txn), batch(atWorker, many, txn)]);
      expect(other).to.deep.equal(one);
      const bodies = (await atMain.timeline(room)).filter(({ event_id }) => one.includes(event_id));
      expect(bodies.map(({ event_id }) => event_id)).to.deep.equal(one);
      expect(await batch(atMain, many, txn)).to.deep.equal(one);
    });

    it("refuses there as here", async () => {
      const tooLarge = [text("x".repeat(70_000))];
      for (const client of [atMain, atWorker])
        expect(await refusal(client, tooLarge)).to.include({ status: 413, errcode: "M_TOO_LARGE" });
      // both take the other one for it
      expect(await refusal(atMain, many, "?forwarded=true")).to.include({ status: 400, errcode: "M_UNRECOGNIZED" });
    });

    it("refuses where the process that stores the room's events has no module, or is away", async () => {
      await synapse.worker.stop();
      setModule(synapse.main, undefined);
      await synapse.worker.start();
      expect(await refusal(atMain, many)).to.include({ status: 400, errcode: "M_UNRECOGNIZED" });
      await atMain.say(room, "singly");
      await synapse.worker.kill();
      expect(await refusal(atMain, many))
        .to.be.instanceOf(RequestError)
        .with.property("status", 502);
      setModule(synapse.main, "roomporter");
      await synapse.worker.start();
      expect(await batch(atMain, many)).to.have.lengthOf(many.length);
    });
  },
);
