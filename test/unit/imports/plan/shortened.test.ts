import { expect } from "chai";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { replayEvents, said, text } from "../../../support/replayed-events.ts";

const ORIGIN = "io.roomporter.origin";
const relation = (content: JsonObject | undefined): unknown => content?.["m.relates_to"];
const originOf = (content: JsonObject | undefined): JsonObject => content?.[ORIGIN] as JsonObject;
const about = (event_id: string, rel_type: string, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { event_id, rel_type, ...more },
});

describe("an event that the homeserver refuses once, without saying that it is too large,", () => {
  const refusedOnce = async (bundled: ReturnType<typeof said>) => {
    let first: string | undefined;
    const refuse = (type: string, content: JsonObject) => {
      const asked = JSON.stringify([type, content]);
      first ??= asked;
      return asked === first ? new HomeserverError(400, "M_BAD_JSON", "no") : undefined;
    };
    const { sent, ledger } = await replayEvents([bundled], { refuse });
    return { type: sent[0]?.type, content: sent[0]?.content ?? {}, codes: ledger.map(({ code }) => code) };
  };

  it("is sent as words alone where it has any, its content in a file", async () => {
    const { type, content, codes } = await refusedOnce(text("hello", { "org.example.odd": 1 }));
    expect(type).to.equal("m.room.message");
    expect(content).to.include({ msgtype: "m.text" }).and.not.to.have.property("org.example.odd");
    expect(String(content["body"])).to.contain("hello");
    expect(originOf(content)).to.have.property("content_uri");
    expect(codes).to.deep.equal(["content_in_file"]);
  });

  it("is kept in a wrapper where it has none", async () => {
    const { type, codes } = await refusedOnce(said("m.sticker", { body: "s", url: "" }));
    expect([type, codes]).to.deep.equal(["io.roomporter.event", ["kept_in_wrapper"]]);
  });
});

describe("an event that does not fit", () => {
  const profile = "com.beeper.per_message_profile";
  const sized = async (bytes: number) => (await replayEvents([text("x".repeat(bytes))])).sent[0]?.content ?? {};

  it("first loses its label, then the end of its text", async () => {
    const seen = new Set<string>();
    for (const bytes of [31_000, 40_000, ...Array.from({ length: 40 }, (_, n) => 63_000 + 25 * n)]) {
      const content = await sized(bytes);
      const ways = [
        content["formatted_body"] === undefined ? "" : "label",
        content[profile] === undefined ? "" : "profile",
        String(content["body"]).endsWith("…") ? "cut" : "",
      ];
      seen.add(ways.filter(Boolean).join("+"));
    }
    expect([...seen]).to.deep.equal(["label+profile", "profile", "profile+cut"]);
  });

  it("loses its label, then its profile, where it has no text to cut", async () => {
    const ways: string[] = [];
    for (let bytes = 63_300; bytes < 64_000; bytes += 25) {
      const { sent } = await replayEvents([
        said("m.sticker", { body: "s", url: "", info: { note: "z".repeat(bytes) } }),
      ]);
      const content = sent[0]?.content ?? {};
      const dress = [content["body"] === "s" ? "" : "label", content[profile] === undefined ? "" : "profile"];
      const way = sent[0]?.type === "m.sticker" ? dress.filter(Boolean).join("+") || "bare" : "wrapped";
      if (way !== ways.at(-1)) ways.push(way);
    }
    expect(ways).to.deep.equal(["label+profile", "profile", "bare", "wrapped"]);
  });

  it("beside what it was is as it should be where its original fits into a file only", async () => {
    const formatted_body = `<b>${"h".repeat(28_000)}</b><script>x</script>`;
    const bundled = text("b".repeat(15_000), { format: "org.matrix.custom.html", formatted_body });
    const { sent, ledger } = await replayEvents([bundled]);
    const content = sent[0]?.content ?? {};
    expect(String(content["formatted_body"])).to.contain("hhh").and.to.contain("[Original: ");
    expect(originOf(content)).to.have.property("content_uri");
    expect(ledger.map(({ code }) => code)).to.deep.equal(["content_in_file"]);
  });

  it("is cut with its whole content in a file beside it", async () => {
    const first = text("first");
    const bundled = text("é".repeat(60_000), { "m.relates_to": { "m.in_reply_to": { event_id: first.event_id } } });
    const { sent, ledger, homeserver } = await replayEvents([first, bundled]);
    const content: JsonObject = sent[1]?.content ?? {};
    expect(content).to.include({ msgtype: "m.text" });
    expect(content["m.mentions"]).to.deep.equal({});
    expect(relation(content)).to.deep.equal({ "m.in_reply_to": { event_id: sent[0]?.event_id } });
    expect(Buffer.byteLength(JSON.stringify(content))).to.be.within(62_000, 63_500);
    const origin = originOf(content);
    expect(origin).not.to.have.property("restore");
    const file = homeserver.files.get(String(origin["content_uri"]));
    expect(JSON.parse(String(file?.data))).to.deep.equal(bundled.content);
    expect(ledger.map(({ code }) => code)).to.deep.equal(["content_in_file"]);
  });

  it("that edits has both of its texts cut, and an emote or an ill-formed kind is a text", async () => {
    const first = text("first");
    const long = "y".repeat(50_000);
    const edit = { "m.new_content": { msgtype: "m.emote", body: long }, ...about(first.event_id, "m.replace") };
    const { sent } = await replayEvents([
      first,
      said("m.room.message", { msgtype: "m.emote", body: `* ${long}`, ...edit }),
    ]);
    const content = sent[1]?.content ?? {};
    const edited = content["m.new_content"] as JsonObject;
    expect([content["msgtype"], edited["msgtype"]]).to.deep.equal(["m.text", "m.text"]);
    for (const cut of [content["body"], edited["body"]])
      expect(String(cut)).to.match(/y…$/).and.to.have.length.within(30_000, 32_000);
    expect(relation(content)).to.deep.equal({ event_id: sent[0]?.event_id, rel_type: "m.replace" });
  });

  it("and has no text to cut is kept in a wrapper, its content in a file where it must be", async () => {
    const long = { info: { note: "z".repeat(64_500) } };
    const url = "mxc://acme.test/a";
    for (const bundled of [
      said("org.example.custom", long),
      said("org.example.custom", { msgtype: "m.text", body: "no message", ...long }),
      said("m.sticker", { body: "s", url, ...long }),
      said("m.room.message", { msgtype: "m.file", body: "f", url, ...long }),
      said("m.room.message", { msgtype: "m.file", body: "f", file: { url }, ...long }),
      said("m.room.message", { body: "no kind", ...long }),
      said("m.room.message", { msgtype: "m.text", ...long }),
    ]) {
      const { sent, ledger } = await replayEvents([bundled], { files: [url] });
      expect(sent[0]?.type).to.equal("io.roomporter.event");
      expect(sent[0]?.content).to.deep.include({ type: bundled.type });
      expect(sent[0]?.content).not.to.have.property("content");
      expect(originOf(sent[0]?.content)).to.have.property("content_uri");
      expect(ledger.map(({ code }) => code)).to.deep.equal(["content_in_file"]);
    }
  });

  it("that the homeserver does not take as it is is kept in a wrapper, with what it relates to", async () => {
    const refuse = (type: string) =>
      type === "io.roomporter.event" ? undefined : new HomeserverError(400, "M_BAD_JSON", "no");
    const url = "mxc://acme.test/a";
    const bundled = said("m.sticker", { body: "s", url, info: {} });
    const { sent, originals, ledger } = await replayEvents([bundled], { refuse, files: [url] });
    expect(sent[0]?.content).to.deep.include({
      type: "m.sticker",
      content: bundled.content,
      media: { [url]: "mxc://here/file1" },
    });
    expect(originals[0]).to.deep.include({ type: "m.sticker", content: bundled.content });
    expect(ledger.map(({ code }) => code)).to.deep.equal(["kept_in_wrapper"]);
  });
});
