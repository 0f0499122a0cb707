import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { whoami } from "../../src/adapters/homeserver/accounts.ts";
import { HomeserverClient } from "../../src/adapters/homeserver/client.ts";
import { HomeserverMediaSource } from "../../src/adapters/homeserver/media/media-source.ts";
import { HomeserverReader, timelinePage } from "../../src/adapters/homeserver/room-reader.ts";
import { member, stringMember, type JsonValue } from "../../src/matrix/json.ts";
import { HomeserverError } from "../../src/ports/homeserver/homeserver.ts";

/** A homeserver with a room of 30 to 100 events, and one file. */
export interface ReadSubject {
  url: string;
  serverName: string;
  user: { userId: string; token: string };
  roomId: string;
  file: { uri: string; bytes: Buffer; mimetype: string };
}

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const { signal } = new AbortController();

/** What exports rely on when they read a room: every homeserver of the tests does it, and the synthetic one as the real one. */
export function readerContract(title: string, subjectOf: () => Promise<ReadSubject>): void {
  describe(title, () => {
    let subject: ReadSubject;
    let client: HomeserverClient;
    let reader: HomeserverReader;
    let media: HomeserverMediaSource;

    before(async () => {
      subject = await subjectOf();
      const { url, serverName, user } = subject;
      client = new HomeserverClient({ url, accessToken: user.token, logger });
      reader = new HomeserverReader(client, user.userId);
      media = new HomeserverMediaSource(client, serverName);
    });

    const statusOf = async (call: Promise<unknown>): Promise<string> => {
      const failure: unknown = await call.catch((error: unknown) => error);
      if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
      return `${failure.status} ${failure.errcode}`;
    };

    async function pages(limit: number): Promise<JsonValue[][]> {
      const chunks: JsonValue[][] = [];
      for (let from: string | undefined, more = true; more; more = from !== undefined) {
        const page = await timelinePage(client, subject.roomId, { dir: "b", limit, from });
        chunks.push(page.chunk);
        from = page.end;
      }
      return chunks;
    }

    it("knows whose a token is", async () => {
      expect(await whoami(client)).to.equal(subject.user.userId);
      const wrong = new HomeserverClient({ url: subject.url, accessToken: "wrong", logger });
      expect(await statusOf(whoami(wrong))).to.equal("401 M_UNKNOWN_TOKEN");
    });

    it("serves the timeline in pages, newest first, each event once, however long a page is", async () => {
      const small = await pages(7);
      expect(small.every((chunk) => chunk.length <= 7)).to.equal(true);
      const ids = small.flat().map((event) => stringMember(event, "event_id"));
      expect(ids).to.have.length.within(30, 100);
      expect(new Set(ids).size).to.equal(ids.length);
      const whole = (await pages(1000)).flat();
      expect(whole.map((event) => stringMember(event, "event_id"))).to.deep.equal(ids);
      const times = whole.map((event) => member(event, "origin_server_ts") as number);
      expect(times).to.deep.equal(times.toSorted((a, b) => b - a));
    });

    it("ends the history at the room's creation, with a page that has no end", async () => {
      const all = (await pages(11)).flat();
      expect(stringMember(all.at(-1), "type")).to.equal("m.room.create");
      let page = await reader.messages(subject.roomId, undefined, signal);
      while (page.end !== undefined) page = await reader.messages(subject.roomId, page.end, signal);
      expect(page.chunk).to.deep.equal([]);
    });

    it("serves the state, which stands in the timeline too", async () => {
      const { roomId, user } = subject;
      const state = await reader.state(roomId, signal);
      const types = state.map(({ type }) => type);
      expect(types).to.include.members(["m.room.create", "m.room.member", "m.room.power_levels", "m.room.name"]);
      expect(state.every((event) => typeof event.state_key === "string")).to.equal(true);
      const timeline = (await pages(1000)).flat().map((event) => stringMember(event, "event_id"));
      expect(timeline).to.include.members(state.map((event) => event.event_id));
      const own = await reader.stateEvent(roomId, "m.room.member", user.userId);
      expect(own).to.deep.include({ sender: user.userId, state_key: user.userId });
      expect(own?.content).to.include({ membership: "join" });
      expect(await reader.stateEvent(roomId, "org.example.none", "")).to.equal(undefined);
    });

    it("refuses a room that it does not know", async () => {
      expect(await statusOf(reader.messages("!nowhere:localhost", undefined, signal))).to.equal("403 M_FORBIDDEN");
      expect(await statusOf(reader.state("!nowhere:localhost", signal))).to.equal("403 M_FORBIDDEN");
    });

    it("gives out files, and says of others that they are not there", async () => {
      const { uri, bytes, mimetype } = subject.file;
      const file = await media.download(uri, signal);
      expect(file.mimetype).to.equal(mimetype);
      expect((await buffer(file.body)).equals(bytes)).to.equal(true);
      const missing = media.download(`mxc://${subject.serverName}/doesNotExist`, signal);
      expect(await statusOf(missing)).to.equal("404 M_NOT_FOUND");
    });
  });
}
