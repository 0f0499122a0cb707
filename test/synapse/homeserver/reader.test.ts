import { expect } from "chai";
import { whoami } from "../../../src/adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../../../src/adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "../../../src/adapters/homeserver/media/media-source.ts";
import { HomeserverReader } from "../../../src/adapters/homeserver/reading/room-reader.ts";
import { timelinePage } from "../../../src/adapters/homeserver/reading/room-answers.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import { roomReaderContract, type ReadSubject } from "../../contracts/room-reader.ts";
import { SILENT } from "../../support/fakes/logger.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { syntheticHomeserver, type SyntheticHomeserver } from "../../support/synthetic-homeserver.ts";
import { registerUser, unique } from "../../support/users.ts";

interface Server {
  url: string;
  serverName: string;
  user: { userId: string; token: string };
}

const clientOf = (url: string, accessToken: string): HomeserverClient =>
  new HomeserverClient({ url, accessToken, logger: SILENT });

/** The adapter before a server that speaks HTTP. */
function over({ url, serverName, user }: Server, rest: Pick<ReadSubject, "roomId" | "file">): ReadSubject {
  const client = clientOf(url, user.token);
  return {
    reader: new HomeserverReader(client, user.userId),
    media: new HomeserverMediaSource(client, serverName),
    page: (limit, from) => timelinePage(client, rest.roomId, { dir: "b", limit, from }),
    missing: `mxc://${serverName}/doesNotExist`,
    ...rest,
  };
}

async function expectToKnowTokens({ url, user }: Server): Promise<void> {
  expect(await whoami(clientOf(url, user.token))).to.equal(user.userId);
  const failure: unknown = await whoami(clientOf(url, "wrong")).catch((error: unknown) => error);
  expect(failure).to.be.instanceOf(HomeserverError).with.property("errcode", "M_UNKNOWN_TOKEN");
}

describe("Synapse", () => {
  roomReaderContract("read from", async () => {
    const { url, serverName } = await sharedSynapse();
    const ann = await registerUser(url, unique("ann"), "Ann");
    const roomId = await ann.createRoom({ name: "Tea" });
    for (let i = 0; i < 30; i++) await ann.say(roomId, `message ${i}`);
    const bytes = Buffer.from("some text");
    const uri = await ann.upload(bytes, "text/plain", "some.txt");
    const file = { uri, bytes, mimetype: "text/plain" };
    return { ...over({ url, serverName, user: ann }, { roomId, file }), givesSnapshots: true };
  });
});

describe("the synthetic homeserver of tests and bench", () => {
  let homeserver: SyntheticHomeserver;
  before(async () => {
    homeserver = await syntheticHomeserver({ events: 60, fileEvery: 20 });
  });
  after(() => homeserver.close());

  it("knows whose a token is", () => expectToKnowTokens(homeserver));

  roomReaderContract("read from", async () => {
    const { serverName, room } = homeserver;
    const uri = `mxc://${serverName}/file20`;
    const bytes = room.file("file20") ?? Buffer.alloc(0);
    return over(homeserver, { roomId: room.roomId, file: { uri, bytes, mimetype: "text/plain" } });
  });
});
