import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { verifyBundle } from "../../../src/bundle/verify/verify.ts";
import { hostileRoom } from "../../browser/hostile-room.ts";
import { readerRoom } from "../../browser/reader-sample.ts";
import { rendered, type Rendered } from "../../browser/rendered.ts";
import { keyBackup, recoveryKeyOf } from "../../support/megolm/key-backup.ts";
import { sealedRoomWithFile } from "../../support/megolm/sealed-room.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium, sharedChromium } from "../../support/shared-chromium.ts";
import { until } from "../../support/until.ts";
import { sharedSynapse } from "../../support/shared-synapse.ts";
import { startWebService } from "../../support/web-service.ts";
import { registerUser, unique } from "../../support/users.ts";
import { temporaryDirectory } from "../../unit/bundle/sample.ts";
import { writeSampleCollection } from "../../unit/collections/sample-collection.ts";
import { focusedText, messagesIn, openFile, visitLook } from "./look-visitor.ts";
import { Visitor } from "./visitor.ts";

/** Opens, points at and focuses everything. */
const TOUCH_ALL = `
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const element of document.querySelectorAll("main *")) {
    for (const type of ["mouseover", "focus", "toggle", "load", "error", "begin"])
      element.dispatchEvent(new Event(type, { bubbles: type !== "load" && type !== "error" }));
    element.focus();
  }`;
/** Attributes of the conversation that could run, load or restyle something; what is only told is left out. */
const ODD_ATTRIBUTES = `[...document.querySelectorAll(".reading *")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name }) => !/^(?:title|alt|aria-label|download|data-mx-.*)$/.test(name))
    .filter(({ name, value }) => /^on|^style$|^srcset$/i.test(name) || /^\\s*(?:javascript|data|vbscript):/i.test(value))
    .filter(({ name }) => !(name === "style" && element.matches(".conversation > *")))
    .map(({ name, value }) => element.tagName + " " + name + "=" + value))`;

describeInChromium("a bundle opened in the browser", function () {
  this.timeout(120_000);
  let service: Service;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let file: string;
  let page: Rendered;

  before(async () => {
    [directory, service] = [await temporaryDirectory(), await startWebService()];
    page = await rendered(readerRoom(), directory.path, "reader");
    file = join(directory.path, "reader.zip");
  });
  after(async () => {
    await service.close();
    await directory.remove();
  });

  it("is read as bundle render reads it, with the same chart, without a request and with the service gone", async () => {
    const byRender = await (await sharedChromium()).newPage();
    await byRender.goto(page.single);
    const expected = await messagesIn(byRender);
    const numbers = await byRender.locator(".activity table").textContent();
    await byRender.close();

    const visitor = await visitLook(service);
    await visitor.expectAccessible();
    await service.stop();
    const asked: string[] = [];
    visitor.page.on("request", (request) => !request.url().startsWith("blob:") && asked.push(request.url()));
    await visitor.page.setViewportSize({ width: 1000, height: 8000 });
    await openFile(visitor.page, file);
    await visitor.page.locator(`#${expected.at(-1)?.[0] ?? ""}`).waitFor();
    expect(await messagesIn(visitor.page))
      .to.deep.equal(expected)
      .and.to.have.length.greaterThan(15);
    expect(await visitor.page.locator(".activity table").textContent()).to.equal(numbers);
    expect(asked).to.deep.equal([]);
    await visitor.leave();
    await service.start();
  });

  it("shows its pictures, saves its files, and follows pins, replies, links and threads", async () => {
    const visitor = await visitLook(service);
    const { page: shown } = visitor;
    await openFile(shown, file);
    await shown.getByText("Activity", { exact: false }).first().click();
    await visitor.expectAccessible();
    const pinned = shown.locator(".pins a").last();
    await pinned.click();
    await shown.locator(".m.here", { hasText: "The tea house" }).waitFor();
    const picture = shown.locator(".m img.picture").first();
    await until(() => shown.evaluate<boolean>("document.querySelector('.m img.picture').naturalWidth > 0"));
    expect(await picture.getAttribute("src")).to.match(/^blob:/);
    await shown.getByRole("link", { name: "asked above" }).click();
    await shown.locator(".m.here", { hasText: "Shall we have tea?" }).waitFor();
    await shown.locator(".m.here .replies summary").click();
    await shown.locator(".m.here .replies a").last().click();
    await shown.locator(".m.here", { hasText: "thread 24" }).waitFor();
    await visitor.expectAccessible();
    const [saved] = await Promise.all([
      shown.waitForEvent("download"),
      shown.getByRole("link", { name: "page.py" }).click(),
    ]);
    expect(saved.suggestedFilename()).to.equal("page.py");
    expect(await readFile(await saved.path(), "utf8")).to.equal("<html>tea</html>");
    await visitor.leave();
  });

  it("finds messages by words, days by their date, and is read with the keyboard", async () => {
    const visitor = await visitLook(service);
    const { page: shown } = visitor;
    await openFile(shown, file);
    await shown.getByLabel("Search the conversation").fill("TEA shall");
    await shown.keyboard.press("Enter");
    await shown.getByRole("heading", { name: "1 message found" }).waitFor();
    await visitor.expectAccessible();
    await shown.getByRole("region", { name: "Search results" }).locator(".look-hit").click();
    await shown.locator(".m.here", { hasText: "Shall we have tea?" }).waitFor();
    await shown.keyboard.press("j");
    expect(await focusedText(shown)).to.contain("example.org/tea_(drink)");
    await shown.keyboard.press("End");
    await shown.locator("article:last-of-type:focus").waitFor();
    await shown.getByLabel("Search the conversation").fill("nowhere to be found");
    await shown.keyboard.press("Enter");
    await shown.getByRole("heading", { name: "No message found" }).waitFor();
    await shown.getByLabel("Go to date").fill("2023-11-10");
    await shown.getByRole("button", { name: "Go", exact: true }).click();
    await shown.locator(".here").waitFor();
    await visitor.leave();
  });

  it("is opened from the page that imports, by whoever is signed in", async () => {
    const user = unique("ann");
    await registerUser((await sharedSynapse()).url, user);
    const visitor = await Visitor.open(service, (await sharedSynapse()).url);
    const { page: shown } = visitor;
    await visitor.signIn(user);
    await visitor.go("Import");
    await shown.locator("input[type=file]").setInputFiles(file);
    await shown.getByRole("button", { name: "Look inside" }).click();
    await shown.locator(".part article").first().waitFor();
    await shown.locator(".pins a").first().click();
    await shown.locator(".m.here", { hasText: "Shall we have tea?" }).waitFor();
    expect(await shown.locator(".m.here").isVisible()).to.equal(true);
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("of an encrypted room is read with the key backup, its files fetched, and imported in plain text where that is ticked", async () => {
    const synapse = await sharedSynapse();
    const user = unique("ann");
    const ann = await registerUser(synapse.url, user);
    const { room, sealedFile } = await sealedRoomWithFile(directory.path, (bytes, type) => ann.upload(bytes, type));
    const backup = keyBackup();
    const { version } = await ann.request("POST", "/_matrix/client/v3/room_keys/version", { json: backup.version });
    const keysAt = `/_matrix/client/v3/room_keys/keys/${encodeURIComponent("!tea:acme.test")}?version=${String(version)}`;
    await ann.request("PUT", keysAt, { json: backup.keys(room.sessions) });
    const visitor = await Visitor.open(service, synapse.url);
    const { page: shown } = visitor;
    const sent: string[] = [];
    shown.on("request", (request) =>
      sent.push(request.url(), request.postData() ?? "", JSON.stringify(request.headers())),
    );
    await visitor.signIn(user);
    await shown.getByRole("navigation").getByRole("link", { name: "Look" }).click();
    await openFile(shown, room.file);
    await shown.getByRole("button", { name: "Read with your keys" }).click();
    await shown.getByLabel("Where your keys are").selectOption("backup");
    const secret = shown.getByLabel("Recovery key or security phrase");
    await secret.fill(recoveryKeyOf());
    await shown.getByRole("button", { name: "Open the messages" }).click();
    await shown.getByRole("alert").getByText("is not that of this account").waitFor();
    await secret.fill(backup.recoveryKey);
    await shown.getByRole("button", { name: "Open the messages" }).click();
    await shown.getByText("1 file was decrypted").waitFor();
    await shown.locator(".conversation").press("End");
    const [saved] = await Promise.all([
      shown.waitForEvent("download"),
      shown.locator(".conversation").getByRole("link", { name: "notes.txt" }).click(),
    ]);
    expect(await readFile(await saved.path(), "utf8")).to.equal(sealedFile);
    for (const word of ["marked", ...backup.recoveryKey.split(" ")]) expect(sent.join("\n")).not.to.contain(word);

    await shown.getByRole("button", { name: "Import it" }).click();
    const tick = shown.getByText("Import the plain text");
    await tick.waitFor();
    await visitor.expectAccessible();
    await tick.click();
    await shown.getByRole("button", { name: "Import into a new room" }).click();
    const link = await shown.getByRole("link", { name: "Open the room" }).getAttribute("href");
    const roomId = /![^?]+/.exec(decodeURIComponent(link ?? ""))?.[0] ?? "";
    await ann.join(roomId);
    const contents = (await ann.timeline(roomId)).map(({ content }) => content);
    expect(contents.map(({ body }) => body)).to.include("marked text 7");
    const { url } = contents.find(({ msgtype }) => msgtype === "m.file") ?? {};
    expect(String(await ann.download(String(url)))).to.equal(sealedFile);
    await visitor.leave();
  });

  it("lists the rooms of a collection, and opens each", async () => {
    const collection = await writeSampleCollection(directory.path, "collection.zip");
    const visitor = await visitLook(service);
    const { page: shown } = visitor;
    await shown.locator("input[type=file]").setInputFiles(collection);
    await shown.getByRole("heading", { name: /Rooms of acme\.test/ }).waitFor();
    await shown.getByText("2 rooms").waitFor();
    await visitor.expectAccessible();
    await shown.locator(".collected-room").last().click();
    await shown.locator(".part article").first().waitFor();
    const [saved] = await Promise.all([
      shown.waitForEvent("download"),
      shown.getByRole("button", { name: "Save its bundle" }).click(),
    ]);
    expect((await verifyBundle(await saved.path())).faults).to.deep.equal([]);
    await shown.getByRole("button", { name: "All rooms" }).click();
    await shown.locator(".collected-room").first().click();
    await shown.locator(".part article").first().waitFor();
    await visitor.leave();
  });

  it("executes nothing of a hostile room, whatever is opened, touched and focused", async () => {
    await rendered(hostileRoom(), directory.path, "hostile");
    const visitor = await visitLook(service);
    const { page: shown } = visitor;
    const dialogs: string[] = [];
    shown.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    shown.on("popup", (popup) => dialogs.push(popup.url()));
    await shown.setViewportSize({ width: 1000, height: 20_000 });
    await openFile(shown, join(directory.path, "hostile.zip"));
    await shown.getByText("Reading the rest").waitFor({ state: "detached" });
    await shown.evaluate(TOUCH_ALL);
    await shown.getByLabel("Search the conversation").fill("script");
    await shown.keyboard.press("Enter");
    await shown.locator(".look-hit").first().waitFor();
    const made = shown
      .locator(".reading")
      .locator("script, style, iframe, object, embed, form, link, meta, base, input");
    expect(await made.count()).to.equal(0);
    const odd = await shown.evaluate(ODD_ATTRIBUTES);
    expect(odd).to.deep.equal([]);
    expect(await shown.evaluate("'hacked' in window ? 'hacked' : document.title")).to.equal("Roomporter");
    expect(dialogs).to.deep.equal([]);
    await visitor.leave();
  });

  it("says what is wrong with a file that is no bundle, and opens the next one", async () => {
    const broken = join(directory.path, "broken.zip");
    const bytes = await readFile(file);
    await writeFile(broken, bytes.subarray(0, bytes.length - 100));
    const visitor = await visitLook(service);
    const { page: shown } = visitor;
    await shown.locator("input[type=file]").setInputFiles(broken);
    await shown.getByRole("alert").getByText("broken.zip: The file is not a ZIP archive").waitFor();
    await visitor.expectAccessible();
    await openFile(shown, file);
    await visitor.leave();
  });
});
