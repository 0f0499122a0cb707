import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { answerWith, forwardingServer, type ForwardingServer } from "../../support/forwarding-server.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import { startService, type Service } from "../../support/service.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser } from "../../support/users.ts";
import { eventually, membershipOf, messagesOf, said, wordsOf } from "../bot/talk.ts";

describe("a homeserver that is killed with transactions that it has not pushed", function () {
  this.timeout(120_000);
  let dir: string;
  let between: ForwardingServer | undefined;
  let synapse: Synapse | undefined;
  let service: Service | undefined;
  let ann: MatrixClient;
  let roomId: string;
  /** transactions get no answer */
  let holds = false;
  let held = 0;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "roomporter-missed-"));
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(dir, "service.yaml"), { id: "porter", url });
    between = await forwardingServer(url, async ({ request, response, forward }) => {
      if (!holds || request.method !== "PUT") answerWith(response, await forward());
      else held++;
    });
    const theirs = JSON.parse(readFileSync(registration.file, "utf8")) as Record<string, unknown>;
    const file = join(dir, "homeserver.yaml");
    writeFileSync(file, JSON.stringify({ ...theirs, url: between.url }));
    synapse = await startSynapse({ registrations: [file] });
    service = await startService({ synapse, registration });
    ann = await registerUser(synapse.url, "ann");
    roomId = await ann.createRoom({ name: "Tea" });
    await ann.invite(roomId, service.userId);
    const { userId } = service;
    await eventually("the bot joins", async () => (await membershipOf(userId, ann, roomId)) === "join");
  });

  after(async () => {
    await service?.close();
    await synapse?.close();
    await between?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("is asked for the commands that it has forgotten, and each is answered once", async () => {
    if (!synapse || !service) throw new Error("not started");
    const { userId } = service;
    const log = service.log;
    await ann.say(roomId, "!help");
    await said(userId, ann, roomId, "!export");
    holds = true;
    await ann.say(roomId, "anybody here?");
    await until(() => held > 0);
    await ann.say(roomId, "!jobs");
    await synapse.kill();
    holds = false;
    // one that is back before anybody has asked for it is noticed by its next transaction
    await eventually("the service notices", async () => log().includes("does not answer"));
    await synapse.start();
    await said(userId, ann, roomId, "no jobs");
    expect(service.log()).to.include('"commands":1');
    const answers = (await messagesOf(userId, ann, roomId)).map(wordsOf);
    expect(answers.filter((words) => words.includes("!export"))).to.have.lengthOf(1);
    expect(answers).to.have.lengthOf(2);
  });
});
