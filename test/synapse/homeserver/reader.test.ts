import { sharedSynapse } from "../../support/shared-synapse.ts";
import { syntheticHomeserver, type SyntheticHomeserver } from "../../support/synthetic-homeserver.ts";
import { registerUser, unique } from "../../support/users.ts";
import { readerContract } from "../../contracts/room-reader.ts";

readerContract("reading from Synapse", async () => {
  const { url, serverName } = await sharedSynapse();
  const ann = await registerUser(url, unique("ann"), "Ann");
  const roomId = await ann.createRoom({ name: "Tea" });
  for (let i = 0; i < 30; i++) await ann.say(roomId, `message ${i}`);
  const bytes = Buffer.from("some text");
  const uri = await ann.upload(bytes, "text/plain", "some.txt");
  return { url, serverName, user: ann, roomId, file: { uri, bytes, mimetype: "text/plain" } };
});

describe("the synthetic homeserver of tests and bench", () => {
  let homeserver: SyntheticHomeserver;
  after(() => homeserver.close());

  readerContract("read from", async () => {
    homeserver = await syntheticHomeserver({ events: 60, fileEvery: 20 });
    const { url, serverName, user, room } = homeserver;
    const uri = `mxc://${serverName}/file20`;
    const bytes = room.file("file20") ?? Buffer.alloc(0);
    return { url, serverName, user, roomId: room.roomId, file: { uri, bytes, mimetype: "text/plain" } };
  });
});
