import { expect } from "chai";
import type { JsonObject } from "../../../../../src/matrix/json.ts";
import { convertedFiles, lines, refusal } from "../../converted.ts";

/** 2024-03-04T12:00:00Z */
const NOON = 1_709_553_600_000;

const event = (id: string, type: string, content: JsonObject, more: object = {}): object => ({
  event_id: id,
  room_id: "!soup:acme.test",
  type,
  sender: "@mia:acme.test",
  origin_server_ts: NOON,
  content,
  unsigned: {},
  ...more,
});
const picture = (id: string, body: string, time: number, size?: number): object =>
  event(
    id,
    "m.room.message",
    { msgtype: "m.image", body, url: `mxc://acme.test/${id.slice(1)}`, ...(size !== undefined && { info: { size } }) },
    { origin_server_ts: time },
  );
const exported = (...messages: object[]): object => ({
  room_name: "Soup",
  room_creator: "Mia",
  topic: "",
  exported_by: "Mia",
  messages,
});

describe("files of an export of Element", () => {
  const text = (media: Map<string, Buffer>, id: string): string | undefined =>
    media.get(`mxc://acme.test/${id}`)?.toString();

  it("are found by the ids of their events", async () => {
    const { media, ledger } = await convertedFiles("element", {
      "export.json": exported(picture("$a-B_1", "x.png", NOON, 99), picture("$c-2", "x.png", NOON)),
      "images/aB1.png": "by id",
      "images/c2.png": "by id, too",
    });
    expect([text(media, "a-B_1"), text(media, "c-2")]).to.deep.equal(["by id", "by id, too"]);
    expect(ledger).to.deep.equal({ reactions_unavailable: 1 });
  });

  it("are none of another message's, by size and by time", async () => {
    const { media, head } = await convertedFiles("element", {
      "export.json": exported(
        picture("$absent", "image.png", NOON, 50),
        picture("$there", "image.png", NOON + 3_617_000, 6),
        picture("$late", "cup.png", NOON + 1000),
      ),
      "images/image-3-4-2024 at 01-00-17 PM.png": "six6by",
      "images/cup-3-4-2024 at 12-30-59 PM.png": "another's",
    });
    expect([text(media, "absent"), text(media, "there"), text(media, "late")]).to.deep.equal([
      undefined,
      "six6by",
      undefined,
    ]);
    const missing = head.ledger.filter(({ code }) => code === "media_not_in_export");
    expect(missing.map(({ event_id: id }) => id)).to.deep.equal(["$absent", "$late"]);
  });

  it("of one name and second belong to the message of their size, and to none where nothing tells", async () => {
    const name = "images/image-3-4-2024 at 12-00-00 PM.png";
    const sized = await convertedFiles("element", {
      "export.json": exported(picture("$a", "image.png", NOON, 5), picture("$b", "image.png", NOON, 6)),
      [name]: "bobbob",
    });
    expect([text(sized.media, "a"), text(sized.media, "b")]).to.deep.equal([undefined, "bobbob"]);
    const unsized = await convertedFiles("element", {
      "export.json": exported(picture("$a", "image.png", NOON), picture("$b", "image.png", NOON)),
      [name]: "bobbob",
    });
    expect(unsized.head.media.size).to.equal(0);
    expect(unsized.ledger).to.deep.equal({ media_ambiguous: 2, reactions_unavailable: 1 });
  });

  it("that were numbered belong to their messages in order", async () => {
    const { media } = await convertedFiles("element", {
      "export.json": exported(picture("$a", "image.png", NOON), picture("$b", "image.png", NOON)),
      "images/image-3-4-2024 at 12-00-00 PM.png": "first",
      "images/image-3-4-2024 at 12-00-00 PM(1).png": "second",
    });
    expect([text(media, "a"), text(media, "b")]).to.deep.equal(["first", "second"]);
  });
});

describe("exports of Element that lack something", () => {
  it("are known as such where they hold no messages", async () => {
    const { code, stderr } = await refusal("element", { "export.json": exported() });
    expect(code).to.equal(1);
    expect(stderr).to.contain("The export holds no messages");
  });

  it("claim no result of a poll whose votes they do not hold", async () => {
    const poll = {
      question: { "org.matrix.msc1767.text": "Salt?" },
      answers: [{ id: "y", "org.matrix.msc1767.text": "Yes" }],
    };
    const start = event("$poll", "org.matrix.msc3381.poll.start", {
      "org.matrix.msc3381.poll.start": poll,
      "org.matrix.msc1767.text": "Salt?",
    });
    const end = event("$end", "org.matrix.msc3381.poll.end", {
      "m.relates_to": { rel_type: "m.reference", event_id: "$poll" },
      "org.matrix.msc1767.text": "Ended",
    });
    const { events, ledger } = await convertedFiles("element", { "export.json": exported(start, end) });
    expect(ledger).to.deep.equal({ reactions_unavailable: 1, votes_unavailable: 1 });
    expect(JSON.stringify(events)).to.not.contain("poll_result");
    const vote = event("$vote", "org.matrix.msc3381.poll.response", {
      "m.relates_to": { rel_type: "m.reference", event_id: "$poll" },
    });
    const reaction = event("$r", "m.reaction", {
      "m.relates_to": { rel_type: "m.annotation", event_id: "$poll", key: "👍" },
    });
    expect(
      (await convertedFiles("element", { "export.json": exported(start, vote, end, reaction) })).ledger,
    ).to.deep.equal({});
  });
});

describe("an export of Element of a room that an import made", () => {
  const imported = event(
    "$1",
    "m.room.message",
    {
      msgtype: "m.text",
      body: "from before",
      _imported_sender: { user_id: "@noor:old.test", display_name: "Noor" },
      "io.roomporter.origin": { event_id: "$0", room_id: "!old:old.test", restore: { set: {}, drop: [] } },
    },
    { sender: "@importer:acme.test" },
  );
  const files = {
    "export.json": exported(
      event("$m", "io.roomporter.imported", {}, { sender: "@importer:acme.test", state_key: "" }),
      imported,
    ),
  };

  it("has its authors where the importing user is trusted", async () => {
    const {
      event: find,
      head,
      ledger,
    } = await convertedFiles("element", files, ["--trust-imported", "@importer:acme.test"]);
    expect(find("from before")._imported_sender).to.deep.equal({
      user_id: "@noor:old.test",
      display_name: "Noor",
      avatar: null,
    });
    expect(head.room).to.include({ imported_by: "@importer:acme.test" });
    expect(ledger).to.deep.equal({ reactions_unavailable: 1 });
  });

  it("keeps a message under the importing user where its origin cannot be applied, and says so", async () => {
    const broken = JSON.parse(JSON.stringify(files).replace('"drop":[]', '"drop":["/nowhere/at/all"]')) as typeof files;
    const converted = await convertedFiles("element", broken, ["--trust-imported", "@importer:acme.test"]);
    expect(converted.event("from before")).to.not.have.property("_imported_sender");
    expect(converted.ledger).to.deep.equal({ origin_damaged: 1, reactions_unavailable: 1 });
  });

  it("says so where it is not, or somebody else is", async () => {
    for (const options of [[], ["--trust-imported", "@eve:acme.test"]]) {
      const converted = await convertedFiles("element", files, options);
      expect(converted.event("from before")).to.not.have.property("_imported_sender");
      expect(lines(converted)).to.deep.equal(["@importer:acme.test: from before"]);
      expect(converted.ledger).to.deep.equal({ authors_not_trusted: 1, reactions_unavailable: 1 });
    }
  });
});

describe("an export of an encrypted room by Element", () => {
  it("says which messages Element could not decrypt, and keeps the others as they were decrypted", async () => {
    const bad = { msgtype: "m.bad.encrypted", body: "** Unable to decrypt: DecryptionError **" };
    const { events, ledger } = await convertedFiles("element", {
      "export.json": exported(
        event("$read", "m.room.message", { msgtype: "m.text", body: "read" }),
        event("$bad", "m.room.message", bad),
      ),
    });
    expect(events.map(({ content }) => content["body"])).to.deep.equal(["read", bad.body]);
    expect(ledger).to.deep.equal({ message_undecrypted: 1, reactions_unavailable: 1 });
  });
});
