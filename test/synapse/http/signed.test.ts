import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keyIdOf } from "../../../src/bundle/signature.ts";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { member, objectMember, stringMember, type JsonObject } from "../../../src/matrix/json.ts";
import { runProgram } from "../../support/command-line.ts";
import { Conversation } from "../../support/conversation.ts";
import { documentedCheck } from "../../support/documented-check.ts";
import { postImport } from "../../support/imported-room.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { sharedService } from "../../support/shared-service.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { testSigner } from "../../support/test-signer.ts";
import { registerUser, unique } from "../../support/users.ts";
import { Api } from "./api.ts";

describe("signed bundles", () => {
  let service: Service;
  let ann: MatrixClient;
  let api: Api;
  let folder: string;
  /** an export of a room by the service */
  let file: string;
  let key: JsonObject;

  before(async () => {
    service = await sharedService();
    ann = await registerUser((await sharedSynapse()).url, unique("ann"));
    api = new Api(service, ann.token);
    folder = await mkdtemp(join(tmpdir(), "roomporter-signed-"));
    const roomId = await ann.createRoom({ name: "Tea" });
    await ann.say(roomId, "I said so");
    file = join(folder, "room.zip");
    await writeFile(file, (await api.exported(roomId)).zip);
    const response = await fetch(`${service.url}/v1/keys`);
    expect(response.status).to.equal(200);
    const keys = member(await response.json(), "keys") as JsonObject[];
    expect(keys).to.have.length(1);
    key = keys[0] as JsonObject;
  });
  after(() => rm(folder, { recursive: true }));

  /** What the new room, the job and its report say. */
  async function importedSignature(bundle: string): Promise<unknown[]> {
    const { status, body } = await postImport(service, ann.token, bundle, { wait: 60 });
    expect(status, JSON.stringify(body)).to.equal(201);
    const roomId = stringMember(body, "room_id") ?? "";
    await ann.join(roomId);
    const mark = await ann.stateContent(roomId, "io.roomporter.imported");
    return [member(mark, "signed_by"), member(objectMember(body, "report"), "signed_by")];
  }

  it("can be checked with openssl by the commands of the documentation", async () => {
    await writeFile(join(folder, "key.pem"), stringMember(key, "pem") ?? "");
    expect(await documentedCheck(folder)).to.deep.include({ ok: true, output: "Signature Verified Successfully\n" });
  });

  it("can be checked on the command line, which gives the key too", async () => {
    const { url } = service;
    const printed = await runProgram(["keys", "--url", url], { env: { ROOMPORTER_TOKEN: ann.token } });
    const pem = join(folder, "printed.pem");
    await writeFile(pem, printed.stdout);
    const good = await runProgram(["bundle", "verify", file, "--key", pem]);
    expect([good.code, good.stderr]).to.deep.equal([0, ""]);
    expect(good.stdout.toString()).to.contain(`Signed by ${stringMember(key, "key_id") ?? ""}, the key you gave.`);
    expect((await runProgram(["bundle", "verify", file, "--key", testSigner().publicKey])).code).to.equal(1);
  });

  it("say in the room they make, and in the report, whose signature it is", async () => {
    const own = { key_id: stringMember(key, "key_id"), server_name: "localhost", verified: true };
    expect(await importedSignature(file)).to.deep.equal([own, own]);

    const stranger = testSigner();
    const unknown = await new Conversation().write(undefined, stranger);
    const theirs = { key_id: keyIdOf(stranger.publicKey), server_name: "acme.org", verified: false };
    expect(await importedSignature(unknown.file)).to.deep.equal([theirs, theirs]);
    await unknown.remove();

    const bare = await new Conversation().write();
    expect(await importedSignature(bare.file)).to.deep.equal([undefined, null]);
    await bare.remove();
  });

  it("are refused where the signature is another one's", async () => {
    const other = await new Conversation().write(undefined, testSigner());
    const [mine, theirs] = [await readFile(file), await readFile(other.file)];
    const end = (zip: Buffer): number => zip.lastIndexOf("PK\x05\x06") + 20;
    const forged = join(folder, "forged.zip");
    await writeFile(forged, Buffer.concat([theirs.subarray(0, end(theirs)), mine.subarray(end(mine))]));
    await other.remove();
    expect((await verifyBundle(forged)).faults.map(({ code }) => code)).to.deep.equal(["signature_invalid"]);
    const { status, body } = await postImport(service, ann.token, forged, { wait: 60 });
    expect([status, body["errcode"]]).to.deep.equal([400, "IO.ROOMPORTER.BAD_BUNDLE"]);
    expect(JSON.stringify(body["reasons"])).to.contain("signature_invalid");
  });
});
