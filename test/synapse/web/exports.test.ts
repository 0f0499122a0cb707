import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Download, Page } from "playwright-core";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

describeInChromium("what can be exported on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;
  let ann: MatrixClient;
  let bob: MatrixClient;
  let tea: string;
  let root: string;

  before(async () => {
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    user = unique("ann");
    ann = await registerUser(synapse.url, user, "Ann");
    bob = await registerUser(synapse.url, unique("bob"), "Bob <i>B</i>");
    tea = await ann.createRoom({ name: "Tea", invite: [service.userId, bob.userId] });
    await bob.join(tea);
    root = await ann.say(tea, "shall we?");
    const relation = { rel_type: "m.thread", event_id: root };
    await bob.send(tea, "m.room.message", { msgtype: "m.text", body: "in the thread", "m.relates_to": relation });
    await bob.say(tea, "=1+1 beside it");
  });
  after(async () => {
    await service.close();
  });

  const start = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Export", exact: true }).click();
  };
  const saved = async (page: Page): Promise<{ name: string; text: string }> => {
    const button = page.getByRole("button", { name: "Download" }).first();
    await button.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    return { name: download.suggestedFilename(), text: await contentOf(download) };
  };

  it("shows spaces as trees: choosing one chooses its rooms, which can be taken out again", async () => {
    const space = await ann.createRoom({ name: "Kitchen", creation_content: { type: "m.space" } });
    const [hall, attic] = [await ann.createRoom({ name: "Hall" }), await ann.createRoom({ name: "Attic" })];
    const inner = await ann.createRoom({ name: "Upstairs", creation_content: { type: "m.space" } });
    const lists = async (parent: string, child: string): Promise<void> => {
      await ann.setState(parent, "m.space.child", { via: ["hs.test"] }, child);
    };
    await lists(space, hall);
    await lists(space, inner);
    await lists(inner, attic);
    await lists(inner, space);
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    const row = (name: string) => page.getByRole("row", { name });
    expect(await row("Attic").getAttribute("aria-level")).to.equal("3");
    expect(await row("Tea").getAttribute("aria-level")).to.equal("1");
    await row("Kitchen").click();
    await page.getByText("4 rooms selected").waitFor();
    await row("Upstairs").click();
    await page.getByText("2 rooms selected").waitFor();
    await row("Kitchen").getByRole("button", { name: "Collapse" }).click();
    await row("Hall").waitFor({ state: "detached" });
    await visitor.expectAccessible();
    await row("Kitchen").press("ArrowRight");
    await row("Hall").waitFor();
    await page.getByLabel("Search rooms").fill("attic");
    await row("Hall").waitFor({ state: "detached" });
    expect(await row("Attic").getAttribute("aria-level")).to.equal("1");
    await page.getByText("2 rooms selected").waitFor();
    await visitor.leave();
  });

  it("exports a space with its rooms as one file", async () => {
    const space = await ann.createRoom({ name: "Guild", creation_content: { type: "m.space" } });
    const hall = await ann.createRoom({ name: "Guild hall" });
    await ann.setState(space, "m.space.child", { via: ["hs.test"] }, hall);
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    const name = "Export space Guild with its rooms";
    await page.getByRole("row", { name: "Guild", exact: true }).getByRole("button", { name }).click();
    await page.getByRole("button", { name: `Invite ${service.userId} and export` }).click();
    const button = page.getByRole("button", { name: "Download" }).first();
    await button.waitFor();
    await page.getByRole("article", { name: "Export of the space Guild" }).waitFor();
    await page.getByText("No room selected").waitFor();
    await visitor.expectAccessible();
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    expect(download.suggestedFilename()).to.match(/^guild-\d{4}-\d\d-\d\d\.zip$/);
    await visitor.leave();
  });

  it("brings the service's user into a room where it is missing, silently, and goes on", async () => {
    const cellar = await ann.createRoom({ name: "Cellar" });
    await ann.say(cellar, "cold here");
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.getByRole("row", { name: "Cellar" }).click();
    await page.getByLabel("Save as", { exact: true }).selectOption("text");
    await start(page);
    const invite = page.getByRole("button", { name: `Invite ${service.userId} and export` });
    await invite.waitFor();
    await visitor.expectAccessible();
    await invite.click();
    const { name, text } = await saved(page);
    expect(name).to.match(/^cellar-.*\.txt$/);
    expect(text).to.contain("cold here");
    expect(text).not.to.contain("!help");
    await visitor.leave();
  });

  it("says what the homeserver says where the person may not invite", async () => {
    const rules = { power_level_content_override: { invite: 100 } };
    await ann.join(await bob.createRoom({ name: "Locked", invite: [ann.userId], ...rules }));
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.getByRole("row", { name: "Locked" }).click();
    await start(page);
    await page.getByRole("button", { name: `Invite ${service.userId} and export` }).click();
    await page.getByRole("alert").getByText("The homeserver did not let you invite").waitFor();
    await visitor.leave();
  });

  it("exports what certain people said, picked among the members, in each format", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.getByRole("row", { name: "Tea" }).click();
    await page.getByRole("button", { name: "Only certain people" }).click();
    await page.getByRole("option", { name: "Bob <i>B</i>" }).click();
    const search = page.getByLabel("Search people, or type a user id");
    await search.fill("@old:example.org");
    await page.getByRole("option", { name: "@old:example.org" }).click();
    await page.getByRole("button", { name: "Only 2 people" }).waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Remove @old:example.org" }).click();
    await page.getByRole("button", { name: "Only 1 person" }).waitFor();
    await start(page);
    const format = page.getByLabel("Save Export of Tea as");
    await format.waitFor();
    for (const [value, ending] of [
      ["text", "txt"],
      ["markdown", "md"],
      ["csv", "csv"],
      ["page", "html"],
    ] as const) {
      await format.selectOption(value);
      const { name, text } = await saved(page);
      expect(name).to.match(new RegExp(`^tea-.*\\.${ending}$`));
      expect(text, value).to.contain("beside it");
      expect(text, value).not.to.contain("shall we?");
    }
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("exports one thread, named by a link; of one room alone", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.getByRole("row", { name: "Tea" }).click();
    await page.getByLabel("Save as", { exact: true }).selectOption("text");
    await page.getByRole("button", { name: "Only one thread" }).click();
    const link = page.getByLabel("Link of the message at which the thread begins");
    await link.fill("the first one");
    await page.getByRole("alert").getByText("This is no link of a message").waitFor();
    await link.fill(`https://matrix.to/#/${tea}/${root}?via=hs.test`);
    await page.getByRole("row", { name: "Kitchen" }).click();
    await page.getByRole("alert").getByText("A thread belongs to one room").waitFor();
    await page.getByRole("row", { name: "Kitchen" }).click();
    await visitor.expectAccessible();
    await start(page);
    const { text } = await saved(page);
    expect(text).to.contain("in the thread").and.not.contain("beside it");
    await visitor.leave();
  });
});

async function contentOf(download: Download): Promise<string> {
  return await readFile(await download.path(), "utf8");
}
