import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Frame, Page } from "playwright-core";
import { openBundle } from "../../../src/bundle/open-bundle.ts";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { until } from "../../support/until.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebServiceOn } from "../../support/web-service.ts";
import type { Loopback } from "../../support/loopback.ts";
import { startWidgetClient } from "../../support/widget-client.ts";
import { said } from "../bot/talk.ts";
import { Visitor } from "./visitor.ts";

const WIDGETS = "im.vector.modular.widgets";

describeInChromium("the widget in a room", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let client: Loopback;
  let stranger: Loopback;
  let ann: MatrixClient;
  let bob: MatrixClient;
  let tea: string;
  let widget: JsonObject;

  before(async () => {
    [synapse, client, stranger] = [await sharedSynapse(), await startWidgetClient(), await startWidgetClient()];
    const registration = synapse.takeRegistration();
    service = await startWebServiceOn({
      synapse,
      registration,
      config: { web: { public_url: registration.url, widget_clients: [client.url] } },
    });
    ann = await registerUser(synapse.url, unique("ann"), "Ann");
    bob = await registerUser(synapse.url, unique("bob"), "Bob");
    tea = await ann.createRoom({ name: "Tea", invite: [service.userId, bob.userId] });
    await bob.join(tea);
    await ann.say(tea, "shall we?");
  });
  after(async () => {
    await service.close();
    await client.close();
    await stranger.close();
  });

  const open = async (at: Loopback, more: JsonObject = {}): Promise<Visitor> => {
    const place = { widget, roomId: tea, userId: bob.userId, homeserver: synapse.url, token: bob.token, ...more };
    const address = `${at.url}/#${encodeURIComponent(JSON.stringify(place))}`;
    return await Visitor.at(address, [at.url, service.url, synapse.url]);
  };
  const frameOf = (page: Page): Frame => {
    const [, frame] = page.frames();
    if (!frame) throw new Error("no frame");
    return frame;
  };
  const session = (token: JsonObject): Promise<Response> =>
    fetch(`${service.url}/v1/sessions`, { method: "POST", body: JSON.stringify(token) });
  const openIdToken = (user: MatrixClient): Promise<JsonObject> =>
    user.request("POST", `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/openid/request_token`, {
      json: {},
    });

  it("is added by the bot where both have the power level for it, else it says whose is too low", async () => {
    await ann.say(tea, "!widget");
    await said(
      service.userId,
      ann,
      tea,
      `My power level in this room is too low to change its widgets (${WIDGETS}): it is 0, and needs to be 50.`,
    );
    await bob.say(tea, "!widget");
    await said(service.userId, ann, tea, "Your power level in this room is too low");
    const levels = (await ann.state(tea)).find(({ type }) => type === "m.room.power_levels")?.content ?? {};
    const users = { ...(levels["users"] as JsonObject), [service.userId]: 50 };
    await ann.setState(tea, "m.room.power_levels", { ...levels, users });
    await ann.say(tea, "!widget");
    await said(service.userId, ann, tea, "The widget is added");
    const found = (await ann.state(tea)).find(({ type }) => type === WIDGETS);
    expect(found?.state_key).to.equal("roomporter");
    widget = found?.content ?? {};
    expect(widget["url"]).to.equal(`${service.url}/widget?widgetId=$matrix_widget_id&roomId=$matrix_room_id`);
  });

  it("exports the room for whom the client says it is, and the person saves it there", async () => {
    const visitor = await open(client);
    const { page } = visitor;
    const inside = page.frameLocator("iframe");
    await inside.getByRole("button", { name: "Export this room" }).click();
    const save = inside.getByRole("button", { name: "Download" });
    await save.waitFor();
    await visitor.expectAccessible(frameOf(page));
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const bytes = await readFile(await download.path());
    await inside.getByText("Saved. SHA-256 of the file").waitFor();
    const bundle = await openBundle(await download.path());
    try {
      expect(bytes.subarray(0, 2).toString()).to.equal("PK");
    } finally {
      await bundle.close();
    }
    expect(await page.evaluate("seen.capabilities")).to.deep.equal([]);
    const kept = "[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]";
    expect(await frameOf(page).evaluate(kept)).to.deep.equal([[], [], ""]);
    await visitor.leave();
  });

  it("listens to the client alone", async () => {
    const visitor = await open(client);
    const { page } = visitor;
    await page.frameLocator("iframe").getByRole("button", { name: "Export this room" }).waitFor();
    const ask = (requestId: string): string =>
      JSON.stringify({
        api: "toWidget",
        widgetId: "roomporter",
        requestId,
        action: "supported_api_versions",
        data: {},
      });
    await frameOf(page).evaluate(`window.postMessage(${ask("not-the-client")}, "*")`);
    await page.evaluate(`window.frames[0].postMessage(${ask("the-client")}, "*")`);
    const answers = (): Promise<string[]> => page.evaluate("seen.answers");
    await until(async () => (await answers()).includes("the-client"));
    expect(await answers()).not.to.include("not-the-client");
    await visitor.leave();
  });

  it("says so where the person declines, or the client is not the one that it says it is", async () => {
    const declined = await open(client, { declines: true });
    await declined.page.frameLocator("iframe").getByText("Your client has not told who you are").waitFor();
    await declined.expectAccessible(frameOf(declined.page));
    await declined.leave();
    const lying = await open(client, { parentUrl: "https://chat.example.com/" });
    await lying.page.frameLocator("iframe").getByText("https://chat.example.com may not show this widget").waitFor();
    await lying.leave();
  });

  it("cannot be framed by another origin; the page cannot be framed at all", async () => {
    const visitor = await open(stranger);
    await until(async () => visitor.faults.some((fault) => /frame-ancestors/.test(fault)));
    expect(await frameOf(visitor.page).content()).not.to.contain("Roomporter");
    await visitor.page.close();
    const policyOf = async (path: string): Promise<string> =>
      (await fetch(service.url + path)).headers.get("content-security-policy") ?? "";
    expect(await policyOf("/widget"))
      .to.contain(`frame-ancestors ${client.url};`)
      .and.contain("connect-src 'self';");
    expect(await policyOf("/")).to.contain("frame-ancestors 'none';");
  });

  it("has a session for this homeserver's OpenID tokens alone, which can do no more than export", async () => {
    const token = await openIdToken(bob);
    const foreign = await session({ ...token, matrix_server_name: "elsewhere.example" });
    expect(foreign.status).to.equal(403);
    expect(((await foreign.json()) as JsonObject)["error"]).to.contain("Only users of");
    expect((await session({ ...token, access_token: "guessed" })).status).to.equal(401);
    const begun = (await (await session(token)).json()) as JsonObject;
    expect(begun).to.include({ user_id: bob.userId, expires_in: 3600 });
    const headers = { authorization: `Bearer ${String(begun["session_token"])}` };
    const status = async (path: string, method = "GET"): Promise<number> =>
      (await fetch(service.url + path, { method, headers })).status;
    const room = encodeURIComponent(tea);
    expect(await status("/v1/jobs")).to.equal(200);
    expect(await status(`/v1/rooms/${room}/exports`, "POST")).to.equal(202);
    for (const path of [`/v1/rooms/${room}/export`, "/v1/rooms/joined", "/v1/uploads", "/v1/audit"])
      expect(await status(path), path).to.equal(403);
    // it is no access token of the homeserver, and an OpenID token is none of the service
    const whoami = `${synapse.url}/_matrix/client/v3/account/whoami`;
    expect((await fetch(whoami, { headers })).status).to.equal(401);
    const bearer = { authorization: `Bearer ${String(token["access_token"])}` };
    expect((await fetch(`${service.url}/v1/jobs`, { headers: bearer })).status).to.equal(401);
    expect(service.log()).not.to.contain(String(token["access_token"])).and.not.contain(String(begun["session_token"]));
  });

  it("is removed by the bot", async () => {
    await ann.say(tea, "!widget remove");
    await said(service.userId, ann, tea, "The widget is removed.");
    expect((await ann.state(tea)).find(({ type }) => type === WIDGETS)?.content).to.deep.equal({});
  });
});
