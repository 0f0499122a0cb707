import { expect } from "chai";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

const HOSTILE = `Board <img src=x onerror="alert(1)"> & co`;

describeInChromium("rooms with rules on the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let ann: MatrixClient;
  let bob: MatrixClient;
  const [annName, bobName] = [unique("ann"), unique("bob")];

  before(async () => {
    synapse = await sharedSynapse();
    [ann, bob] = [await registerUser(synapse.url, annName, "Ann"), await registerUser(synapse.url, bobName)];
    service = await startWebService({
      roles: { board: { users: [ann.userId] }, secret: { users: [bob.userId] } },
      rooms: {
        incognito: { allow: [ann.userId], auto_close_on_leave: "always" },
        restricted: { allow: [ann.userId] },
      },
    });
  });
  after(() => service.close());

  it("are made, with what the configuration lays down; people are invited and removed", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(annName);
    await visitor.go("Rooms");
    await page.getByText("No rooms yet.").waitFor();
    await page.getByLabel("Name", { exact: true }).fill(HOSTILE);
    await page.getByLabel("Topic").fill("Numbers");
    await page.getByText("Incognito", { exact: true }).click();
    await page.getByText("Incognito rooms always close").waitFor();
    expect(await page.getByRole("checkbox", { name: "Close it when I leave it" }).isDisabled()).to.equal(true);
    expect(await page.getByRole("radio", { name: "Anybody on this homeserver" }).isDisabled()).to.equal(true);
    await page.getByLabel("Invite", { exact: true }).fill(`${bob.userId} wrong`);
    await page.getByText("wrong is not a user id like @ann:example.org.").waitFor();
    await page.getByLabel("Invite", { exact: true }).fill(bob.userId);
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Make the room" }).click();
    await page.getByText(`${HOSTILE} was made`).waitFor();

    const card = page.getByRole("article", { name: HOSTILE });
    await card.getByText("Incognito", { exact: true }).waitFor();
    await card.getByRole("button", { name: "Rules and people" }).click();
    await card.getByText("Closes when its owner leaves").waitFor();
    await card.getByText("invited", { exact: false }).first().waitFor();
    await visitor.expectAccessible();
    await card.getByRole("button", { name: `Remove ${bobName}` }).click();
    await card.getByText(`${bob.userId} was removed.`).waitFor();
    await card.getByRole("button", { name: `Remove ${bobName}` }).waitFor({ state: "detached" });
    await card.getByLabel("Invite somebody").fill("@nobody:localhost");
    await card.getByRole("button", { name: "Invite", exact: true }).click();
    await card.getByRole("alert").getByText("The homeserver has no such user").waitFor();
    await visitor.leave();
  });

  it("are closed only by whoever types their name", async () => {
    const made = await post(ann, "/v1/rooms", { name: "Tea & <b>Biscuits</b>" });
    await ann.join(made.room_id);
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(annName);
    await visitor.go("Rooms");
    const card = page.getByRole("article", { name: "Tea & <b>Biscuits</b>" });
    await card.getByRole("button", { name: "Close room" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Close Tea & <b>Biscuits</b>?" });
    const close = dialog.getByRole("button", { name: "Close for good" });
    const typed = dialog.getByLabel("Type Tea & <b>Biscuits</b> to confirm");
    for (const text of ["", "Tea", "tea & <b>biscuits</b>"]) {
      await typed.fill(text);
      await typed.press("Enter");
      expect(await close.isDisabled(), text).to.equal(true);
    }
    await visitor.expectAccessible();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await card.getByRole("button", { name: "Close room" }).click();
    await typed.fill("Tea & <b>Biscuits</b>");
    await close.click();
    await dialog.getByText("The room is closed. Its events were redacted.").waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await card.waitFor({ state: "detached" });
    await visitor.leave();
  });

  it("that the configuration forbids cannot be chosen, in the sentence of the service; others' are not shown", async () => {
    const { room_id: roomId } = await post(ann, "/v1/rooms", { name: "Members", read_role_slugs: ["board"] });
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(bobName);
    await visitor.go("Rooms");
    const refused = (kind: string): string =>
      `${bob.userId} cannot have ${kind} rooms: the service's operator has set rooms.${kind}.allow so`;
    await page.getByText(refused("restricted")).waitFor();
    await page.getByText(refused("incognito")).waitFor();
    expect(await page.getByRole("radio", { name: "Only holders of certain roles" }).isDisabled()).to.equal(true);
    expect(await page.getByRole("checkbox", { name: "Incognito" }).isDisabled()).to.equal(true);
    await page.getByText("No rooms yet.").waitFor();
    expect(await page.getByText("Members").count(), roomId).to.equal(0);
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("are for holders of the roles that one chooses of one's own", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(annName);
    await visitor.go("Rooms");
    await page.getByLabel("Name", { exact: true }).fill("Council");
    await page.getByText("Only holders of certain roles").last().click();
    await page.getByText("Choose at least one role.").waitFor();
    expect(await page.getByText("secret", { exact: true }).count()).to.equal(0);
    expect(await page.getByRole("button", { name: "Make the room" }).isDisabled()).to.equal(true);
    await page.getByText("board", { exact: true }).click();
    await page.getByRole("button", { name: "Make the room" }).click();
    const card = page.getByRole("article", { name: "Council" });
    await card.getByText("Restricted", { exact: true }).waitFor();
    await visitor.leave();
  });

  async function post(who: MatrixClient, path: string, body: object): Promise<{ room_id: string }> {
    const headers = { authorization: `Bearer ${who.token}` };
    const answer = await fetch(service.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).to.equal(201);
    return (await answer.json()) as { room_id: string };
  }
});
