import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { startAuthenticationService, type AuthenticationService } from "../../support/authentication-service.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { until } from "../../support/until.ts";
import { startWebServiceOn } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

/** An access token lives so long, in seconds. */
const TOKEN_LIVES = 4;

describeInChromium("signing in by OAuth 2.0", function () {
  this.timeout(120_000);
  let authentication: AuthenticationService;
  let synapse: Synapse;
  let service: Service;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "roomporter-oauth-"));
    authentication = await startAuthenticationService(TOKEN_LIVES);
    const url = `http://127.0.0.1:${await freePort()}`;
    const registration = writeRegistration(join(folder, "porter.yaml"), { id: "porter", url });
    synapse = await startSynapse({ registrations: [registration.file], config: authentication.homeserverConfig });
    authentication.homeserver = synapse.url;
    service = await startWebServiceOn({ synapse, registration });
  });
  after(async () => {
    await service.close();
    await synapse.close();
    await authentication.close();
    rmSync(folder, { recursive: true });
  });

  const open = (): Promise<Visitor> => Visitor.open(service, synapse.url, "", [authentication.issuer]);
  const kept = (page: Page): Promise<unknown> =>
    page.evaluate(
      "[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, location.hash, location.search]",
    );

  it("registers the page, signs in with PKCE, renews the token, and revokes it at the end", async () => {
    const visitor = await open();
    const { page } = visitor;
    await visitor.expectAccessible();
    expect(await page.getByLabel("Password").count()).to.equal(0);
    await page.getByRole("button", { name: "Continue with localhost" }).click();
    await page.getByLabel("Who are you?").fill("olga");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Export rooms" }).waitFor();
    await page.getByText("@olga:localhost").waitFor();
    expect(await kept(page)).to.deep.equal([[], [], "", "", ""]);
    // without a click
    await until(() => authentication.told.filter((grant) => grant === "refresh_token").length >= 2);
    await visitor.go("Jobs");
    await page.getByText("Nothing yet.").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Continue with localhost" }).waitFor();
    await until(() => authentication.told.includes("revoked"));
    await visitor.leave();
  });

  it("says so when the person cancels, and takes nothing from an address that nobody here has asked for", async () => {
    const visitor = await open();
    const { page } = visitor;
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Continue with localhost" }).click();
    // without a name the provider answers that access was denied
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("the sign-in was cancelled").waitFor();
    await visitor.expectAccessible();
    const before = authentication.told.length;
    await page.goto(`${service.url}/#code=stolen&state=guessed`);
    await page.reload();
    await page.getByRole("button", { name: "Continue with localhost" }).waitFor();
    expect(await kept(page)).to.deep.equal([[], [], "", "", ""]);
    expect(authentication.told).to.have.length(before);
    await visitor.leave();
  });

  it("lets the page call the authorization server, and nobody else", async () => {
    const policy = (await fetch(`${service.url}/`)).headers.get("content-security-policy") ?? "";
    expect(policy).to.contain(`connect-src 'self' ${synapse.url} ${authentication.issuer};`);
  });
});
