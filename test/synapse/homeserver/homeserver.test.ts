import { expect } from "chai";
import { homeserverAccess } from "../../../src/adapters/homeserver/access.ts";
import {
  ensureDevice,
  profileOf,
  registerUser as register,
  setProfile,
  whoami,
} from "../../../src/adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../../../src/adapters/homeserver/client.ts";
import { HomeserverError, type MediaSource, type RoomWriter } from "../../../src/ports/homeserver/homeserver.ts";
import { join } from "node:path";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { MatrixClient } from "../../support/matrix-client.ts";
import { writeRegistration, type Registration } from "../../support/registration.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { startSynapse } from "../../support/synapse.ts";
import { registerUser, unique } from "../../support/users.ts";

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const signal = new AbortController().signal;

async function failureOf(call: Promise<unknown>): Promise<HomeserverError> {
  const failure: unknown = await call.catch((error: unknown) => error);
  if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
  return failure;
}

describe("a real homeserver, through the adapter", () => {
  let synapse: SharedSynapse;
  let registration: Registration;
  let ann: MatrixClient;
  let serviceUser: string;
  let writer: RoomWriter;
  let media: MediaSource;

  before(async () => {
    synapse = await sharedSynapse();
    registration = synapse.takeRegistration();
    serviceUser = `@${registration.senderLocalpart}:localhost`;
    ann = await registerUser(synapse.url, unique("ann"), "Ann");
    const { url, serverName } = synapse;
    const service = homeserverAccess({ url, serverName, asToken: registration.asToken, serviceUser, logger }).asService(
      signal,
    );
    ({ writer, media } = service);
  });

  const asService = (): HomeserverClient =>
    new HomeserverClient({ url: synapse.url, accessToken: registration.asToken, userId: serviceUser, logger });
  const asAnn = (): HomeserverClient => new HomeserverClient({ url: synapse.url, accessToken: ann.token, logger });

  it("says whose a token is", async () => {
    expect(await whoami(asAnn())).to.equal(ann.userId);
    expect(await whoami(asService())).to.equal(serviceUser);
    const wrong = new HomeserverClient({ url: synapse.url, accessToken: "wrong", logger });
    expect(await failureOf(whoami(wrong))).to.include({ status: 401, errcode: "M_UNKNOWN_TOKEN" });
  });

  it("makes the service user, once or again, with a device and a profile", async () => {
    await register(asService(), registration.senderLocalpart);
    await register(asService(), registration.senderLocalpart);
    expect(await ensureDevice(asService(), "DEVICE")).to.equal(true);
    await setProfile(asService(), serviceUser, "displayname", "Imported history");
    expect(await profileOf(asService(), serviceUser)).to.include({ displayName: "Imported history" });
    expect(await profileOf(asService(), "@nobody:localhost")).to.deep.equal({
      displayName: undefined,
      avatarUrl: undefined,
    });
  });

  it("fails at what its JSON cannot hold", async () => {
    const roomId = await writer.createRoom({ room_version: "11", preset: "private_chat" });
    const failure = await failureOf(writer.send(roomId, "org.example", "t1", { body: "\ud800" }));
    expect(failure).to.include({ status: 500 });
  });

  it("says of files that are not there that they are not", async () => {
    expect(await failureOf(media.download("mxc://localhost/doesNotExist", signal))).to.include({ status: 404 });
    const begun = performance.now();
    const far = await failureOf(media.download("mxc://unreachable.invalid/abc", signal));
    expect(far.status).to.be.within(400, 504);
    expect(performance.now() - begun).to.be.lessThan(10_000);
  });

  it("gives the same event for the same transaction id after it was killed", async function () {
    this.timeout(120_000);
    const dir = mkdtempSync(join(tmpdir(), "roomporter-registration-"));
    const own = writeRegistration(join(dir, "porter.yaml"), { id: "porter" });
    const homeserver = await startSynapse({ registrations: [own.file] });
    try {
      const settings = {
        url: homeserver.url,
        serverName: "localhost",
        asToken: own.asToken,
        serviceUser: "@porter:localhost",
        logger,
      };
      const { writer: first } = homeserverAccess(settings).asService(signal);
      const roomId = await first.createRoom({ room_version: "12", preset: "private_chat" });
      const eventId = await first.send(roomId, "m.room.message", "t1", { msgtype: "m.text", body: "once" });
      await homeserver.kill();
      const waiting = homeserverAccess(settings)
        .asService(signal)
        .writer.send(roomId, "m.room.message", "t1", { msgtype: "m.text", body: "once" });
      await homeserver.start();
      expect(await waiting).to.equal(eventId);
      const sent = (await first.latest(roomId, 10)).filter(({ type }) => type === "m.room.message");
      expect(sent).to.have.length(1);
    } finally {
      await homeserver.close();
      rmSync(dir, { recursive: true });
    }
  });
});
