import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { JsonObject } from "../../../src/matrix/json.ts";
import { ALICE, Conversation, type WrittenBundle } from "../../support/conversation.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { PROGRAM, startService, type Service } from "../../support/service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { describeOnSmallDisk, smallDisk, type DiskView, type SmallDisk } from "../../support/small-disk.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "../http/api.ts";

const MIB = 1024 ** 2;
const FILE = 6 * MIB;

for (const [what, reserve] of [
  ["to its last byte", 0],
  ["up to what must stay free", 5 * MIB],
] as const)
  describeOnSmallDisk(`a disk that is full ${what}`, () => {
    let small: SmallDisk;
    let disk: DiskView;
    let service: Service;
    let ivan: MatrixClient;
    let api: Api;
    let bundle: WrittenBundle;
    let room: string;

    before(async () => {
      const synapse = await sharedSynapse();
      small = smallDisk(32 * MIB);
      service = await startService({
        synapse,
        registration: synapse.takeRegistration(),
        program: [...small.prefix, process.execPath, PROGRAM],
        // the database too, as it is by default
        config: {
          storage: { type: "disk", path: join(small.path, "store"), min_free: reserve },
          database: { url: `sqlite:${join(small.path, "roomporter.db")}` },
        },
      });
      disk = small.seenFrom(service.pid);
      ivan = await registerUser(synapse.url, unique("ivan"));
      api = new Api(service, ivan.token);
      const talk = new Conversation();
      const url = talk.file(randomBytes(FILE), "application/zip", "large.zip");
      talk.say(ALICE, "large.zip", { msgtype: "m.file", url });
      bundle = await talk.write();
      room = await ivan.createRoom({ invite: [service.userId] });
      const uri = await ivan.upload(randomBytes(FILE), "application/zip");
      await ivan.send(room, "m.room.message", { msgtype: "m.file", body: "large.zip", url: uri });
      while ((await ivan.stateContent(room, "m.room.member", service.userId))["membership"] !== "join") await sleep(50);
    });
    after(async () => {
      await service.close();
      small.close();
      await bundle.remove();
    });
    afterEach(() => disk.leave(disk.free() + 32 * MIB));

    /** So much is there to be used, and no more. What the service has measured before holds good for a second. */
    async function leave(bytes: number): Promise<void> {
      disk.leave(reserve + bytes);
      if (reserve > 0) await sleep(1_100);
    }
    /** What bundles, uploads and spools take on the disk. */
    function kept(): string[] {
      return ["bundles", "exports", "work"].flatMap((folder) =>
        readdirSync(join(disk.path, "store", folder), { recursive: true, encoding: "utf8" }).filter(
          (name) => !/^run-[^/]*(?:\/lock(?:-journal)?)?$/.test(name),
        ),
      );
    }
    /** What a job held is given back right after its end. */
    async function expectKept(names: string[]): Promise<void> {
      for (let attempt = 0; attempt < 50 && kept().length > names.length; attempt++) await sleep(50);
      expect(kept()).to.have.members(names);
    }
    async function exported(): Promise<JsonObject> {
      const { body } = await api.json(`/v1/rooms/${encodeURIComponent(room)}/exports`, "POST");
      return await api.ended(String(body["job_id"]));
    }
    function expectFull(error: unknown): void {
      expect(error).to.have.property("errcode", "M_RESOURCE_LIMIT_EXCEEDED");
      expect(error)
        .to.have.property("error")
        .that.matches(/^The service has too little free disk space for this. Once its operator has made room, /);
    }
    async function expectAlive(): Promise<void> {
      expect((await fetch(`${service.url}/live`)).status).to.equal(200);
      expect(service.log()).not.to.include("unexpected");
    }

    it("refuses an upload with one clear error, and takes it when there is room again", async () => {
      await leave(2 * MIB);
      const refused = await postImport(service, ivan.token, bundle.file);
      expect(refused.status).to.equal(507);
      expectFull(refused.body);
      expect(kept()).to.deep.equal([]);
      await expectAlive();

      disk.leave(32 * MIB);
      const taken = await postImport(service, ivan.token, bundle.file, { wait: 60 });
      expect(taken.body).to.include({ state: "succeeded" });
      await expectKept([]);
    });

    it("ends an upload that did not say how large it is", async () => {
      await leave(2 * MIB);
      const head = '--b\r\nContent-Disposition: form-data; name="bundle"; filename="a.zip"\r\n\r\n';
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(Buffer.from(head));
          for (let sent = 0; sent < FILE; sent += MIB) controller.enqueue(randomBytes(MIB));
          controller.enqueue(Buffer.from("\r\n--b--\r\n"));
          controller.close();
        },
      });
      const headers = { "content-type": "multipart/form-data; boundary=b" };
      const answer = await api.fetch("/v1/rooms/import", { method: "POST", headers, body, duplex: "half" });
      expect(answer.status).to.equal(507);
      expectFull(await answer.json());
      expect(kept()).to.deep.equal([]);
      await expectAlive();
    });

    for (const [where, room] of [
      ["collecting the room", FILE / 2],
      ["writing the bundle", FILE * 1.5],
    ] as const)
      it(`fails an export that is ${where}, gives its space back, and lets it be retried`, async () => {
        const had = kept();
        await leave(room);
        const before = disk.free();
        const failed = await exported();
        expect(failed["state"]).to.equal("failed");
        expectFull(failed["error"]);
        expect(kept()).to.deep.equal(had);
        // the job itself is in the database
        expect(disk.free()).to.be.greaterThan(before - MIB / 2);
        await expectAlive();

        disk.leave(32 * MIB);
        const { status } = await api.json(`/v1/jobs/${String(failed["job_id"])}/retry`, "POST");
        expect(status).to.equal(202);
        const retried = await api.ended(String(failed["job_id"]));
        expect(retried).to.include({ state: "succeeded" });
        await expectKept([...had, `${String(failed["job_id"])}.zip`]);
      });

    it("refuses an export that is asked for at once", async () => {
      await leave(FILE / 2);
      const { status, body } = await api.exported(room);
      expect(status).to.equal(507);
      expectFull(body);
      await expectAlive();
    });

    it("is named where the service is asked whether it is ready", async () => {
      const ready = async (): Promise<unknown> => (await fetch(`${service.url}/ready`)).json();
      if (reserve > 0) {
        await leave(-MIB);
        const { missing } = (await ready()) as { missing: { name: string; message: string }[] };
        expect(missing.map(({ name }) => name)).to.deep.equal(["storage"]);
        expect(missing[0]?.message).to.match(/^\d+ bytes are free, and 5242880 must stay so$/);
      }
      disk.leave(32 * MIB);
      expect(await ready()).to.deep.equal({ ready: true, missing: [], warnings: [] });
    });
  });
