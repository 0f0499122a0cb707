import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ALICE, Conversation } from "../../support/conversation.ts";
import { cuttingProxy, type CuttingProxy } from "../../support/cutting-proxy.ts";
import { writeExport } from "../../support/foreign-exports/forms.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { writeSampleCollection } from "../../unit/collections/sample-collection.ts";
import { Visitor } from "./visitor.ts";

const SIZE = 3_000_000;

describeInChromium("imports on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let proxy: CuttingProxy;
  let synapse: SharedSynapse;
  let user: string;
  let ann: MatrixClient;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "web-imports-"));
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    proxy = await cuttingProxy(service.url);
    user = unique("ann");
    ann = await registerUser(synapse.url, user, "Ann");
  });
  after(async () => {
    await proxy.close();
    await service.close();
    rmSync(folder, { recursive: true });
  });

  /** The page, signed in, where imports are. */
  async function importPage(at: Pick<Service, "url"> = service): Promise<Visitor> {
    const visitor = await Visitor.open(at, synapse.url);
    await visitor.signIn(user);
    await visitor.go("Import");
    return visitor;
  }

  /** A bundle with a file of noise, large enough to be cut. */
  async function largeBundle(name: string): Promise<Buffer> {
    const talk = new Conversation();
    talk.send(ALICE, "m.room.name", { name }, { state_key: "" });
    const url = talk.file(randomBytes(SIZE), "application/octet-stream", "noise.bin");
    talk.send(ALICE, "m.room.message", { msgtype: "m.file", body: "noise.bin", url });
    const written = await talk.write((head) => (head.room.name = name));
    const bytes = await readFile(written.file);
    await written.remove();
    return bytes;
  }

  const drop = ({ page }: Visitor, name: string, buffer: Buffer): Promise<void> =>
    page.locator("input[type=file]").setInputFiles({ name, mimeType: "application/octet-stream", buffer });

  it("convert conversations of a Slack export: chosen, with what differs, into rooms", async () => {
    const visitor = await importPage();
    const { page } = visitor;
    await drop(visitor, "slack.zip", readFileSync(writeExport("slack", folder).input));
    await page.getByText("This file is not a bundle.").waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Send it and look inside" }).click();
    await page.getByRole("heading", { name: "Which conversations?" }).waitFor();
    await page.getByText("An export of Slack").waitFor();
    await page.getByLabel("Search conversations").fill("te");
    await page.getByRole("row", { name: "tea" }).click();
    await page.getByLabel("Search conversations").fill("");
    await page.getByRole("row").nth(1).waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Convert 1 conversation" }).click();
    const submit = page.getByRole("button", { name: "Import into a new room" });
    await submit.waitFor();
    await page.getByText("What differs or is missing").waitFor();
    await page.getByText("The export does not hold this file.").waitFor();
    await visitor.expectAccessible();
    const before = await importJobs();
    await submit.click();
    const open = page.getByRole("link", { name: "Open the room" });
    await open.waitFor();
    expect(await importJobs()).to.equal(before + 1);
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("ask for the time zone of a WhatsApp export", async () => {
    const visitor = await importPage();
    const { page } = visitor;
    const text = "14/11/2023, 22:13 - Ann: Who wants tea?\n14/11/2023, 22:14 - Bob: <b>Me</b>!\n";
    await drop(visitor, "WhatsApp Chat with <b>Bob</b>.txt", Buffer.from(text));
    await page.getByRole("button", { name: "Send it and look inside" }).click();
    await page.getByLabel("In which time zone was it written?").selectOption("Europe/Berlin");
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("button", { name: "Import into a new room" }).waitFor();
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("go on after the connection was cut and the service killed; the same file again is already imported", async () => {
    const bundle = await largeBundle("Cut");
    const visitor = await importPage(proxy);
    const { page } = visitor;
    await drop(visitor, "cut.zip", bundle);
    proxy.cutAfter(SIZE / 2, "closed");
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await page.getByText("The connection is broken. Trying again").waitFor();
    expect(proxy.cuts).to.equal(1);
    await visitor.expectAccessible();
    await service.kill();
    await service.start();
    proxy.reopen();
    const open = page.getByRole("link", { name: "Open the room" });
    await open.waitFor();
    const href = await open.getAttribute("href");

    await page.getByRole("button", { name: "Import something else" }).click();
    await drop(visitor, "copy of cut.zip", bundle);
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await page.getByText("Already imported").waitFor();
    expect(await page.getByRole("link", { name: "Open the room" }).getAttribute("href")).to.equal(href);
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Import again" }).click();
    await page.getByRole("article").getByRole("link", { name: "Open the room" }).waitFor();
    expect(await page.getByRole("link", { name: "Open the room" }).getAttribute("href")).not.to.equal(href);
    await visitor.leave();
  });

  it("go on where they stood when the same file is dropped after a reload", async () => {
    const bundle = await largeBundle("Reloaded");
    const at = join(folder, "reloaded.zip");
    writeFileSync(at, bundle);
    const visitor = await importPage(proxy);
    const { page } = visitor;
    await page.locator("input[type=file]").setInputFiles(at);
    proxy.cutAfter(SIZE / 2, "closed");
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await page.getByText("The connection is broken. Trying again").waitFor();
    await page.goto("about:blank");
    proxy.reopen();
    await page.goto(proxy.url);
    await visitor.signIn(user);
    await visitor.go("Import");
    const begun: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/v1/uploads")) begun.push(request.method());
    });
    await page.locator("input[type=file]").setInputFiles(at);
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await page.getByRole("link", { name: "Open the room" }).waitFor();
    expect(begun).to.include("HEAD").and.not.include("POST");
    await visitor.leave();
  });

  it("say so where the spaces to choose from are not known", async () => {
    const visitor = await importPage();
    const { page } = visitor;
    const sentence = "The homeserver does not answer";
    await page.route("**/v1/workspaces", (route) => route.fulfill({ status: 503, json: { error: sentence } }));
    await drop(visitor, "tea.zip", await largeBundle("Tea"));
    await page.getByRole("alert").getByText(sentence).waitFor();
    expect(await page.getByLabel("Into the space").inputValue()).to.equal("");
    await visitor.leave();
  });

  it("of a collection lead to its rooms, without sending it", async () => {
    const collection = await writeSampleCollection(folder, "collection.zip");
    const visitor = await importPage();
    const { page } = visitor;
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    await page.locator("input[type=file]").first().setInputFiles(collection);
    await page.getByText("This is a collection of rooms").waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Look inside" }).click();
    await page.getByText("2 rooms").waitFor();
    expect(sent).to.deep.equal([]);
    await visitor.leave();
  });

  it("of a collection are checked first, and imported as one", async () => {
    const collection = await writeSampleCollection(folder, "whole.zip");
    const visitor = await importPage();
    const { page } = visitor;
    await page.locator("input[type=file]").first().setInputFiles(collection);
    await page.getByRole("button", { name: "Send and check" }).click();
    await page.getByText(/^\d rooms would be made, in about/).waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: /^Import \d rooms$/ }).click();
    await page.getByRole("article", { name: /^Import of (?:the|a) space/ }).waitFor();
    await page.getByText("Done").first().waitFor();
    await visitor.leave();
  });

  it("say why a file cannot be converted, in the service's sentence", async () => {
    const visitor = await importPage();
    const { page } = visitor;
    await drop(visitor, "letter.txt", Buffer.from("Dear Bob"));
    await page.getByRole("button", { name: "Send it and look inside" }).click();
    await page.getByRole("alert").getByText("This is no export of a program that is known, nor a bundle").waitFor();
    await visitor.expectAccessible();
    await visitor.leave();
  });

  async function importJobs(): Promise<number> {
    const { jobs } = (await (
      await fetch(`${service.url}/v1/jobs?kind=import`, { headers: { authorization: `Bearer ${ann.token}` } })
    ).json()) as { jobs: unknown[] };
    return jobs.length;
  }
});
