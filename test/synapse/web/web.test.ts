import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Download } from "playwright-core";
import type { MatrixClient } from "../../support/matrix-client.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { sharedSynapse, type SharedSynapse } from "../../support/shared-synapse.ts";
import { registerUser, unique } from "../../support/users.ts";
import { startWebService } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

describeInChromium("the web page", function () {
  this.timeout(120_000);
  let service: Service;
  let synapse: SharedSynapse;
  let user: string;
  let ann: MatrixClient;

  before(async () => {
    [synapse, service] = [await sharedSynapse(), await startWebService()];
    user = unique("ann");
    ann = await registerUser(synapse.url, user, "Ann");
    const room = await ann.createRoom({ name: "Tea & <b>Biscuits</b>", invite: [service.userId] });
    for (const body of ["one", "two", "three"]) await ann.say(room, body);
  });
  after(async () => {
    await service.close();
  });

  it("signs in with a password, exports a room, and saves the bundle whose hash it shows; imports it again", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.expectAccessible();
    await visitor.signIn(user);
    await page.getByRole("row", { name: /Biscuits/ }).click();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const download = page.getByRole("button", { name: "Download" });
    await download.waitFor();
    const [saved] = await Promise.all([page.waitForEvent("download"), download.click()]);
    const bundle = await contentOf(saved);
    await page.getByText(createHash("sha256").update(bundle).digest("hex")).waitFor();
    await page.getByRole("button", { name: "What happened" }).click();
    await visitor.expectAccessible();

    await visitor.go("Import");
    await visitor.expectAccessible();
    await page
      .locator("input[type=file]")
      .setInputFiles({ name: "tea.room.zip", mimeType: "application/zip", buffer: bundle });
    await page.getByRole("heading", { name: "Tea & <b>Biscuits</b>" }).waitFor();
    await page.getByText("3 messages").waitFor();
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Import into a new room" }).click();
    const open = page.getByRole("link", { name: "Open the room" });
    await open.waitFor();
    expect(await open.getAttribute("href")).to.match(/^https:\/\/matrix\.to\/#\/!/);
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("shows jobs again after a reload, and keeps no token anywhere", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    const kept = await page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]");
    expect(kept).to.deep.equal([[], [], ""]);
    await page.reload();
    await visitor.signIn(user);
    await visitor.go("Jobs");
    await page.getByRole("article", { name: "Export of Tea & <b>Biscuits</b>" }).waitFor();
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("says why a room is refused, in the sentence of the API; finds rooms by a search", async () => {
    const garden = await ann.createRoom({ name: "Garden", invite: [service.userId] });
    await ann.say(garden, "hello");
    const bridge = { type: "m.bridge", state_key: "irc", content: { protocol: { id: "irc" } } };
    const alone = await ann.createRoom({ name: "Alone", initial_state: [bridge], invite: [service.userId] });
    for (;;) if ((await ann.stateContent(alone, "m.room.member", service.userId))["membership"] === "join") break;
    const path = `/v1/rooms/${encodeURIComponent(alone)}/exports`;
    const headers = { authorization: `Bearer ${ann.token}` };
    const refused = await fetch(service.url + path, { method: "POST", headers });
    const { reasons } = (await refused.json()) as { reasons: { message: string }[] };

    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.getByRole("row", { name: "Garden" }).waitFor();
    await page.getByLabel("Search rooms").fill("alo");
    await page.getByRole("row", { name: "Garden" }).waitFor({ state: "detached" });
    await page.getByRole("row", { name: "Alone" }).click();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("Alone cannot be exported").waitFor();
    await alert.getByText(reasons[0]?.message ?? "no reason").waitFor();
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("says what is wrong with a file that is no bundle, without sending it", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await visitor.go("Import");
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    const file = { name: "letter.zip", mimeType: "application/zip", buffer: Buffer.from("not a ZIP") };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByText("As a bundle it cannot be read: The file is not a ZIP archive").waitFor();
    expect(sent).to.deep.equal([]);
    await visitor.leave();
  });

  it("asks before it follows a link that signs in, and takes the token out of the address", async () => {
    const login = await loginToken(ann);
    const visitor = await Visitor.open(service, synapse.url, `?loginToken=${login}`);
    const { page } = visitor;
    await page.getByRole("heading", { name: "Sign in with this link?" }).waitFor();
    expect(page.url()).not.to.contain("loginToken");
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Export rooms" }).waitFor();
    await visitor.leave();
  });

  it("logs out what it has logged in, and leaves a pasted token alone", async () => {
    const bob = await registerUser(synapse.url, unique("bob"));
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await page.getByRole("button", { name: "Use an access token" }).click();
    await page.getByLabel("Access token", { exact: true }).fill(bob.token);
    await page.getByRole("button", { name: "Use this token" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("User name").waitFor();
    expect(await devicesOf(bob)).to.equal(1);
    await visitor.signIn(bob.userId, bob.userId.slice(1).split(":")[0]);
    expect(await devicesOf(bob)).to.equal(2);
    const loggedOut = page.waitForResponse((response) => response.url().endsWith("/logout") && response.ok());
    await page.getByRole("button", { name: "Sign out" }).click();
    await loggedOut;
    expect(await devicesOf(bob)).to.equal(1);
    await visitor.leave();
  });

  it("says so where the homeserver did not end the session", async () => {
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(user);
    await page.route(/\/logout$/, (route) => route.abort());
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("alert").getByText("did not confirm that the session has ended").waitFor();
    await visitor.expectAccessible();
    await visitor.leave();
  });

  it("says so when the session has ended, also after the service was started again", async () => {
    const eva = await registerUser(synapse.url, unique("eva"));
    await eva.createRoom({ name: "Evening", invite: [service.userId] });
    const visitor = await Visitor.open(service, synapse.url);
    const { page } = visitor;
    await visitor.signIn(eva.userId, eva.userId.slice(1).split(":")[0]);
    await page.getByRole("row", { name: "Evening" }).click();
    await fetch(`${synapse.url}/_matrix/client/v3/logout/all`, {
      method: "POST",
      headers: { authorization: `Bearer ${eva.token}` },
    });
    await service.kill();
    await service.start();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByText("Your session has ended.").waitFor();
    await visitor.leave();
  });

  it("is served under a strict policy, its assets for ever", async () => {
    const response = await fetch(`${service.url}/`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
    expect(policy).to.contain(`connect-src 'self' ${synapse.url}`).and.not.contain("unsafe");
    expect(response.headers.get("set-cookie")).to.equal(null);
    expect(response.headers.get("cache-control")).to.equal("no-cache");
    const [, script = ""] = /src="(\/web\/[^"]+)"/.exec(await response.text()) ?? [];
    const asset = await fetch(service.url + script);
    expect(asset.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-encoding")).to.equal("gzip");
    // what runs in a worker may ask nobody for anything
    expect(asset.headers.get("content-security-policy")).to.equal("default-src 'none'");
    expect((await fetch(`${service.url}/web/..%2fmain.js`)).status).to.equal(404);
  });
});

/** For one login (client-server API, `POST /login/get_token`). */
async function loginToken(client: MatrixClient): Promise<string> {
  const headers = { authorization: `Bearer ${client.token}` };
  const url = `${(await sharedSynapse()).url}/_matrix/client/v1/login/get_token`;
  const response = await fetch(url, { method: "POST", headers, body: "{}" });
  return ((await response.json()) as { login_token: string }).login_token;
}

async function devicesOf(client: MatrixClient): Promise<number> {
  const headers = { authorization: `Bearer ${client.token}` };
  const response = await fetch(`${(await sharedSynapse()).url}/_matrix/client/v3/devices`, { headers });
  return ((await response.json()) as { devices: unknown[] }).devices.length;
}

async function contentOf(download: Download): Promise<Buffer> {
  return await readFile(await download.path());
}
