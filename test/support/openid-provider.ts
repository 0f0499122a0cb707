import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import Provider, { type Configuration } from "oidc-provider";

/** An OpenID Connect provider (the npm package oidc-provider) at 127.0.0.1, which lets everybody in who gives a name. */
export interface OpenidProvider {
  issuer: string;
  provider: Provider;
  close(): Promise<void>;
}

/** What tokens are for (RFC 8707), where the provider asks that. */
export const RESOURCE = "urn:matrix";
/** Seconds for which what is no access token lives: longer than any test. */
export const LASTING = { Interaction: 3600, Session: 3600, Grant: 3600, RefreshToken: 3600 };
const PAGE = `<!doctype html><title>Provider</title><form method="post"><label>Who are you? <input name="login"></label><button>Sign in</button></form>`;

/** Answers instead of the provider; false: it is not meant for it. */
export type Instead = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** @param instead asked first about each request */
export async function startOpenidProvider(
  port: number,
  configuration: Configuration,
  instead?: Instead,
): Promise<OpenidProvider> {
  const issuer = `http://127.0.0.1:${port}`;
  const provider: Provider = new Provider(issuer, {
    // whoever signs in is who they say
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, preferred_username: accountId, name: `Dr ${accountId}` }),
    }),
    claims: { openid: ["sub"], profile: ["preferred_username", "name"] },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["test"] },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    // nobody is asked whether they agree
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        accountId: oidc.session?.accountId ?? "",
        clientId: oidc.client?.clientId ?? "",
      });
      const scope = String(oidc.params?.["scope"]);
      grant.addOIDCScope(scope);
      grant.addResourceScope(RESOURCE, scope);
      await grant.save();
      return grant;
    },
    ttl: LASTING,
    ...configuration,
  });
  const answer = provider.callback();
  const signIn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html").end(PAGE);
      return;
    }
    const login = new URLSearchParams(await text(request)).get("login") ?? "";
    const result = login === "" ? { error: "access_denied" } : { login: { accountId: login } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  };
  const server = createServer((request, response) => {
    void (async () => {
      if (request.url?.startsWith("/sign-in/")) await signIn(request, response);
      else if (!(await instead?.(request, response))) await answer(request, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    issuer,
    provider,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
