import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { variedConversation } from "../../support/varied-conversation.ts";
import { Visitor } from "./visitor.ts";

/** Drops files from the device, as the browser does it. @param at in the window */
async function dropAt(page: Page, at: { x: number; y: number }, files: string[]): Promise<void> {
  const protocol = await page.context().newCDPSession(page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await protocol.send("Input.dispatchDragEvent", { type, ...at, data });
  await protocol.detach();
}

describeInChromium("files dropped on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;
  let folder: string;
  let bundle: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "web-files-"));
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    user = unique("ann");
    await registerUser(synapse.url, user, "Ann");
    const written = await variedConversation(2, "talk").write();
    bundle = join(folder, "room.zip");
    writeFileSync(bundle, readFileSync(written.file));
    await written.remove();
  });
  after(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });

  it("are one file with something in it, else it is said what to do; beside their place they do nothing", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await visitor.go("Import");
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    const place = page.locator(".drop").filter({ visible: true });
    const drop = async (...files: string[]): Promise<void> => {
      const box = await place.boundingBox();
      await dropAt(page, { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 20 }, files);
    };
    const alert = page.getByRole("alert");
    await drop(bundle, bundle);
    await alert.getByText("Drop one file at a time.").waitFor();
    mkdirSync(join(folder, "chats"));
    await drop(join(folder, "chats"));
    await alert.getByText("chats is a folder. Pack it into a ZIP").waitFor();
    writeFileSync(join(folder, "nothing.zip"), "");
    await drop(join(folder, "nothing.zip"));
    await alert.getByText("nothing.zip is empty").waitFor();
    writeFileSync(join(folder, "cut.zip"), readFileSync(bundle).subarray(0, -40));
    await drop(join(folder, "cut.zip"));
    await alert.getByText("cut.zip: The file is not a ZIP archive, or its directory is damaged.").waitFor();
    await visitor.expectAccessible();
    await dropAt(page, { x: 5, y: 300 }, [bundle]);
    await drop(bundle);
    await page.getByText("4 messages,").waitFor();
    expect(sent).to.deep.equal([]);
    expect(await page.title()).to.equal("Import · Roomporter");

    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Look" }).click();
    await drop(join(folder, "nothing.zip"));
    await alert.filter({ visible: true }).getByText("nothing.zip is empty").waitFor();
    await drop(bundle);
    await page.getByText("4 messages in 1 month").waitFor();
    await page.goBack();
    await page.getByText("4 messages,").waitFor();
    await visitor.leave();
  });

  it("are not sent any further once their person has signed out", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await visitor.go("Import");
    await page.locator("input[type=file]").setInputFiles(bundle);
    const held = Promise.withResolvers<undefined>();
    const given = Promise.withResolvers<undefined>();
    await page.route(/\/v1\/uploads$/, async (route) => {
      if (route.request().method() === "POST") {
        held.resolve(undefined);
        await given.promise;
      }
      await route.continue();
    });
    const pieces: string[] = [];
    page.on("request", (request) => request.method() === "PATCH" && pieces.push(request.url()));
    await page.getByRole("button", { name: "Import into a new room" }).click();
    await held.promise;
    await visitor.go("Export");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("User name").waitFor();
    given.resolve(undefined);
    await visitor.signIn(user);
    await visitor.go("Import");
    await page.locator("input[type=file]").waitFor({ state: "attached" });
    expect(pieces).to.deep.equal([]);
    await visitor.leave();
  });
});

describeInChromium("jobs on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;

  before(async () => {
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    user = unique("ann");
    await registerUser(synapse.url, user, "Ann");
  });
  after(() => service.close());

  it("are all there to see, page by page; that the service is away is said, until it is back", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    const progress = { done: 3, total: 9, unit: "events", rate: null, seconds_left: null };
    const of = { progress, room_id: null, report: null, error: null, kept: false, requester: `@${user}:localhost` };
    const job = (id: string, at: number, more: object = {}): object => {
      const time = new Date(at).toISOString();
      return { ...of, job_id: id, kind: "import", state: "running", subject: id, created_at: time, ...more };
    };
    const newest = [job("Third", 3, { finished_at: null }), job("Second", 2, { finished_at: null })];
    const looked = { kind: "convert", state: "succeeded", report: { program: "slack", needs: ["channel"] } };
    const oldest = [job("First", 1, { ...looked, finished_at: new Date(2).toISOString() })];
    let away = false;
    await page.route(/\/v1\/jobs\?/, async (route) => {
      if (away) await route.abort();
      else if (route.request().url().includes("from=Second")) await route.fulfill({ json: { jobs: oldest } });
      else await route.fulfill({ json: { jobs: newest, next_batch: "Second" } });
    });
    await visitor.signIn(user);
    await visitor.go("Jobs");
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByRole("article", { name: "Conversion of First" }).getByText("It was looked through").waitFor();
    const titles = page.getByRole("list", { name: "Jobs" }).getByRole("heading", { level: 2 });
    expect(await titles.allTextContents()).to.deep.equal([
      "Import of Third",
      "Import of Second",
      "Conversion of First",
    ]);
    expect(await page.getByRole("button", { name: "Show more" }).count()).to.equal(0);
    await visitor.expectAccessible();
    away = true;
    const said = page.getByText("The service does not answer. Trying again");
    await said.waitFor();
    await visitor.expectAccessible();
    away = false;
    await said.waitFor({ state: "detached" });
    await visitor.leave();
  });
});
