import { expect } from "chai";
import { convertedAll, convertedFiles, lines, refusal, type Converted } from "../../converted.ts";

const ZONE = ["--time-zone", "Europe/Berlin"];
const weechat = (...all: string[]): string => all.map((line) => `2026-10-24 23:59:5${line}\n`).join("");

/** Kind and words of each event after the prelude. */
function told({ events, head }: Converted): string[] {
  const name = (id: string): string => head.senders.get(id)?.display_name ?? "nobody";
  return events
    .filter(({ type }) => !["m.room.create", "m.room.name"].includes(type))
    .map(({ type, sender, content: { membership, topic, reason, body, msgtype, displayname } }) => {
      if (type === "m.room.member")
        return `${name(sender)} ${String(membership)} ${String(displayname)} ${String(reason ?? "")}`.trim();
      return type === "m.room.topic"
        ? `${name(sender)} topic ${String(topic)}`
        : `${name(sender)} ${String(msgtype)} ${String(body)}`;
    });
}

describe("logs of IRC", () => {
  it("of WeeChat have people without their rank, actions by whom they name, and what the client tells", async () => {
    const log = weechat(
      "0\t-->\tnoor (~n@host) has joined #soup",
      "1\t--\tMode #soup [+o mia[m]] by noor",
      "2\t@mia[m]\tsalt?",
      "3\t *\tmia[m] tastes it",
      '4\t--\tmia[m] has changed topic for #soup from "old" to "Soup at six"',
      "5\t--\tnoor is now known as noor_away",
      "6\t--\tNotice(mia[m]): hot!",
      "7\t<--\tmia[m] has kicked noor_away (no soup)",
      "8\t<--\tmia[m] (~m@host) has quit (gone)",
      "9\t--\tChannel created on Sat, 24 Oct 2026 13:00:00",
    );
    const converted = await convertedFiles("irc", { "irc.net.#soup.weechatlog": log }, ZONE);
    expect(told(converted).slice(1)).to.deep.equal([
      "noor join noor",
      "noor m.notice Mode #soup [+o mia[m]] by noor",
      "mia[m] m.text salt?",
      "mia[m] m.emote tastes it",
      "mia[m] topic Soup at six",
      "noor m.notice noor is now known as noor_away",
      "mia[m] m.notice hot!",
      "mia[m] leave noor_away no soup",
      "mia[m] leave mia[m] gone",
      "nobody m.notice Channel created on Sat, 24 Oct 2026 13:00:00",
    ]);
    expect(converted.event("salt?").origin_server_ts).to.equal(Date.parse("2026-10-24T21:59:52Z"));
    expect(converted.head.room).to.include({ name: "#soup", topic: "Soup at six" });
    expect(converted.ledger).to.deep.equal({ people_are_names: 1, time_zone_given: 1 });
  });

  it("keep their order over the hour that comes twice", async () => {
    const log = "2026-10-25 02:59:59\tmia\tone\n2026-10-25 02:00:01\tmia\ttwo\n";
    const converted = await convertedFiles("irc", { "irc.net.#soup.weechatlog": log }, ZONE);
    expect(
      [converted.event("one"), converted.event("two")].map(({ origin_server_ts: time }) =>
        new Date(time).toISOString(),
      ),
    ).to.deep.equal(["2026-10-25T00:59:59.000Z", "2026-10-25T01:00:01.000Z"]);
    expect(converted.ledger).to.include({ time_repeated: 1 });
  });

  it("of irssi have their days on lines of their own", async () => {
    const log = [
      "--- Log opened Sat Oct 24 23:59:42 2026",
      "23:59 -!- noor [~n@host] has joined #soup",
      "23:59 <@mia> salt?",
      "--- Day changed Sun Oct 25 2026",
      "00:00  * mia tastes it",
      "00:00 < noor> more",
      "00:00 -mia:#soup- hot!",
      "00:01 -!- mia changed the topic of #soup to: Soup",
      "00:01 -!- noor was kicked from #soup by mia [no soup]",
      "00:02 -!- mia [~m@host] has quit [gone [now]]",
      "nonsense",
    ].join("\n");
    const converted = await convertedFiles("irc", { "#soup.log": log }, ZONE);
    expect(told(converted).slice(1)).to.deep.equal([
      "noor join noor",
      "mia m.text salt?",
      "mia m.emote tastes it",
      "noor m.text more",
      "mia m.notice hot!",
      "mia topic Soup",
      "mia leave noor no soup",
      "mia leave mia gone [now]",
    ]);
    expect(converted.event("salt?").origin_server_ts).to.equal(Date.parse("2026-10-24T21:59:00Z"));
    expect(converted.event("more").origin_server_ts).to.equal(Date.parse("2026-10-24T22:00:00Z"));
    expect(converted.head.ledger.find(({ code }) => code === "message_malformed")?.message).to.contain("At: line 11.");
  });

  it("can be called anything where one is named alone", async () => {
    const log = "--- Log opened Sat Oct 24 23:59:42 2026\n23:59 <@mia> salt?\n";
    const converted = await convertedFiles("irc", { "soup.txt": log, "other.log": log }, ZONE, "soup.txt");
    expect(lines(converted)).to.deep.equal(["mia: salt?"]);
    expect(converted.head.room.name).to.equal("soup");
  });

  it("of ZNC are a file a day, in a folder for each channel", async () => {
    const found = await convertedAll(
      "irc",
      {
        "net/#soup/2026-10-24.log": "[23:59:59] <mia> late\n[23:59:59] *** Joins: noor (~n@host)\n",
        "net/#soup/2026-10-25.log":
          "[00:00:01] * mia yawns\n[00:00:02] -noor- hush\n[00:00:03] *** mia changes topic to 'Night'\n[00:00:04] *** Quits: noor (~n@host) (bed)\n",
        "net/mia/2026-10-24.log": "[10:00:00] <mia> psst\n",
      },
      ZONE,
    );
    expect(Object.keys(found)).to.deep.equal(["net_#soup.zip", "net_mia.zip"]);
    const soup = found["net_#soup.zip"];
    expect(soup && told(soup as Converted).slice(1)).to.deep.equal([
      "mia m.text late",
      "noor join noor",
      "mia m.emote yawns",
      "noor m.notice hush",
      "mia topic Night",
      "noor leave noor bed",
    ]);
    expect(found["net_mia.zip"]?.head.room.type).to.equal("direct");
  });

  it("may hold colours, and bytes that are no UTF-8", async () => {
    const log = Buffer.concat([
      Buffer.from("2026-10-24 10:00:00\tmia\t\x0304red\x03 \x02bold\x0f <b>\n2026-10-24 10:00:01\tmia\tcr"),
      Buffer.from([0xe8]),
      Buffer.from("me\n"),
    ]);
    const converted = await convertedFiles("irc", { "irc.net.#soup.weechatlog": log }, ["--time-zone", "UTC"]);
    expect(lines(converted)).to.deep.equal(["mia: red bold <b>", "mia: crème"]);
    expect(converted.event("red bold <b>").content["formatted_body"]).to.equal(
      '<span data-mx-color="#ff0000">red</span> <strong>bold</strong> &lt;b&gt;',
    );
  });

  it("are refused without a time zone, in words that name the option", async () => {
    const files = { "irc.net.#soup.weechatlog": "2026-10-24 10:00:00\tmia\thi\n" };
    for (const [options, text] of [
      [[], "--time-zone Europe/Berlin"],
      [["--time-zone", "Mars/Crater"], "Mars/Crater"],
    ] as const) {
      const { code, stderr } = await refusal("irc", files, options);
      expect(code).to.equal(2);
      expect(stderr).to.contain(text);
    }
  });
});
