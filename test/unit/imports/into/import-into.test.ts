import { randomInt } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { bookmarkOf } from "../../../../src/bundle/bookmark.ts";
import { diffBundles } from "../../../../src/bundle/diff/diff.ts";
import { mergeBundles } from "../../../../src/bundle/merge/merge.ts";
import { objectMember } from "../../../../src/matrix/json.ts";
import { WHOLE_ROOM } from "../../../../src/exports/options.ts";
import { MemoryHomeserver } from "../../../support/fakes/memory-homeserver/homeserver.ts";
import {
  exportedTo,
  importedInto,
  importInto,
  importIntoRoom,
  importStores,
  serviceOn,
} from "../../../support/generations.ts";
import { ALICE, BOB, Conversation } from "../../../support/conversation.ts";
import { Killed, killedAfter, mortal } from "../../../support/killed-writer.ts";
import { PEOPLE, stageOn } from "../../../support/memory-stage.ts";
import { actions, Past, play, type Action } from "../../../support/random-room.ts";

/** `FUZZ=10` runs ten times as many rooms. SEED=… repeats a run. */
const RUNS = 2 * Number(process.env["FUZZ"] ?? 1);
const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));
const ANN = PEOPLE[0] ?? "";
/** Who has made the room keeps their name: before their membership is seen, a bundle says what they were called at its export. */
const happenings = actions(12).map((all) =>
  all.map((action) => (action.kind === "profile" && action.who === 0 ? { ...action, who: 1 } : action)),
);

describe(`an import into a room that an import has made (SEED=${SEED})`, function () {
  this.timeout(60_000 * RUNS);

  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "roomporter-into-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const merged = async (name: string, ...files: string[]): Promise<string> => {
    const file = join(folder, `${name}.zip`);
    await mergeBundles(files, (write) => write(createWriteStream(file)));
    return file;
  };
  /** The room as the service sees it. */
  const shown = (homeserver: MemoryHomeserver, roomId: string, name: string): Promise<string> =>
    exportedTo(folder, homeserver, roomId, serviceOn(homeserver), { name });
  const differences = async (a: string, b: string): Promise<unknown> => (await diffBundles(a, b)).differences;

  /** The conversation in steps: of each the increment, and the whole up to there, as exported and as merged. */
  async function told(
    ...steps: (readonly Action[])[]
  ): Promise<{ parts: string[]; wholes: string[]; merges: string[] }> {
    const one = new MemoryHomeserver("one.test");
    const stage = stageOn(one);
    const past = new Past();
    const [parts, wholes, merges]: [string[], string[], string[]] = [[], [], []];
    for (const [number, what] of steps.entries()) {
      await play(stage, what, past);
      const name = `whole${String(number)}`;
      wholes.push(await exportedTo(folder, one, stage.roomId, ANN, { name }));
      const last = merges.at(-1);
      const since_bundle = last === undefined ? undefined : await bookmarkOf(last);
      const options = { ...WHOLE_ROOM, since_bundle };
      parts.push(await exportedTo(folder, one, stage.roomId, ANN, { name: `part${String(number)}`, options }));
      merges.push(
        last === undefined ? (parts[0] ?? "") : await merged(`merged${String(number)}`, last, parts.at(-1) ?? ""),
      );
    }
    return { parts, wholes, merges };
  }

  for (const [lane, atOnce] of [
    ["one by one", undefined],
    ["in batches", 7],
  ] as const)
    it(`comes to the same as an import of the whole, from increments and from whole bundles: ${lane}`, async () => {
      await fc.assert(
        fc.asyncProperty(happenings, happenings, happenings, async (first, second, third) => {
          const { parts, wholes } = await told(first, second, third);
          const end = wholes[2] ?? "";
          for (const later of [parts.slice(1), wholes.slice(1), [parts[1] ?? "", end]]) {
            const two = new MemoryHomeserver("two.test");
            two.atOnce = atOnce;
            const roomId = await importedInto(two, wholes[0] ?? "");
            for (const [number, file] of later.entries())
              await importIntoRoom(two, file, roomId, await shown(two, roomId, "before"), {
                jobId: `into${String(number)}`,
              });
            expect(await differences(end, await shown(two, roomId, "after"))).to.deep.equal([]);
            // and once more: nothing is new
            const { length } = two.rooms.get(roomId)?.timeline ?? [];
            const report = await importIntoRoom(two, end, roomId, await shown(two, roomId, "before"), {
              jobId: "again",
            });
            expect(report["events"]).to.deep.include({ sent: 0 });
            expect(two.rooms.get(roomId)?.timeline.length).to.equal(length);
          }
        }),
        { numRuns: RUNS, seed: SEED },
      );
    });

  /** What is said first, and what then: answers, edits, reactions, redactions and a poll's end, of what was said first. */
  async function story(): Promise<{ base: string; part: string; whole: string }> {
    const one = new MemoryHomeserver("one.test");
    const stage = stageOn(one);
    const relate = (rel_type: string, event_id: string, more = {}): object => ({
      "m.relates_to": { rel_type, event_id, ...more },
    });
    const say = (who: number, body: string, more: object = {}): Promise<string> =>
      stage.send(who, "m.room.message", { msgtype: "m.text", body, ...more });
    const upload = (text: string): Promise<string> => stage.upload(Buffer.from(text), "text/plain", "a.txt");
    const face = await upload("face");
    await stage.setProfile(1, "Bob", face);
    const hello = await say(0, "hello");
    const spam = await say(1, "spam");
    const secret = await say(1, "secret");
    await stage.send(0, "m.reaction", relate("m.annotation", hello, { key: "👍" }) as never);
    const poll = await stage.send(0, "m.poll.start", {
      "m.text": [{ body: "Tea?" }],
      "m.poll": { kind: "m.disclosed", max_selections: 1, question: { "m.text": [{ body: "Tea?" }] }, answers: [] },
    });
    const base = await exportedTo(folder, one, stage.roomId, ANN, { name: "base" });
    await say(1, "hi", relate("m.thread", hello));
    await stage.send(1, "m.reaction", relate("m.annotation", hello, { key: "👍" }) as never);
    await say(0, "* hello all", {
      "m.new_content": { msgtype: "m.text", body: "hello all" },
      ...relate("m.replace", hello),
    });
    await stage.redact(0, spam, "spam");
    await stage.redact(1, secret, "not for you");
    await stage.setState(0, "m.room.name", { name: "Tea" });
    await stage.send(0, "m.room.message", { msgtype: "m.file", body: "b.txt", url: await upload("new file") });
    await stage.send(0, "m.poll.end", { ...relate("m.reference", poll), "m.text": [{ body: "over" }] });
    await stage.setProfile(1, "Robert", await upload("other face"));
    for (let i = 0; i < 20; i++) await say(i % 2, `message ${String(i)}`);
    const whole = await exportedTo(folder, one, stage.roomId, ANN, { name: "whole" });
    const options = { ...WHOLE_ROOM, since_bundle: await bookmarkOf(base) };
    return { base, whole, part: await exportedTo(folder, one, stage.roomId, ANN, { name: "part", options }) };
  }

  /** The room of the first bundle, and an export of it. */
  async function imported(base: string): Promise<{ two: MemoryHomeserver; roomId: string; before: string }> {
    const two = new MemoryHomeserver("two.test");
    two.behaviours.forgetsTransactions = true;
    const roomId = await importedInto(two, base);
    return { two, roomId, before: await shown(two, roomId, "before") };
  }

  for (const kind of ["part", "whole"] as const)
    it(`has every event once, wherever it is killed, whoever speaks in the room meanwhile: from the ${kind}`, async () => {
      const { base, whole, ...files } = await story();
      const file = kind === "part" ? files.part : whole;
      let calls = 0;
      const count = await imported(base);
      const counting = killedAfter(Infinity, count.two.as(serviceOn(count.two)), () => calls++);
      await importIntoRoom(count.two, file, count.roomId, count.before, { writer: counting });
      expect(await differences(whole, await shown(count.two, count.roomId, "counted"))).to.deep.equal([]);
      const timeline = count.two.rooms.get(count.roomId)?.timeline ?? [];
      const { length } = timeline;
      const keys = timeline.flatMap(({ type, content }) =>
        type === "m.reaction" ? [objectMember(content, "m.relates_to")?.["key"]] : [],
      );
      expect(keys, "one sender has each key once").to.deep.equal(["👍", "👍 Bob"]);
      for (let kill = 1; kill < calls; kill += 5) {
        const { two, roomId, before } = await imported(base);
        const { journal } = await importStores();
        const life = { over: false };
        const writer = killedAfter(kill, two.as(serviceOn(two)), (left) => (life.over = left <= 0));
        const killed = importIntoRoom(two, file, roomId, before, { journal: mortal(journal, life), writer });
        expect(await killed.catch((reason: unknown) => reason)).to.be.instanceOf(Killed);
        const room = two.rooms.get(roomId);
        const said = { type: "m.room.message", sender: "@ivan:two.test", origin_server_ts: 0 };
        for (let i = 0; i < 200; i++) room?.add({ ...said, content: { msgtype: "m.text", body: `chat ${String(i)}` } });
        await importIntoRoom(two, file, roomId, before, { journal });
        expect(room?.timeline.length, `killed after call ${String(kill)}`).to.equal(length + 200);
      }
    });

  it("takes back what was redacted since, also where that redaction is not to be seen", async () => {
    const talk = new Conversation();
    const secret = talk.say(ALICE, "secret");
    talk.say(BOB, "an answer", { "m.relates_to": { "m.in_reply_to": { event_id: secret } } });
    const base = await talk.write();
    talk.say(BOB, "later");
    talk.redact(ALICE, secret, "not for you", false);
    const whole = await talk.write();
    const { two, roomId, before } = await imported(base.file);
    const report = await importIntoRoom(two, whole.file, roomId, before);
    expect(await differences(whole.file, await shown(two, roomId, "after"))).to.deep.equal([]);
    const told = JSON.stringify(two.rooms.get(roomId)?.timeline);
    expect(told).to.contain("not for you").and.not.to.contain('"secret"');
    expect(report["events"]).to.deep.equal({ sent: 2, left_out: 0 });
    for (const bundle of [base, whole]) await bundle.remove();
  });

  it("does not bring back what somebody in the room has redacted, nor what its first import left out", async () => {
    const { base, whole } = await story();
    const two = new MemoryHomeserver("two.test");
    const { journal } = await importStores();
    const { roomId } = await importInto(two, base, { journal });
    const room = two.rooms.get(roomId);
    const hello = room?.timeline.find(({ content }) => content["body"] === "hello");
    room?.add({
      ...{ type: "m.room.redaction", sender: "@ivan:two.test", origin_server_ts: 0 },
      content: { redacts: hello?.event_id ?? "" },
    });
    const before = await shown(two, roomId, "before");
    const of = { earlier: [journal] };
    await importIntoRoom(two, whole, roomId, before, of);
    const bodies = room?.timeline.map(({ content }) => content["body"]) ?? [];
    expect(bodies).not.to.include("hello");
    const answer = room?.timeline.find(({ content }) => content["body"] === "hi");
    expect(JSON.stringify(answer?.content["m.relates_to"])).to.contain(hello?.event_id);
  });

  it("sends nothing where the room lacks what the increment goes on from", async () => {
    const { parts, wholes } = await told(
      ...[1, 2, 3].map((n) => [{ kind: "text", who: 0, pick: 0, text: `step ${n}` }]),
    );
    const { two, roomId, before } = await imported(wholes[0] ?? "");
    const { length } = two.rooms.get(roomId)?.timeline ?? [];
    const error: unknown = await importIntoRoom(two, parts[2] ?? "", roomId, before).catch((thrown: unknown) => thrown);
    expect(error).to.include({ kind: "conflict", errcode: "IO.ROOMPORTER.BASE_MISSING" });
    expect(two.rooms.get(roomId)?.timeline.length).to.equal(length);
    await importIntoRoom(two, parts[1] ?? "", roomId, before);
    await importIntoRoom(two, parts[2] ?? "", roomId, await shown(two, roomId, "before"), { jobId: "third" });
    expect(await differences(wholes[2] ?? "", await shown(two, roomId, "after"))).to.deep.equal([]);
  });
});
