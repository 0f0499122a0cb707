import { expect } from "chai";
import type { JsonObject } from "../../../../src/matrix/json.ts";
import { replayEvents, said, text } from "../../../support/replayed-events.ts";

const HTML = { format: "org.matrix.custom.html" };
const FILE = "mxc://acme.test/a";
const OTHER = "mxc://acme.test/b";
const originOf = (content: JsonObject | undefined): JsonObject => content?.["io.roomporter.origin"] as JsonObject;

describe("the origin of a replayed event", () => {
  it("names files that stand nowhere in the new content, and no others", async () => {
    const picture = { msgtype: "m.image", body: "a.png", url: FILE };
    const bundled = [
      // the HTML of a file without a caption is left out
      said("m.room.message", { ...picture, ...HTML, formatted_body: `<img src="${OTHER}">` }),
      said("m.room.message", picture),
      text("no file at all"),
    ];
    const { sent, originals } = await replayEvents(bundled, { files: [FILE, OTHER] });
    expect(sent[0]?.content).to.include({ url: "mxc://here/file1" });
    expect(originOf(sent[0]?.content)["media"]).to.deep.equal({ [OTHER]: "mxc://here/file2" });
    for (const { content } of sent.slice(1)) expect(originOf(content)).not.to.have.property("media");
    expect(originals.map(({ content }) => content)).to.deep.equal(bundled.map(({ content }) => content));
  });

  it("says what a redaction took back only where its content does not", async () => {
    const because = (content: JsonObject, redacts?: string) =>
      said("m.room.redaction", content, { event_id: "$because", ...(redacts !== undefined && { redacts }) });
    const replayed = async (redaction: ReturnType<typeof because>) => {
      const unsigned = { redacted_because: structuredClone(redaction) as unknown as JsonObject };
      const { sent, originals } = await replayEvents([
        said("m.room.message", {}, { event_id: "$gone", unsigned }),
        redaction,
      ]);
      expect(originals[1]).to.deep.include({ redacts: "$gone", content: redaction.content });
      return originOf(sent[1]?.content)["redacts"];
    };
    expect(await replayed(because({ redacts: "$gone" }))).to.equal(undefined);
    expect(await replayed(because({ redacts: "$gone" }, "$gone"))).to.equal(undefined);
    expect(await replayed(because({ reason: "spam" }, "$gone"))).to.equal("$gone");
  });
});
