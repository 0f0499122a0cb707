import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Page, Worker } from "playwright-core";
import { openArchive } from "../../src/bundle/open-bundle.ts";
import { verifyBundle } from "../../src/bundle/verify/verify.ts";
import { decryptBundle } from "../../src/decrypt/decrypt-bundle.ts";
import { readKeyFile } from "../../src/decrypt/keys/file/read-key-file.ts";
import { openDecryptor } from "../../src/decrypt/megolm/open-decryptor.ts";
import { keyExport } from "../support/megolm/key-export.ts";
import { describeInChromium } from "../support/shared-chromium.ts";
import { serveWebPage, type WebPageServer } from "../support/web-page-server.ts";
import { openFile } from "../synapse/web/look-visitor.ts";
import { Visitor } from "../synapse/web/visitor.ts";
import { temporaryDirectory } from "../unit/bundle/sample.ts";
import { sealedRoom, type SealedRoom } from "../support/megolm/sealed-room.ts";

const PASSPHRASE = "marked passphrase";
/** Whatever a browser keeps for a page. */
const KEPT = `(async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map(({ name }) => name), ...(await caches.keys()),
].filter(Boolean))()`;

describeInChromium("an encrypted bundle in the browser", function () {
  this.timeout(60_000);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let server: WebPageServer;
  let room: SealedRoom;
  let keys: string;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    [directory, server] = [await temporaryDirectory(), await serveWebPage()];
    room = await sealedRoom(directory.path);
    keys = join(directory.path, "keys.txt");
    await writeFile(keys, keyExport(room.sessions, PASSPHRASE));
  });
  after(async () => {
    await server.close();
    await directory.remove();
  });
  beforeEach(async () => {
    visitor = await Visitor.at(`${server.url}/#/look`, [server.url]);
    page = visitor.page;
    await openFile(page, room.file);
  });

  /** Gives the keys, as somebody does. */
  async function give(file: string, passphrase: string): Promise<void> {
    await page.locator("form input[type=file]").setInputFiles(file);
    await page.getByLabel("Passphrase of the key file").fill(passphrase);
    await page.getByRole("button", { name: "Open the messages" }).click();
  }

  it("is read with a key file, and saved as bundle decrypt writes it; nothing of it is sent or kept", async () => {
    expect(await page.locator(".conversation").innerText()).not.to.contain("marked");
    const before = server.asked.length;
    await page.getByRole("button", { name: "Read with your keys" }).click();
    await visitor.expectAccessible();
    await give(keys, PASSPHRASE);
    await page.getByText(`${room.opened} of ${room.sealed} encrypted messages were opened`).waitFor();
    await page.getByText("1 encrypted message: no key for them was given").waitFor();
    await page.locator(".conversation").getByText("marked text").first().waitFor();
    await visitor.expectAccessible();

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the decrypted bundle" }).click(),
    ]);
    expect(download.suggestedFilename()).to.equal("sealed.plain.zip");
    const byCommand = join(directory.path, "by-command.zip");
    const decryptor = await openDecryptor(await readKeyFile(await readFile(keys), PASSPHRASE));
    await decryptBundle(room.file, { decryptor, folder: directory.path }, (write) =>
      write(createWriteStream(byCommand)),
    );
    await decryptor.close();
    expect(await entriesOf(await download.path())).to.deep.equal(await entriesOf(byCommand));
    expect((await verifyBundle(await download.path())).faults).to.deep.equal([]);

    // the cryptography is all that was asked for; the reader of bundles was there already
    const asked = server.asked.slice(before);
    expect(asked.filter((request) => !/^GET \/web\/[\w.-]+ /.test(request))).to.deep.equal([]);
    for (const secret of ["marked", ...room.sessions.map(({ session_key: key }) => key)])
      expect(asked.join("\n")).not.to.contain(secret);
    expect(await page.evaluate(KEPT)).to.deep.equal([]);
    await visitor.leave();
    const later = await Visitor.at(`${server.url}/#/look`, [server.url]);
    expect(await later.page.evaluate(KEPT)).to.deep.equal([]);
    await later.leave();
  });

  it("says what is wrong with keys in words of the page, and lets others be given or the room be left as it is", async () => {
    await page.getByRole("button", { name: "Read with your keys" }).click();
    await give(keys, "another");
    await page.getByRole("alert").getByText("The passphrase does not open the key file").waitFor();
    await visitor.expectAccessible();
    await give(room.file, PASSPHRASE);
    await page.getByRole("alert").getByText("This is not a file of exported room keys").waitFor();
    const others = join(directory.path, "others.txt");
    await writeFile(others, keyExport([], PASSPHRASE));
    await give(others, PASSPHRASE);
    await page.getByRole("alert").getByText("None of these keys opens a message").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Read with your keys" }).waitFor();
    expect(await page.locator(".conversation article").count()).to.be.above(0);
    await visitor.leave();
  });

  it("is decrypted in a worker that may ask nobody for anything, and that ends when somebody cancels it", async () => {
    const started = new Promise<Worker>((resolve) => {
      page.on("worker", (worker) => {
        if (worker.url().includes("decrypt-worker")) resolve(worker);
      });
    });
    await page.getByRole("button", { name: "Read with your keys" }).click();
    const slow = join(directory.path, "slow.txt");
    await writeFile(slow, askingForRounds(keyExport(room.sessions, PASSPHRASE), 9_000_000));
    await give(slow, PASSPHRASE);
    const worker = await started;
    for (const way of [
      `fetch(${JSON.stringify(`${server.url}/v1/service`)})`,
      `import(${JSON.stringify(`${server.url}/web/x.js`)})`,
      `new Promise((done, refused) => { const socket = new WebSocket(${JSON.stringify(server.url.replace("http", "ws"))}); socket.onopen = done; socket.onerror = refused; })`,
    ])
      expect(await worker.evaluate(`${way}.then(() => "asked", () => "refused")`), way).to.equal("refused");
    expect(server.asked.join("\n")).not.to.contain("/web/x.js");
    const ended = new Promise((resolve) => worker.on("close", resolve));
    await page.getByRole("button", { name: "Cancel" }).click();
    await ended;
    await page.getByRole("button", { name: "Open the messages" }).waitFor();
    // the browser says of each that it was refused
    visitor.faults.length = 0;
    await visitor.leave();
  });
});

/** A key file that takes long enough to look at who reads it. */
function askingForRounds(file: string, rounds: number): string {
  const [begin = "", base64 = "", ...rest] = file.split("\n");
  const bytes = Buffer.from(base64, "base64");
  bytes.writeUInt32BE(rounds, 33);
  return [begin, bytes.toString("base64"), ...rest].join("\n");
}

/** What an archive holds, by the names of its entries: the SHA-256 of each. */
async function entriesOf(file: string): Promise<Record<string, string>> {
  const { archive, close } = await openArchive(file);
  const entries: Record<string, string> = {};
  for (const entry of archive.directory.entries.values()) {
    const hash = createHash("sha256");
    for await (const chunk of archive.read(entry)) hash.update(chunk);
    entries[entry.name] = hash.digest("hex");
  }
  await close();
  return entries;
}
