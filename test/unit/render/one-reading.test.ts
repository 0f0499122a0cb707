import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import { convertBundle } from "../../../src/render/convert-to.ts";
import type { Shape } from "../../../src/render/output-shapes.ts";
import { renderFolder } from "../../../src/render/render.ts";
import { importedRoom } from "../bundle/imported-sample.ts";
import { temporaryDirectory, writeSample, type SampleRoom } from "../bundle/sample.ts";
import { everyKind, type Kind } from "./every-kind.ts";

/** What each writer shows of each item, in order, and the rows of the table by event id. */
interface Shown {
  page: string[];
  text: string[];
  markdown: string[];
  rows: Map<string, string>;
}

async function shown(room: SampleRoom): Promise<Shown> {
  const directory = await temporaryDirectory();
  try {
    const file = await writeSample(room, directory.path, "room.zip");
    const converted = async (shape: Shape): Promise<string> => {
      let all = "";
      for await (const piece of convertBundle(file, shape)) all += piece;
      return all;
    };
    const bundle = await openBundle(file);
    await renderFolder(bundle, join(directory.path, "out")).finally(() => bundle.close());
    const html = await readFile(join(directory.path, "out", "index.html"), "utf8");
    const main = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
    const csv = (await converted("csv")).replaceAll('""', '"').trimEnd().split("\r\n").slice(1);
    return {
      page: main
        .split(/(?=<(?:article|li)[^>]* id="m\d+")/)
        .slice(1)
        .map(plain),
      text: (await converted("text")).split(/^(?=#\d+ )/m),
      markdown: (await converted("markdown"))
        .replaceAll("\\", "")
        .split(/\n\n(?=\*.*#\d+ · )/)
        .slice(1),
      rows: new Map(csv.map((row) => [row.slice(0, row.indexOf(",")), row])),
    };
  } finally {
    await directory.remove();
  }
}

/** Markup as it is read, and its attributes after that. */
function plain(markup: string): string {
  const read = markup
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
  return `${read}\n${markup}`;
}

describe("one bundle as pages, text, Markdown and CSV", () => {
  const { room, kinds } = everyKind();
  const items = kinds.filter(({ at, event }) => at === undefined || event.event_id === `$event-${at ?? ""}`);
  const placeOf = ({ at, event }: Kind): number =>
    items.findIndex((item) => item.event.event_id === (typeof at === "number" ? `$event-${at}` : event.event_id));

  for (const [title, made] of [
    ["where it was written", room],
    ["after two imports", importedRoom(importedRoom(room, "new.test"), "newer.test")],
  ] as const)
    describe(title, () => {
      let all: Shown;
      before(async () => (all = await shown(made)));

      it("shows as many items everywhere, and no others", () => {
        const counts = [all.page, all.text, all.markdown].map(({ length }) => length);
        expect(counts).to.deep.equal([items.length, items.length, items.length]);
        expect([...all.rows.keys()]).to.deep.equal(kinds.map(({ event }) => event.event_id));
      });

      for (const kind of kinds)
        it(`tells of ${kind.what} (${kind.event.event_id})`, () => {
          const place = placeOf(kind);
          const { event, says, row = says, at } = kind;
          if (at !== null)
            for (const writer of ["page", "text", "markdown"] as const)
              for (const words of says) expect(all[writer][place], writer).to.include(words);
          for (const words of row) expect(all.rows.get(event.event_id), "csv").to.include(words);
        });

      it("shows no reply where one is only the way to show a thread in old clients", () => {
        const place = items.findIndex(({ what }) => what === "a thread in old clients");
        expect(all.page[place]).to.not.include("In reply to");
        expect(all.text[place]).to.include("(in thread #").and.not.include("in reply to");
      });

      it("shows formatting where there can be any, and no name that the text repeats", () => {
        const bold = items.findIndex(({ what }) => what === "formatted text");
        expect(all.page[bold]).to.include("<b>bold</b>");
        expect(all.markdown[bold]).to.include("**bold**");
        const named = items.findIndex(({ what }) => what === "a per-message profile");
        for (const writer of [all.page, all.text, all.markdown]) expect(writer[named]).to.not.include("Mallory: psst");
      });
    });
});
