import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { Conversation } from "../../support/conversation.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { countingGate, type CountingGate } from "../../support/counting-gate.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { registerUser } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";

describe("an import that is interrupted", () => {
  let dir: string;
  let synapse: Synapse;
  let gate: CountingGate;
  let service: Service;
  let user: MatrixClient;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-interrupted-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
    synapse = await startSynapse({ registrations: [registration.file] });
    gate = await countingGate(synapse.url);
    service = await startService({ synapse: { url: gate.url, serverName: synapse.serverName }, registration });
    user = await registerUser(synapse.url, "ivan");
  });

  after(async () => {
    await service.close();
    await gate.close();
    await synapse.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function job(id: string): Promise<JsonObject> {
    const headers = { authorization: `Bearer ${user.token}` };
    const response = await fetch(`${service.url}/v1/jobs/${id}`, { headers });
    return (await response.json()) as JsonObject;
  }

  async function ends(id: string): Promise<JsonObject> {
    for (;;) {
      const now = await job(id);
      if (now["state"] === "succeeded") return now;
      if (now["state"] !== "queued" && now["state"] !== "running") throw new Error(JSON.stringify(now));
      await sleep(100);
    }
  }

  it("by kill -9 of the service and of the homeserver, many times, ends in the same room, with nothing lost, doubled or reordered", async function () {
    this.timeout(180_000);
    const talk = variedConversation(14);
    const bundle = await talk.write();
    const { status, body } = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    expect(status).to.equal(202);
    const id = String(body["job_id"]);

    await service.kill(); // at once: perhaps before the room is noted down
    let reached = gate.reaches(7, "done");
    await service.start();
    for (const next of [23, 41, 55]) {
      await reached;
      await service.kill();
      gate.open();
      reached = gate.reaches(next, next === 23 ? "held" : "done");
      await service.start();
    }
    for (const next of [70, 85]) {
      await reached;
      await synapse.kill();
      gate.open();
      reached = gate.reaches(next, next === 70 ? "held" : "done");
      await sleep(1_000);
      await synapse.start();
    }
    await reached;
    await Promise.all([service.kill(), synapse.kill()]);
    gate.open();
    await synapse.start();
    await service.start();

    const room = await ImportedRoom.joined(user, await ends(id));
    expectReplayed(talk, room);
  });

  it("before its room was noted down makes no second one", async () => {
    const serviceUser = new MatrixClient(synapse.url, service.asToken, service.userId);
    const before = (await serviceUser.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"] as string[];
    const bundle = await new Conversation().write();
    const { body } = await postImport(service, user.token, bundle.file);
    await bundle.remove();
    await service.kill();
    await service.start();
    await ends(String(body["job_id"]));
    const after = (await serviceUser.request("GET", "/_matrix/client/v3/joined_rooms"))["joined_rooms"] as string[];
    expect(after).to.have.lengthOf(before.length + 1);
  });
});
