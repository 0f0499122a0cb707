import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { parseClientEvent, type ClientEvent } from "../../src/matrix/event.ts";
import { member, stringMember, type JsonValue } from "../../src/matrix/json.ts";
import {
  HomeserverError,
  type MediaSource,
  type RoomReader,
  type TimelinePage,
} from "../../src/ports/homeserver/homeserver.ts";

/** Somebody who reads a room of 30 to 100 events, with a name, in which they are; and one file. */
export interface ReadSubject {
  reader: RoomReader;
  media: MediaSource;
  roomId: string;
  /** a page of at most so many events */
  page(limit: number, from: string | undefined): Promise<TimelinePage>;
  file: { uri: string; bytes: Buffer; mimetype: string };
  /** it is known to tell state and newest page together */
  givesSnapshots?: true;
  /** the address of a file that is not there */
  missing: string;
}

const { signal } = new AbortController();

/** Without its age, and what stands beside it in one answer only: nothing that an export keeps. */
function told({ unsigned: { age: _age, "m.relations": _relations, ...unsigned } = {}, ...event }: ClientEvent): object {
  return { ...event, unsigned };
}

const parsed = (chunk: Iterable<JsonValue>): object[] =>
  Array.from(chunk, parseClientEvent)
    .filter((event) => event !== undefined)
    .map(told);

const idsOf = (chunk: Iterable<JsonValue>): unknown[] => Array.from(chunk, (event) => stringMember(event, "event_id"));

/** What every RoomReader and MediaSource does, as far as exports rely on it. */
export function roomReaderContract(title: string, subjectOf: () => Promise<ReadSubject>): void {
  describe(title, () => {
    let subject: ReadSubject;
    before(async () => {
      subject = await subjectOf();
    });

    const statusOf = async (call: Promise<unknown>): Promise<string> => {
      const failure: unknown = await call.catch((error: unknown) => error);
      if (!(failure instanceof HomeserverError)) throw new Error("no HomeserverError");
      return `${failure.status} ${failure.errcode}`;
    };

    async function pages(limit: number): Promise<JsonValue[][]> {
      const chunks: JsonValue[][] = [];
      for (let from: string | undefined, more = true; more; more = from !== undefined) {
        const page = await subject.page(limit, from);
        chunks.push([...page.chunk]);
        from = page.end;
      }
      return chunks;
    }

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
      let page = await subject.reader.messages(subject.roomId, undefined, signal);
      while (page.end !== undefined) page = await subject.reader.messages(subject.roomId, page.end, signal);
      expect([...page.chunk]).to.deep.equal([]);
    });

    it("serves the state, which stands in the timeline too", async () => {
      const { roomId, reader } = subject;
      const state = await reader.state(roomId, signal);
      const types = state.map(({ type }) => type);
      expect(types).to.include.members(["m.room.create", "m.room.member", "m.room.power_levels", "m.room.name"]);
      expect(state.every((event) => typeof event.state_key === "string")).to.equal(true);
      const timeline = (await pages(1000)).flat().map((event) => stringMember(event, "event_id"));
      expect(timeline).to.include.members(state.map((event) => event.event_id));
      const own = await reader.stateEvent(roomId, "m.room.member", reader.userId);
      expect(own).to.deep.include({ sender: reader.userId, state_key: reader.userId });
      expect(own?.content).to.include({ membership: "join" });
      expect(await reader.stateEvent(roomId, "org.example.none", "")).to.equal(undefined);
    });

    it("tells state and newest page together, where it does, as it tells each of them", async () => {
      const { roomId, reader } = subject;
      const snapshot = await reader.snapshot?.(roomId, signal);
      if (subject.givesSnapshots) expect(snapshot).not.to.equal(undefined);
      if (!snapshot) return;
      expect(snapshot.state.map(told)).to.have.deep.members((await reader.state(roomId, signal)).map(told));
      const { chunk } = await reader.messages(roomId, undefined, signal);
      expect(parsed(snapshot.page.chunk)).to.deep.equal(parsed(chunk).slice(0, snapshot.page.chunk.length));
      const { end } = snapshot.page;
      const later = end === undefined ? [] : [...(await reader.messages(roomId, end, signal)).chunk];
      expect(idsOf([...snapshot.page.chunk, ...later])).to.deep.equal(idsOf((await pages(1000)).flat()));
    });

    it("gives no snapshot of a room that it does not know", async () => {
      expect(await subject.reader.snapshot?.("!nowhere:localhost", signal)).to.equal(undefined);
    });

    it("refuses a room that it does not know", async () => {
      expect(await statusOf(subject.reader.messages("!nowhere:localhost", undefined, signal))).to.equal(
        "403 M_FORBIDDEN",
      );
      expect(await statusOf(subject.reader.state("!nowhere:localhost", signal))).to.equal("403 M_FORBIDDEN");
    });

    it("gives out files, and says of others that they are not there", async () => {
      const { uri, bytes, mimetype } = subject.file;
      const file = await subject.media.download(uri, signal);
      expect(file.mimetype).to.equal(mimetype);
      expect((await buffer(file.body)).equals(bytes)).to.equal(true);
      const missing = subject.media.download(subject.missing, signal);
      expect(await statusOf(missing)).to.equal("404 M_NOT_FOUND");
    });
  });
}
