import { createHash } from "node:crypto";
import { expect } from "chai";
import { convertedAll, convertedFiles, lines, reactions, refusal, type Converted } from "../../converted.ts";

const START = 1_750_000_000_000;
const aci = (number: number): string => Buffer.alloc(16, number).toString("base64");
/** The pointer of a file that the export holds, and its path. */
function stored(text: string): { pointer: object; path: string } {
  const plaintextHash = createHash("sha256").update(text).digest();
  const localKey = Buffer.alloc(64, text.length);
  const name = createHash("sha256").update(plaintextHash).update(localKey).digest("hex");
  const locatorInfo = { plaintextHash: plaintextHash.toString("base64"), localKey: localKey.toString("base64") };
  return { pointer: { contentType: "text/plain", locatorInfo }, path: `files/${name.slice(0, 2)}/${name}.txt` };
}

/** As libsignal writes frames: numbers of 64 bits as text, nothing that is nought. */
const HEAD = [
  { version: "1", backupTimeMs: String(START), currentAppVersion: "Desktop 8.0.0" },
  { account: { givenName: "Rosa", familyName: "Reed" } },
  { recipient: { id: "1", self: {} } },
  { recipient: { id: "2", contact: { aci: aci(2), profileGivenName: "Tariq", nickname: { given: "Brother" } } } },
  { recipient: { id: "3", contact: { e164: "4915112345678" } } },
  {
    recipient: {
      id: "4",
      group: {
        masterKey: Buffer.alloc(32, 9).toString("base64"),
        snapshot: {
          title: { title: "Garden" },
          description: { descriptionText: "Beds" },
          members: [{ userId: aci(1) }, { userId: aci(2) }],
        },
      },
    },
  },
  { chat: { id: "2", recipientId: "2" } },
  { chat: { id: "4", recipientId: "4" } },
];

function item(second: number, authorId: string, more: object, chatId = "4"): { chatItem: object } {
  const dateSent = String(START + 1000 * second);
  const how = authorId === "1" ? { outgoing: {} } : { incoming: { dateReceived: dateSent } };
  return { chatItem: { chatId, authorId, dateSent, ...how, ...more } };
}

const text = (body: string, more: object = {}): object => ({ standardMessage: { text: { body }, ...more } });

function files(items: readonly object[], more: Record<string, string> = {}): Record<string, string> {
  const frames = [...HEAD, ...items].map((frame) => `${JSON.stringify(frame)}\n`);
  return { "signal-backup-2026-06-01-10-00-00/main.jsonl": frames.join(""), ...more };
}

const garden = (items: readonly object[], more: Record<string, string> = {}): Promise<Converted> =>
  convertedFiles("signal-desktop", files(items, more), ["--channel", "Garden"]);

describe("Signal's own export as plain text", () => {
  it("has texts with their ranges, replies, reactions, pins and people by their own names", async () => {
    const result = await garden([
      item(1, "2", {
        standardMessage: {
          text: {
            body: "\uFFFC dig here",
            bodyRanges: [
              { length: 1, mentionAci: aci(1) },
              { start: 2, length: 8, style: "BOLD" },
              { start: 6, length: 4, style: "ITALIC" },
              { start: 90, length: 1, style: "BOLD" },
            ],
          },
          reactions: [{ emoji: "🌱", authorId: "1", sentTimestamp: String(START + 9000), sortOrder: "1" }],
        },
        pinDetails: { pinnedAtTimestamp: String(START + 2000), pinNeverExpires: true },
      }),
      item(2, "1", text("on it", { quote: { targetSentTimestamp: String(START + 1000), authorId: "2" } })),
      item(3, "3", text("what?", { quote: { authorId: "2", text: { body: "gone" } } })),
      item(4, "2", { remoteDeletedMessage: {} }),
      item(5, "2", text("psst"), "2"),
    ]);
    expect(lines(result)).to.deep.equal([
      "Tariq: @Rosa Reed dig here",
      "Rosa Reed: on it",
      "+4915112345678: > Tariq:\n> gone\nwhat?",
      "Tariq: —",
    ]);
    const first = result.event("@Rosa Reed dig here");
    expect(first.origin_server_ts).to.equal(START + 1000);
    expect(first.content["formatted_body"]).to.equal("@Rosa Reed <strong>dig </strong><em><strong>here</strong></em>");
    expect(result.event("on it").content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: first.event_id },
    });
    expect(reactions(result)).to.deep.equal(["Rosa Reed 🌱"]);
    expect(result.events.find(({ type }) => type === "m.reaction")?.origin_server_ts).to.equal(START + 9000);
    expect(result.events.at(-1)?.content).to.deep.equal({ pinned: [first.event_id] });
    expect(result.head.room).to.include({ name: "Garden", topic: "Beds", type: "group" });
    expect(JSON.stringify(result.head)).to.not.contain(Buffer.alloc(32, 9).toString("base64"));
    expect(result.ledger).to.deep.equal({
      field_malformed: 1,
      redactions_unavailable: 1,
      reply_as_quote: 1,
      disappearing_not_in_export: 1,
    });
  });

  it("takes files by their hash, and says which the export does not hold", async () => {
    const [plan, sticker] = [stored("plan"), stored("a sticker")];
    const result = await garden(
      [
        item(1, "2", text("the plan", { attachments: [{ pointer: { ...plan.pointer, fileName: "plan.txt" } }] })),
        item(2, "2", { stickerMessage: { sticker: { emoji: "🐌", data: sticker.pointer } } }),
        item(3, "2", {
          standardMessage: { attachments: [{ pointer: stored("lost").pointer, flag: "VOICE_MESSAGE" }] },
        }),
        item(4, "2", { viewOnceMessage: {} }),
        item(5, "2", text("Long te", { longText: stored("Long text").pointer })),
      ],
      { [plan.path]: "plan", [sticker.path]: "a sticker", [stored("Long text").path]: "Long text" },
    );
    expect(result.event("the plan").content).to.include({ filename: "plan.txt", msgtype: "m.file" });
    expect([...result.media.values()].map(String).sort()).to.deep.equal(["Long text", "a sticker", "plan"]);
    expect(result.events.find(({ type }) => type === "m.sticker")?.content["body"]).to.equal("🐌");
    expect(result.event("attachment.plain").content).to.include.keys("org.matrix.msc3245.voice");
    expect(result.event("Long te").content).to.include({ filename: "whole message.txt" });
    expect(result.event("View-once media").content["msgtype"]).to.equal("m.notice");
    expect(result.ledger).to.include({ media_not_in_export: 1, media_seen_once: 1 });
  });

  it("has every wording of an edited message, which replies find by any of them", async () => {
    const result = await garden([
      item(30, "2", {
        ...text("third"),
        revisions: [1, 20].map((second) => item(second, "2", text(`at ${second}`)).chatItem),
      }),
      item(10, "1", text("between")),
      item(40, "1", text("ok", { quote: { targetSentTimestamp: String(START + 20_000), authorId: "2" } })),
    ]);
    expect(lines(result)).to.deep.equal([
      "Tariq: at 1",
      "Rosa Reed: between",
      "Tariq: * at 20",
      "Tariq: * third",
      "Rosa Reed: ok",
    ]);
    expect(result.events.map(({ origin_server_ts: time }) => (time - START) / 1000).slice(-3)).to.deep.equal([
      20, 30, 40,
    ]);
    expect(result.event("ok").content["m.relates_to"]).to.deep.equal({
      "m.in_reply_to": { event_id: result.event("at 1").event_id },
    });
  });

  it("has polls with who voted, and tells what happened in the group", async () => {
    const result = await garden([
      item(1, "2", {
        poll: {
          question: "Water?",
          options: [{ option: "yes", votes: [{ voterId: "1", voteCount: 1 }, { voterId: "2" }] }, { option: "no" }],
          hasEnded: true,
        },
      }),
      item(2, "1", {
        updateMessage: {
          groupChange: {
            updates: [
              { groupNameUpdate: { updaterAci: aci(2), newGroupName: "Garden" } },
              { groupMemberLeftUpdate: { aci: aci(2) } },
              { groupMemberAddedUpdate: { updaterAci: aci(1), newMemberAci: aci(2) } },
              { groupTermsUpdate: {} },
            ],
          },
        },
      }),
      item(3, "1", { updateMessage: { groupCall: { state: "MISSED" } } }),
      item(4, "1", { updateMessage: {} }),
      item(5, "2", { contactMessage: { contact: { name: { givenName: "Ida" }, number: [{ value: "+49 30 1" }] } } }),
    ]);
    expect(lines(result)).to.deep.equal([
      "Tariq: Water?\n1. yes\n2. no",
      "Rosa Reed: —",
      "Tariq: —",
      "Tariq: The poll has ended.",
      "Rosa Reed: Added a member: Tariq",
      "@exporter:signal.invalid: Group terms",
      "Rosa Reed: Group call: missed",
      "Tariq: Contact\nIda\n+49 30 1",
    ]);
    const votes = result.events.filter(({ type }) => type === "org.matrix.msc3381.poll.response");
    expect(votes.map(({ content }) => content["org.matrix.msc3381.poll.response"])).to.deep.equal([
      { answers: ["0"] },
      { answers: ["0"] },
    ]);
    expect(result.events.find(({ type }) => type === "org.matrix.msc3381.poll.start")?.content).to.not.include.keys(
      "io.roomporter.poll_result",
    );
    const named = result.events.find(({ type }) => type === "m.room.name");
    expect(named).to.deep.include({ content: { name: "Garden" }, origin_server_ts: START + 2000 });
    expect(result.ledger).to.deep.equal({ vote_time_unknown: 1, message_empty: 1, disappearing_not_in_export: 1 });
  });

  it("keeps chats apart, also those of one name, and counts what it cannot read", async () => {
    const other = { recipient: { id: "5", contact: { aci: aci(5), profileGivenName: "Tariq" } } };
    const all = await convertedAll(
      "signal-desktop",
      files([
        other,
        { chat: { id: "5", recipientId: "5" } },
        item(1, "2", text("one"), "2"),
        item(2, "5", text("two"), "5"),
        item(3, "3", text("three"), "77"),
        { chatItem: "?" },
        item(4, "2", { ...text("when?"), dateSent: "soon" }, "2"),
        item(5, "2", { standardMessage: { text: 7, attachments: {} } }, "2"),
      ]),
    );
    expect(Object.keys(all)).to.deep.equal(["Chat 77.zip", "Tariq (2).zip", "Tariq (5).zip"]);
    expect(all["Tariq (2).zip"] && lines(all["Tariq (2).zip"])).to.deep.equal(["Tariq: one"]);
    expect(all["Tariq (2).zip"]?.head.room.type).to.equal("direct");
    expect(all["Tariq (2).zip"]?.ledger).to.deep.include({
      message_malformed: 1,
      message_empty: 1,
      field_malformed: 1,
    });
    expect(all["Tariq (5).zip"] && lines(all["Tariq (5).zip"])).to.deep.equal(["Tariq: two"]);
    expect(all["Chat 77.zip"]?.ledger).to.include({ conversation_unlisted: 1 });
  });

  it("is known by its content; what is encrypted is refused with what to do", async () => {
    const one = files([item(1, "2", text("hi"), "2")]);
    expect((await convertedFiles("auto", one)).head.generator).to.contain("(from signal-desktop)");
    const encrypted: Record<string, string>[] = [
      { main: "x", metadata: "y", files: "z" },
      { "sql/db.sqlite": "x", "config.json": "{}" },
    ];
    for (const given of encrypted)
      for (const from of ["signal-desktop", "auto"])
        expect((await refusal(from, given)).stderr).to.contain("This is encrypted");
    expect((await refusal("signal-desktop", { "main.jsonl": '{"version":1}\n' })).stderr).to.contain(
      "does not look like",
    );
    expect((await refusal("signal-desktop", files([]))).stderr).to.contain("holds no messages");
  });
});
