import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../../src/bundle/open-bundle.ts";
import { renderFolder } from "../../../../src/render/render.ts";
import {
  ALICE,
  BOB,
  message,
  sampleRoom,
  temporaryDirectory,
  writeSample,
  type SampleRoom,
} from "../../bundle/sample.ts";
import { png } from "../../../support/pictures.ts";

const CUP = "mxc://acme.test/cup";
const HTML = `<img data-mx-emoticon src="${CUP}" alt="a cup" title="cup" height="32" /> ready`;

/** A room with an image pack whose image stands in a message and in a reaction. */
function room(): SampleRoom {
  const pack = { pack: { display_name: "Tea" }, images: { cup: { url: CUP, body: "a cup" } } };
  const events = [
    message(1, ALICE, pack, { type: "m.room.image_pack", state_key: "tea" }),
    message(2, ALICE, {
      msgtype: "m.text",
      body: ":cup: ready",
      format: "org.matrix.custom.html",
      formatted_body: HTML,
    }),
    message(
      3,
      BOB,
      {
        "m.relates_to": { rel_type: "m.annotation", event_id: "$event-2", key: CUP },
        "com.beeper.reaction.shortcode": ":cup:",
      },
      { type: "m.reaction" },
    ),
  ];
  const media = [{ name: "cup.png", mimetype: "image/png", uri: CUP, bytes: png(8, [20, 90, 200]) }];
  return { ...sampleRoom(), events, state: events.slice(0, 1), media };
}

async function page(of: SampleRoom): Promise<string> {
  const directory = await temporaryDirectory();
  try {
    const bundle = await openBundle(await writeSample(of, directory.path, "room.zip"));
    await renderFolder(bundle, join(directory.path, "out")).finally(() => bundle.close());
    return await readFile(join(directory.path, "out", "index.html"), "utf8");
  } finally {
    await directory.remove();
  }
}

describe("custom emoticons in pages", () => {
  it("are small pictures with words for who cannot see them: in messages, as reactions, in image packs", async () => {
    const html = await page(room());
    const pictures = [...html.matchAll(/<img [^>]*(?:src|data-file)="media[^>]*>/g)].map(([img]) => img);
    const names = pictures.map((img) => /alt="([^"]*)"/.exec(img)?.[1]);
    expect(names).to.have.members([":cup:", "a cup", ":cup:"]);
    expect(pictures.filter((img) => img.includes("data-mx-emoticon"))).to.have.lengthOf(1);
    expect(html).not.to.contain("mxc://");
  });
});
