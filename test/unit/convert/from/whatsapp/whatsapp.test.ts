import { expect } from "chai";
import { PNG } from "../../../../support/foreign-exports/files.ts";
import { convertedFiles, lines, refusal } from "../../converted.ts";

const ZONE = ["--time-zone", "Europe/Berlin"];
const MARK = "\u200e";

describe("chats of WhatsApp", () => {
  it("from iPhones have their files, what WhatsApp tells, deletions and text of several lines", async () => {
    const chat = [
      `[13.01.24, 18:05:09] Soup: ${MARK}Messages and calls are end-to-end encrypted.`,
      "[13.01.24, 18:05:10] ~\u202fMia Moss: who *cooks*?",
      "and who eats: me",
      `${MARK}[13.01.24, 18:06:00] Noor: look ${MARK}<attached: 00000012-PHOTO-2024-01-13-18-06-00.png>`,
      `${MARK}[13.01.24, 18:06:01] Noor: ${MARK}image omitted`,
      `[13.01.24, 18:06:02] Noor: ${MARK}This message was deleted.`,
      `[13.01.24, 18:06:03] Noor: better ${MARK}<This message was edited>`,
      "[13.01.24, 18:06:04] Noor: @\u2068Mia Moss\u2069 :smile: a_b_c",
    ].join("\r\n");
    const converted = await convertedFiles(
      "whatsapp",
      { "_chat.txt": chat, "00000012-PHOTO-2024-01-13-18-06-00.png": PNG },
      ZONE,
    );
    expect(lines(converted)).to.deep.equal([
      "Soup: Messages and calls are end-to-end encrypted.",
      "Mia Moss: who *cooks*?\nand who eats: me",
      "Noor: look",
      "Noor: image omitted",
      "Noor: —",
      "Noor: better",
      "Noor: @Mia Moss :smile: a_b_c",
    ]);
    const first = converted.event("who *cooks*?\nand who eats: me");
    expect(first.origin_server_ts).to.equal(Date.parse("2024-01-13T17:05:10Z"));
    expect(first.content["formatted_body"]).to.equal("who <strong>cooks</strong>?<br>and who eats: me");
    expect(converted.media.get(String(converted.event("look").content["url"]))).to.deep.equal(PNG);
    expect(converted.event("Messages and calls are end-to-end encrypted.").content["msgtype"]).to.equal("m.notice");
    expect(converted.ledger).to.include({
      media_not_in_export: 1,
      redactions_unavailable: 1,
      edits_unavailable: 1,
      people_are_names: 1,
      reactions_unavailable: 1,
    });
  });

  it("from Android have minutes, halves of days, files with captions, polls and places", async () => {
    const chat = [
      "1/13/24, 6:05\u202fPM - Messages and calls are end-to-end encrypted. Tap to learn more.",
      '1/13/24, 6:05\u202fPM - Mia changed the group name from "Tea: late" to "Soup"',
      "1/13/24, 6:06\u202fPM - Mia: IMG-20240113-WA0001.png (file attached)",
      "a pot",
      "1/13/24, 12:07\u202fAM - Mia: <Media omitted>",
      "1/13/24, 6:08\u202fPM - Noor: POLL:\nSalt?\nOPTION: Yes (2 votes)\nOPTION: No (0 votes)",
      "1/13/24, 6:09\u202fPM - Noor: location: https://maps.google.com/?q=52.5,13.4",
      "1/13/24, 6:10\u202fPM - Noor: I am (very) sure",
    ].join("\n");
    const converted = await convertedFiles(
      "whatsapp",
      { "WhatsApp Chat with Soup.txt": chat, "IMG-20240113-WA0001.png": PNG },
      ZONE,
    );
    expect(lines(converted)).to.deep.equal([
      "@exporter:whatsapp.invalid: Messages and calls are end-to-end encrypted. Tap to learn more.",
      '@exporter:whatsapp.invalid: Mia changed the group name from "Tea: late" to "Soup"',
      "Mia: a pot",
      "Mia: Media omitted",
      "Noor: Salt?\n1. Yes\n2. No",
      "Noor: location: https://maps.google.com/?q=52.5,13.4",
      "Noor: I am (very) sure",
    ]);
    expect(converted.head.room.name).to.equal("Soup");
    expect(converted.event("a pot").content).to.include({ msgtype: "m.image", filename: "IMG-20240113-WA0001.png" });
    expect(converted.event("location: https://maps.google.com/?q=52.5,13.4").content).to.include({
      geo_uri: "geo:52.5,13.4",
    });
    expect(converted.event("I am (very) sure").origin_server_ts).to.equal(Date.parse("2024-01-13T17:10:00Z"));
  });

  it("keep what looks like a remark of WhatsApp and is none, and know the remarks of both systems", async () => {
    const chat = [
      "13/01/24, 18:05 - Mia: <div>",
      "13/01/24, 18:05 - Mia: <Medien ausgeschlossen>",
      "vom Markt",
      "13/01/24, 18:06 - Mia: late <This message was edited>",
      "13/01/24, 18:06 - Noor: TODO:\nweek\nTASK: peel (2 hours)\nTASK: cook (3 hours)",
      "13/01/24, 18:07 - Noor: POLL:\nSalt\nor pepper?\nOPTION: Both (1 vote)\n",
      `13/01/24, 18:08 - Noor: ${MARK}UMFRAGE:\nSalz?\n${MARK}OPTION: Ja (1 Stimme)\n${MARK}OPTION: Nein (0 Stimmen)`,
      `13/01/24, 18:09 - Noor: ${MARK}<Bild weggelassen>`,
    ].join("\n");
    const converted = await convertedFiles("whatsapp", { "_chat.txt": chat }, ZONE);
    expect(lines(converted)).to.deep.equal([
      "Mia: <div>",
      "Mia: vom Markt",
      "Mia: late",
      "Noor: TODO:\nweek\nTASK: peel (2 hours)\nTASK: cook (3 hours)",
      "Noor: Salt\nor pepper?\n1. Both",
      "Noor: Salz?\n1. Ja\n2. Nein",
      "Noor: Bild weggelassen",
    ]);
    expect(converted.event("vom Markt").content).to.include({ filename: "Medien ausgeschlossen" });
    const results = converted.events.flatMap(({ content }) => content["io.roomporter.poll_result"] ?? []);
    expect(results).to.deep.equal([{ "0": 1 }, { "0": 1, "1": 0 }]);
    expect(converted.ledger).to.include({ edits_unavailable: 1, media_not_in_export: 2 });
  });

  const dated: [string, string[], string][] = [
    ["day first, by the thirteenth", ["03/04/24, 10:00 - A: x", "13/04/24, 10:00 - A: y"], "2024-04-03"],
    ["month first, by the thirteenth", ["3/4/24, 10:00 AM - A: x", "3/13/24, 10:00 AM - A: y"], "2024-03-04"],
    [
      "day first, as dates do not go back",
      ["01/05/24, 10:00 - A: x", "02/05/24, 10:00 - A: y", "01/06/24, 10:00 - A: z"],
      "2024-05-01",
    ],
    ["year first", ["2024/03/04 10:00 - A: x"], "2024-03-04"],
    ["year first, with a word for the half of the day", ["[2024/3/4 上午10:00:00] A: x"], "2024-03-04"],
    [
      "with dots and a word before the time",
      ["[4.3.2024 klo 10.00.00] A: x", "[14.3.2024 klo 10.00.00] A: x"],
      "2024-03-04",
    ],
    ["in Arabic digits", ["١٣/٣/٢٠٢٤, ١٠:٠٠ - A: x"], "2024-03-13"],
    ["year first in two digits", ["24-03-13, 10:00 - A: x", "24-12-31, 10:00 - A: y"], "2024-03-13"],
    ["year first in two digits, as no other order fits", ["24/03/04, 10:00 - A: x"], "2024-03-04"],
    ["the same in every order", ["05/05/24, 10:00 - A: x"], "2024-05-05"],
  ];
  for (const [name, chat, day] of dated)
    it(`has dates ${name}`, async () => {
      const { event } = await convertedFiles("whatsapp", { "_chat.txt": chat.join("\n") }, ["--time-zone", "UTC"]);
      expect(new Date(event("x").origin_server_ts).toISOString()).to.equal(`${day}T10:00:00.000Z`);
    });

  it("is refused where dates can be read in two ways, with both readings, until one is chosen", async () => {
    const files = { "_chat.txt": "03/04/24, 10:00 - A: x\n04/05/24, 10:00 - A: y" };
    const { code, stderr } = await refusal("whatsapp", files, ZONE);
    expect(code).to.equal(2);
    expect(stderr)
      .to.contain("--date-order")
      .and.to.contain("dmy: 03/04/24 is 2024-04-03")
      .and.to.contain("mdy: 03/04/24 is 2024-03-04");
    const { event } = await convertedFiles("whatsapp", files, ["--time-zone", "UTC", "--date-order", "mdy"]);
    expect(new Date(event("x").origin_server_ts).toISOString()).to.equal("2024-03-04T10:00:00.000Z");
    expect((await refusal("whatsapp", files, [])).stderr).to.contain("--date-order");
    expect((await refusal("whatsapp", { "_chat.txt": "13/04/24, 10:00 - A: x" })).stderr).to.contain("--time-zone");
    expect((await refusal("whatsapp", { "notes.txt": "no chat" }, ZONE)).stderr).to.contain("does not look like");
  });
});
