import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startOpenidProvider, type OpenidProvider } from "../../support/openid-provider.ts";
import { freePort } from "../../support/process.ts";
import { writeRegistration } from "../../support/registration.ts";
import type { Service } from "../../support/service.ts";
import { describeInChromium } from "../../support/shared-chromium.ts";
import { startSynapse, type Synapse } from "../../support/synapse.ts";
import { startWebServiceOn } from "../../support/web-service.ts";
import { Visitor } from "./visitor.ts";

const CLIENT = { client_id: "synapse", client_secret: "between-the-two" };

describeInChromium("signing in by an OpenID Connect provider of the homeserver", function () {
  this.timeout(120_000);
  let provider: OpenidProvider;
  let synapse: Synapse;
  let service: Service;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "roomporter-sso-"));
    const [port, own] = [await freePort(), await freePort()];
    const issuer = `http://127.0.0.1:${port}`;
    const registration = writeRegistration(join(folder, "porter.yaml"), {
      id: "porter",
      url: `http://127.0.0.1:${own}`,
    });
    const acme = {
      ...{ idp_id: "acme", idp_name: "Acme & <b>Sons</b>", issuer, scopes: ["openid", "profile"], ...CLIENT },
      // Synapse is started first, for the provider has to know where it is
      ...{ discover: false, skip_verification: true, user_profile_method: "userinfo_endpoint", pkce_method: "always" },
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      jwks_uri: `${issuer}/jwks`,
      user_mapping_provider: { config: { localpart_template: "{{ user.sub }}" } },
    };
    // who comes from the page is not asked again whether they trust it
    const sso = { client_whitelist: [registration.url] };
    synapse = await startSynapse({
      registrations: [registration.file],
      complete: true,
      config: { oidc_providers: [acme], sso, password_config: { enabled: false } },
    });
    provider = await startOpenidProvider(port, {
      clients: [{ ...CLIENT, redirect_uris: [`${synapse.url}/_synapse/client/oidc/callback`] }],
    });
    service = await startWebServiceOn({ synapse, registration });
  });
  after(async () => {
    await service.close();
    await synapse.close();
    await provider.close();
    rmSync(folder, { recursive: true });
  });

  it("goes there and comes back signed in, with nothing left in the address or the storage", async () => {
    const visitor = await Visitor.open(service, synapse.url, "", [provider.issuer]);
    const { page } = visitor;
    await visitor.expectAccessible();
    await page.getByRole("button", { name: "Continue with Acme & <b>Sons</b>" }).click();
    await page.getByLabel("Who are you?").fill("sam");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Export rooms" }).waitFor();
    await page.getByText("@sam:localhost").waitFor();
    expect(page.url()).not.to.contain("loginToken");
    expect(
      await page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]"),
    ).to.deep.equal([[], [], ""]);
    const loggedOut = page.waitForResponse((response) => response.url().endsWith("/logout") && response.ok());
    await page.getByRole("button", { name: "Sign out" }).click();
    await loggedOut;
    await visitor.leave();
  });
});
