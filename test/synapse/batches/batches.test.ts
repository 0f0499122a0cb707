import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { objectMember, type JsonObject } from "../../../src/matrix/json.ts";
import { ALICE } from "../../support/conversation.ts";
import { describeWhere } from "../../support/describe-where.ts";
import { expectReplayed } from "../../support/expect-replayed.ts";
import { countingGate, type CountingGate } from "../../support/counting-gate.ts";
import { ImportedRoom, postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import type { Synapse } from "../../support/synapse.ts";
import { moduleFor, setModule } from "../../support/synapse-module.ts";
import { until } from "../../support/until.ts";
import { registerUser } from "../../support/users.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { ON_POSTGRES, ON_SQLITE } from "./grounds.ts";
import { Api } from "../http/api.ts";

for (const ground of [ON_SQLITE, ON_POSTGRES])
  describeWhere(ground.missing, `an import with the module, on ${ground.name}`, function () {
    // the homeserver is started again and again
    this.timeout(180_000);

    let dir: string;
    let synapse: Synapse;
    let gate: CountingGate;
    let service: Service;
    let user: MatrixClient;

    before(async () => {
      dir = mkdtempSync(join(tmpdir(), "roomporter-batches-"));
      const url = `http://127.0.0.1:${await freePort()}`;
      const registration = writeRegistration(join(dir, "registration.yaml"), { id: "roomporter", url });
      synapse = await ground.start({ registrations: [registration.file], config: moduleFor("roomporter") });
      gate = await countingGate(synapse.url, /^POST .*\/roomporter\/v1\/batch/);
      service = await startService({ synapse: { url: gate.url, serverName: synapse.serverName }, registration });
      user = await registerUser(synapse.url, "ivan");
    });

    after(async () => {
      await service.close();
      await gate.close();
      await synapse.close();
      rmSync(dir, { recursive: true, force: true });
    });

    it("gives the same room as one event at a time, event by event, and goes in batches", async () => {
      const talk = variedConversation(6);
      talk.say(ALICE, "a word for the search: kingfisher");
      const before = gate.writes;
      const together = await ImportedRoom.of(service, user, talk);
      expect(gate.writes - before).to.be.within(1, 40);
      await synapse.stop();
      setModule(synapse, undefined);
      await synapse.start();
      const singly = await ImportedRoom.of(service, user, talk);
      const beside = await aside(singly);
      await synapse.stop();
      setModule(synapse, "roomporter");
      await synapse.start();
      expectReplayed(talk, together);
      const [batched, single] = [comparable(together), comparable(singly)];
      for (const [index, event] of batched.entries()) expect(event, String(index)).to.deep.equal(single[index]);
      expect(batched).to.have.lengthOf(single.length);
      // the module keeps imports out of the homeserver's search, and takes out what came in without it
      expect(beside).to.include({ notification_count: 0, highlight_count: 0, found: 1 });
      expect(await aside(together)).to.deep.equal({ ...beside, found: 0 });
      await until(async () => (await aside(singly))["found"] === 0);
      expect(together.report["events"]).to.deep.equal(singly.report["events"]);
    });

    // its database has no part in that
    if (ground === ON_SQLITE)
      it("by kill -9 of the service and of the homeserver, and by the module that comes and goes, ends in the same room", async () => {
        const talk = variedConversation(24);
        const bundle = await talk.write();
        const first = gate.writes;
        let reached = gate.reaches(first + 2, "done");
        const { body } = await postImport(service, user.token, bundle.file);
        await bundle.remove();
        const id = String(body["job_id"]);

        await reached; // all of a batch is there, and nobody has noted it down
        await service.kill();
        gate.open();
        reached = gate.reaches(first + 5, "done");
        await service.start();
        await reached; // the same of the homeserver, which comes back without the module: the rest goes singly
        await synapse.kill();
        gate.open();
        setModule(synapse, undefined);
        await synapse.start();
        await reachesEvents(id, 60);
        await service.kill();
        await synapse.stop();
        setModule(synapse, "roomporter");
        await synapse.start();
        reached = gate.reaches(gate.writes + 3, "held");
        await service.start();
        await reached;
        await Promise.all([service.kill(), synapse.kill()]);
        gate.open();
        await synapse.start();
        await service.start();

        expectReplayed(talk, await ImportedRoom.joined(user, await new Api(service, user.token).ended(id)));
      });

    async function reachesEvents(id: string, events: number): Promise<void> {
      const api = new Api(service, user.token);
      for (;;) {
        const { state, progress } = (await api.json(`/v1/jobs/${id}`)).body;
        if (Number(objectMember({ progress }, "progress")?.["done"]) >= events) return;
        expect(state).to.be.oneOf(["queued", "running"]);
        await sleep(50);
      }
    }
  });

/** What the homeserver serves, but for what differs between any two rooms: ids, and when it was made and served. */
function comparable({ timeline, roomId }: ImportedRoom): unknown[] {
  const names = new Map(timeline.map(({ event_id }, index) => [event_id, `$${String(index)}`]));
  const shown = timeline.map((event) => (event.state_key === undefined ? event : { ...event, origin_server_ts: 0 }));
  const text = JSON.stringify(shown, (key, value: unknown) =>
    ["age", "imported_at", "job_id", "io.roomporter.creation"].includes(key) ? undefined : value,
  );
  const named: unknown = JSON.parse(
    text
      .replaceAll(roomId, "!room")
      .replace(/\$[\w-]{43}/g, (id) => names.get(id) ?? id)
      .replace(/mxc:\/\/localhost\/\w+/g, "mxc://file"),
  );
  return Array.isArray(named) ? named : [];
}

/** What a member sees of a room beside its timeline. */
async function aside({ user, roomId }: ImportedRoom): Promise<JsonObject> {
  const room = JSON.stringify({ room: { rooms: [roomId], timeline: { limit: 1 } } });
  const sync = await user.request("GET", "/_matrix/client/v3/sync", { query: { filter: room } });
  const unread = objectMember(objectMember(objectMember(sync, "rooms"), "join"), roomId);
  const events = { search_term: "kingfisher", filter: { rooms: [roomId] } };
  const search = await user.request("POST", "/_matrix/client/v3/search", {
    json: { search_categories: { room_events: events } },
  });
  const results = objectMember(objectMember(search, "search_categories"), "room_events");
  return { ...objectMember(unread, "unread_notifications"), found: results?.["count"] ?? null };
}
