import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeZip } from "../../support/foreign-exports/files.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { channel, message } from "../../unit/convert/from/discord/channel.ts";
import { Visitor } from "./visitor.ts";

const IMPORTER = "@importer:acme.test";

/** Element's export of a room that an import made: one message of Noor's. */
const IMPORTED = {
  room_name: "Old room",
  room_creator: IMPORTER,
  exported_by: IMPORTER,
  messages: [
    {
      event_id: "$1",
      room_id: "!r:acme.test",
      type: "m.room.message",
      sender: IMPORTER,
      origin_server_ts: 1_700_000_000_000,
      content: {
        msgtype: "m.text",
        body: "from before",
        _imported_sender: { user_id: "@noor:old.test", display_name: "Noor" },
        "io.roomporter.origin": { event_id: "$0", room_id: "!old:old.test", restore: { set: {}, drop: [] } },
      },
    },
  ],
};

describeInChromium("conversions on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "web-conversions-"));
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    user = unique("ann");
    await registerUser(synapse.url, user, "Ann");
  });
  after(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });

  /** The page that looks into such a file. */
  async function looked(name: string, buffer: Buffer): Promise<Visitor> {
    const visitor = await Visitor.open(service, synapse.url);
    await visitor.signIn(user);
    await visitor.go("Import");
    await visitor.page
      .locator("input[type=file]")
      .setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    await visitor.page.getByRole("button", { name: "Send it and look inside" }).click();
    return visitor;
  }

  it("tell conversations of one name apart; the job of the import says what it imports, also after a reload", async () => {
    const zip = writeZip(folder, "discord.zip", {
      "a.json": channel([message(1, "in rooms")]),
      "b.json": channel([message(2, "spare")], { id: "102", category: "Spare" }),
    });
    const visitor = await looked("discord.zip", readFileSync(zip));
    const { page } = visitor;
    await page.getByRole("row", { name: "soup (Rooms)" }).waitFor();
    await page.getByRole("row", { name: "soup (Spare)" }).click();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Convert 1 conversation" }).click();
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await page.getByRole("link", { name: "Open the room" }).waitFor();
    await visitor.go("Export");
    await page.reload();
    await visitor.signIn(user);
    await visitor.go("Jobs");
    await page.getByRole("article", { name: "Import of soup", exact: true }).waitFor();
    await page.getByRole("article", { name: "Conversion of discord.zip", exact: true }).waitFor();
    await page.getByRole("article", { name: "Conversion of soup", exact: true }).waitFor();
    await visitor.leave();
  });

  it("ask for the order of dates that can be read in several ways, and for the time zone", async () => {
    const visitor = await looked(
      "WhatsApp Chat with Bob.txt",
      Buffer.from("01/02/2023, 22:13 - Ann: Who wants tea?\n01/02/2023, 22:14 - Bob: Me!\n"),
    );
    const { page } = visitor;
    const asked: unknown[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/v1/conversions")) asked.push(request.postDataJSON());
    });
    const order = page.getByLabel("How does it write dates?");
    await order.selectOption("mdy");
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("In which time zone was it written?").selectOption("UTC");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Import into a new room" }).waitFor();
    expect(asked.at(-1)).to.include({ date_order: "mdy", time_zone: "UTC" });
    await visitor.leave();
  });

  it("believe the import of a user whom the person trusts", async () => {
    const visitor = await looked("export.json", Buffer.from(JSON.stringify(IMPORTED)));
    const { page } = visitor;
    await page.getByText("they stand under their sender").waitFor();
    const whose = page.getByLabel("Whose imports may name the authors?");
    expect(await whose.inputValue()).to.equal(service.userId);
    await visitor.expectAccessible();
    await whose.fill("somebody");
    await page.getByRole("button", { name: "Convert again" }).click();
    await page.getByRole("alert").getByText("a user id, such as @ann:example.org").waitFor();
    await whose.fill(IMPORTER);
    await page.getByRole("button", { name: "Convert again" }).click();
    await page.getByText("they stand under their sender").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Import into a new room" }).waitFor();
    await visitor.leave();
  });
});
