import { expect } from "chai";
import { oauthOrigins } from "../../../../src/adapters/homeserver/oauth-origins.ts";
import type { JsonValue } from "../../../../src/matrix/json.ts";
import { HomeserverError } from "../../../../src/ports/homeserver/homeserver.ts";

describe("the origins of the homeserver's authorization server", () => {
  const of = (answer: () => Promise<JsonValue>): Promise<string[]> => oauthOrigins({ call: answer } as never);

  it("are those that a page calls, and can add nothing else to a policy", async () => {
    const metadata = {
      issuer: "https://issuer.example.org/",
      authorization_endpoint: "https://only-visited.example.org/authorize",
      registration_endpoint: "https://auth.example.org/register; script-src *",
      token_endpoint: "https://auth.example.org/oauth2/token",
      revocation_endpoint: "javascript:alert(1)",
    };
    expect(await of(async () => metadata)).to.deep.equal(["https://auth.example.org"]);
    const hostile = { token_endpoint: "https://a.example.org; script-src *", registration_endpoint: 7 };
    expect(await of(async () => hostile)).to.deep.equal([]);
  });

  it("are none where the homeserver has none, and not known while it is away", async () => {
    expect(await of(() => Promise.reject(new HomeserverError(404, "M_UNRECOGNIZED", "no")))).to.deep.equal([]);
    const away = new HomeserverError(0, "M_UNKNOWN", "away");
    expect(await of(() => Promise.reject(away)).catch((error: unknown) => error)).to.equal(away);
  });
});
