import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { de } from "../../../web/texts/de/de.ts";
import { en } from "../../../web/texts/en/en.ts";
import { es } from "../../../web/texts/es/es.ts";
import { fr } from "../../../web/texts/fr/fr.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { looseNames, tooWide } from "./looks-right.ts";
import { Visitor } from "./visitor.ts";

/** Letters that run from right to left, then some that do not: without isolation they turn what stands beside them. */
const TURNING = "שלום Tea 7";
/** What is in front: pages that were looked at before stay behind it. */
const HERE = "main > div:not([hidden])";
const PAGES = ["rooms", "imports", "jobs", "look", "rules"];
const ADMIN = ["jobs", "audit", "storage", "keys", "homeserver", "metrics"].map((name) => `admin/${name}`);
const PHONE = { width: 390, height: 844 };

describeInChromium("the web page in other languages", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;
  let ann: MatrixClient;

  before(async () => {
    synapse = await sharedSynapse();
    user = unique("ann");
    ann = await registerUser(synapse.url, user, "Ann");
    service = await startWebService({ permissions: { "*": "user", [ann.userId]: "admin" } });
    const turning = await ann.createRoom({ name: TURNING, topic: TURNING, invite: [service.userId] });
    await ann.setDisplayName(TURNING);
    await ann.say(turning, TURNING);
    const bridge = { type: "m.bridge", state_key: "irc", content: { protocol: { id: "irc" } } };
    const bridged = await ann.createRoom({ name: `${TURNING} B`, initial_state: [bridge], invite: [service.userId] });
    for (const room of [turning, bridged])
      for (;;) if ((await ann.stateContent(room, "m.room.member", service.userId))["membership"] === "join") break;
  });
  after(async () => {
    await service.close();
  });

  it("speaks the browser's language, and another one when that is chosen, as long as the tab is open", async () => {
    const visitor = await Visitor.open(service, synapse.url, "", [], "de-AT");
    const { page } = visitor;
    await page.getByRole("heading", { name: de.signIn.heading }).waitFor();
    await visitor.expectAccessible();
    await visitor.signIn(user, user, de);
    expect(await page.evaluate("document.documentElement.lang")).to.equal("de");
    await page.getByRole("row", { name: `${TURNING} B` }).click();
    await page.getByText(de.rooms.selected(1)).waitFor();
    await page.getByLabel(de.languageChoice).selectOption("fr");
    await page.getByRole("heading", { name: fr.rooms.heading }).waitFor();
    // what was chosen stays
    await page.getByText(fr.rooms.selected(1)).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).to.equal("fr");
    await visitor.expectAccessible();
    await page.reload();
    await page.getByRole("heading", { name: fr.signIn.heading }).waitFor();
    expect(await page.evaluate("[Object.keys(localStorage), document.cookie]")).to.deep.equal([[], ""]);
    await visitor.leave();
    const other = await Visitor.open(service, synapse.url, "", [], "fi, es-MX");
    await other.page.getByRole("heading", { name: "Iniciar sesión" }).waitFor();
    await other.leave();
  });

  it("says which sentences are English: those of the service", async () => {
    const visitor = await Visitor.open(service, synapse.url, "", [], "de");
    const { page } = visitor;
    await visitor.signIn(user, user, de);
    await page.getByRole("row", { name: `${TURNING} B` }).click();
    await page.getByRole("button", { name: de.rooms.submit(1), exact: true }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.locator("[lang=en]").allTextContents()).to.have.length(1);
    expect(await alert.locator("strong").textContent()).to.equal(de.rooms.refused(`\u2068${TURNING} B\u2069`));
    expect(await page.evaluate("getComputedStyle(document.querySelector('[role=alert] strong')).direction")).to.equal(
      "ltr",
    );
    await visitor.leave();
  });

  it("keeps names that run from right to left by themselves, on every page", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page
      .getByRole("row", { name: TURNING })
      .filter({ hasNotText: `${TURNING} B` })
      .click();
    await page.getByRole("button", { name: en.exports.onlyPeople(0) }).click();
    await page.getByRole("option", { name: TURNING }).click();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const download = page.getByRole("button", { name: en.jobs.download });
    await download.waitFor();
    expect(await looseNames(page, TURNING), "export").to.deep.equal([]);
    const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
    const bundle = await readFile(await saved.path());
    for (const hash of [...PAGES, ...ADMIN]) {
      await page.evaluate(`location.hash = "#/${hash}"`);
      const file = page.locator(`${HERE} input[type=file]`);
      await page.locator(`${HERE} :is(h1, h2)`).first().waitFor();
      if ((await file.count()) > 0) {
        await file.setInputFiles({ name: `${TURNING}.zip`, mimeType: "application/zip", buffer: bundle });
        await page.locator(HERE).getByText(TURNING).first().waitFor();
      }
      expect(await looseNames(page, TURNING), hash).to.deep.equal([]);
    }
    await visitor.leave();
  });

  for (const [language, texts] of Object.entries({ de, es, fr }))
    it(`fits on a phone in ${language}`, async () => {
      const visitor = await Visitor.open(service, synapse.url, "", [], language);
      const { page } = visitor;
      await page.setViewportSize(PHONE);
      expect(await tooWide(page), "sign-in").to.deep.equal([]);
      await visitor.signIn(user, user, texts);
      for (const hash of [...PAGES, ...ADMIN]) {
        await page.evaluate(`location.hash = "#/${hash}"`);
        await page.locator(`${HERE} :is(h1, h2)`).first().waitFor();
        const closed = page.locator(`${HERE} [aria-expanded=false]:not([role=row]):visible`);
        while ((await closed.count()) > 0) await closed.first().click();
        expect(await tooWide(page), hash).to.deep.equal([]);
        const current = await page.locator(`${HERE} nav [aria-current]`).all();
        for (const section of current) {
          const { x = -1, width = 0 } = (await section.boundingBox()) ?? {};
          expect([x >= 0, x + width <= PHONE.width], `${hash}: the section that is shown`).to.deep.equal([true, true]);
        }
      }
      await page.setViewportSize({ width: 1000, height: 800 });
      await visitor.leave();
    });
});
