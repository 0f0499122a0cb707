import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { HomeserverError, type TimelinePage } from "../../../../src/ports/homeserver/homeserver.ts";
import { collect, type Collected } from "./collected.ts";
import { until } from "../../../support/until.ts";
import { ANN, BOB, PretendRoom } from "../../../support/fakes/pretend-room.ts";

/** A room that stops answering after so many pages. */
class BreakingRoom extends PretendRoom {
  breaksAfter = Infinity;
  untilBreak = (): Promise<void> => Promise.resolve();

  override async messages(roomId: string, from: string | undefined, signal: AbortSignal): Promise<TimelinePage> {
    if (this.breaksAfter-- > 0) return super.messages(roomId, from, signal);
    await this.untilBreak();
    throw new HomeserverError(0, "M_UNKNOWN", "away");
  }
}

describe("an export that goes on after it was interrupted", () => {
  let spool: string;
  beforeEach(async () => {
    spool = join(await mkdtemp(join(tmpdir(), "roomporter-resume-")), "job");
  });
  afterEach(() => rm(join(spool, ".."), { recursive: true }));

  const collectFrom = (room: PretendRoom, more: object = {}): Promise<Collected> =>
    collect({ reader: room, media: room, resumeIn: spool, ...more });

  /** Members who come and go, names that change, files, redactions, an event that is none, a date before the beginning. */
  function busyRoom(): BreakingRoom {
    const room = new BreakingRoom();
    room.member(BOB, "join", { displayname: "Bob", avatar_url: "mxc://here/bob" });
    room.file("mxc://here/bob", "face");
    room.set("m.room.history_visibility", { history_visibility: "joined" });
    for (let i = 0; i < 12; i++) {
      room.file(`mxc://here/${String(i)}`, `file ${String(i % 7)}`);
      room.say(`${String(i)}.txt`, { sender: i % 2 ? BOB : ANN }, { url: `mxc://here/${String(i)}` });
    }
    room.member(BOB, "leave");
    room.say("while Bob is away", {}, { url: "mxc://here/gone" });
    room.member(BOB, "join", { displayname: "Robert" });
    room.timeline.push({ event_id: "$none", type: 7 });
    room.say("one \ud800 half", { sender: BOB });
    room.event("m.room.encrypted", { ciphertext: "x" });
    return room;
  }

  async function interrupted(room: BreakingRoom, pages: number, more: object = {}): Promise<void> {
    room.breaksAfter = pages;
    const failure = await collectFrom(room, more).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(HomeserverError);
    room.breaksAfter = Infinity;
    room.pagesAsked.length = 0;
    room.filesAsked.length = 0;
  }

  for (const options of [
    {},
    { visibleTo: BOB },
    { options: { ...WHOLE_ROOM, media: false, since: 4000, until: 15_000 } },
  ])
    it(`gives the same bundle wherever that was (${JSON.stringify(options)})`, async () => {
      const whole = await collect({ reader: busyRoom(), media: busyRoom(), ...options });
      for (let pages = 1; pages < 8; pages++) {
        const room = busyRoom();
        await interrupted(room, pages, options);
        expect(await collectFrom(room, options), `after ${String(pages)} pages`).to.deep.equal(whole);
        await rm(spool, { recursive: true });
      }
    });

  it("gives the same bundle where pages are noted down as they were served", async () => {
    const served = (room: BreakingRoom): BreakingRoom => {
      const messages = room.messages.bind(room);
      room.messages = async (id, from, signal) => {
        const page = await messages(id, from, signal);
        return { ...page, text: JSON.stringify({ start: "s", ...page }, null, 1) };
      };
      return room;
    };
    const whole = await collect({ reader: busyRoom(), media: busyRoom() });
    const room = served(busyRoom());
    await interrupted(room, 4);
    expect(await readFile(join(spool, "timeline"), "utf8")).to.include('\n "start": "s",\n');
    expect(await collectFrom(room)).to.deep.equal(whole);
    expect(room.pagesAsked).to.deep.equal(["10", "7", "4", "1"]);
  });

  it("asks for no page and no file again", async () => {
    const room = busyRoom();
    const files = async (): Promise<string[]> =>
      (await readdir(join(spool, "media"))).filter((name) => name.length === 64);
    room.untilBreak = async () => {
      await until(async () => (await files()).length >= 4);
    };
    await interrupted(room, 4);
    expect(await files()).to.have.length.greaterThan(3);
    await collectFrom(room);
    expect(room.pagesAsked).to.deep.equal(["10", "7", "4", "1"]);
    await collectFrom(room);
    expect(room.pagesAsked).to.have.length(4);
    expect(new Set(room.filesAsked).size).to.equal(room.filesAsked.length);
  });

  it("does not hold what has happened in the room since", async () => {
    const whole = await collect({ reader: busyRoom(), media: busyRoom() });
    const room = busyRoom();
    await interrupted(room, 2);
    room.set("m.room.name", { name: "new" });
    room.say("new");
    expect(await collectFrom(room)).to.deep.equal(whole);
  });

  it("begins anew where it had not come to a page", async () => {
    const room = busyRoom();
    await interrupted(room, 0);
    room.say("new");
    const { events } = await collectFrom(room);
    expect(events.at(-1)?.content["body"]).to.equal("new");
  });

  it("leaves out what a page repeats, also where the interruption was between the two", async () => {
    const room = new BreakingRoom();
    for (let i = 0; i < 5; i++) room.say(`text ${String(i)}`);
    const served = room.messages.bind(room);
    room.messages = async (id, from, signal) => {
      const { chunk, ...end } = await served(id, from, signal);
      return { chunk: [...room.timeline.slice(Number(from ?? 7)).reverse(), ...chunk], ...end };
    };
    await interrupted(room, 2);
    expect((await collectFrom(room)).events).to.have.length(7);
  });

  it("takes no page that was half-written or damaged, wherever the damage is", async () => {
    const withoutFiles = { options: { ...WHOLE_ROOM, media: false } };
    const whole = await collect({ reader: busyRoom(), media: busyRoom(), ...withoutFiles });
    const room = busyRoom();
    await interrupted(room, 5, withoutFiles);
    const kept = `${spool}-kept`;
    await cp(spool, kept, { recursive: true });
    const { length } = await readFile(join(spool, "timeline"));
    for (let at = 0; at < length; at += Math.ceil(length / 20)) {
      for (const damage of [
        (file: string) => truncate(file, at),
        async (file: string) => {
          const bytes = await readFile(file);
          bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
          await writeFile(file, bytes);
        },
      ]) {
        await rm(spool, { recursive: true });
        await cp(kept, spool, { recursive: true });
        await damage(join(spool, "timeline"));
        expect(await collectFrom(room, withoutFiles), `byte ${String(at)}`).to.deep.equal(whole);
      }
    }
    await rm(kept, { recursive: true });
  });

  it("fetches a file again that is not there any more as it was", async () => {
    const room = busyRoom();
    const whole = await collectFrom(room);
    const [changed, removed] = (await readdir(join(spool, "media"))) as [string, string];
    await writeFile(join(spool, "media", changed), "something else");
    await rm(join(spool, "media", removed));
    room.filesAsked.length = 0;
    expect(await collectFrom(room)).to.deep.equal(whole);
    const again = [changed, removed].flatMap((sha256) => whole.head.media.get(sha256)?.uris ?? []);
    expect(room.filesAsked).to.have.members(again);
  });

  it("is not disturbed by a process that was thought dead and goes on writing", async () => {
    const whole = await collect({ reader: busyRoom(), media: busyRoom() });
    const slow = busyRoom();
    let goOn = (): void => undefined;
    const served = slow.messages.bind(slow);
    let asked = 0;
    slow.messages = async (id, from, signal) => {
      if (++asked === 4) await new Promise<void>((resolve) => (goOn = resolve));
      return served(id, from, signal);
    };
    const thoughtDead = collectFrom(slow).catch(() => undefined);
    await until(() => asked >= 4);
    const room = busyRoom();
    await interrupted(room, 2);
    goOn();
    // it may fail over a file of its own that the others have removed as unfinished
    await thoughtDead;
    expect(await collectFrom(room)).to.deep.equal(whole);
  });

  it("tells how far it is only once it has come to where it was", async () => {
    const room = busyRoom();
    await interrupted(room, 4);
    const told: number[] = [];
    await collectFrom(room, { onProgress: ({ done }: { done: number }) => told.push(done) });
    expect(told[0]).to.be.greaterThan(12);
  });
});
