import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { KoaContextWithOIDC } from "oidc-provider";
import { freePort } from "./process.ts";
import { LASTING, RESOURCE, startOpenidProvider, type OpenidProvider } from "./openid-provider.ts";

/** Stands in for the Matrix Authentication Service beside a Synapse that leaves signing in to it. */
export interface AuthenticationService extends Pick<OpenidProvider, "issuer" | "close"> {
  /** keys of homeserver.yaml by which Synapse leaves signing in to it */
  readonly homeserverConfig: Record<string, unknown>;
  /** what it has given and taken: `authorization_code`, `refresh_token`, `revoked` */
  readonly told: string[];
  /** Where the homeserver is, once it is up. */
  homeserver: string;
}

const SECRET = "between-the-two";
const DEVICE_SCOPE = "urn:matrix:client:device:";

/**
 * The authorization server is real (oidc-provider: discovery, registration, code with PKCE, refresh, revocation); what Synapse asks of the
 * Matrix Authentication Service beside OAuth, introspection with its answers and the making of users and devices, is played here.
 * @param seconds that an access token lives
 */
export async function startAuthenticationService(seconds: number): Promise<AuthenticationService> {
  const port = await freePort();
  const scopes = new Set<string>();
  const scopeOf = (context: KoaContextWithOIDC): string => {
    const asked = context.oidc.params?.["scope"];
    if (typeof asked === "string") for (const scope of asked.split(" ")) scopes.add(scope);
    return [...scopes].join(" ");
  };
  const service: AuthenticationService = {
    issuer: "",
    homeserverConfig: {
      matrix_authentication_service: { enabled: true, endpoint: `http://127.0.0.1:${port}/`, secret: SECRET },
      password_config: { enabled: false },
      enable_registration: false,
      enable_registration_without_verification: false,
      login_via_existing_session: { enabled: false },
    },
    told: [],
    homeserver: "",
    close: async () => undefined,
  };
  const introspect = async (request: IncomingMessage): Promise<object> => {
    const value = new URLSearchParams(await text(request)).get("token") ?? "";
    const token = await openid.provider.AccessToken.find(value);
    if (!token) return { active: false };
    const scope = token.scope ?? "";
    const device = scope.split(" ").find((each) => each.startsWith(DEVICE_SCOPE)) ?? "";
    const { accountId: localpart } = token;
    await tellHomeserver(service.homeserver, "provision_user", { localpart });
    await tellHomeserver(service.homeserver, "upsert_device", {
      localpart,
      device_id: device.slice(DEVICE_SCOPE.length),
    });
    return { active: true, scope, username: localpart, expires_in: token.remainingTTL };
  };
  const openid = await startOpenidProvider(
    port,
    {
      features: {
        registration: { enabled: true },
        revocation: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => RESOURCE,
          useGrantedResource: () => true,
          getResourceServerInfo: (context) => ({ scope: scopeOf(context), accessTokenFormat: "opaque" }),
        },
      },
      discovery: { account_management_uri: `http://127.0.0.1:${port}/account` },
      responseTypes: ["code"],
      issueRefreshToken: () => true,
      ttl: { ...LASTING, AccessToken: seconds },
      // from web pages anywhere
      clientBasedCORS: () => true,
    },
    async (request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://x");
      if (pathname === "/oauth2/introspect") {
        answer(response, await introspect(request));
        return true;
      }
      return allowPages(request, response);
    },
  );
  openid.provider.on("grant.success", (context) => {
    service.told.push(String(context.oidc.params?.["grant_type"]));
  });
  openid.provider.on("grant.revoked", () => service.told.push("revoked"));
  return Object.assign(service, { issuer: openid.issuer, close: () => openid.close() });
}

/** Synapse's API for the Matrix Authentication Service. */
async function tellHomeserver(url: string, what: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${SECRET}`, "content-type": "application/json" };
  const response = await fetch(`${url}/_synapse/mas/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${what}: ${await response.text()}`);
}

function answer(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

/** The registration of clients is open to web pages, as the Matrix Authentication Service has it. */
function allowPages({ method, url }: IncomingMessage, response: ServerResponse): boolean {
  if (!url?.startsWith("/reg")) return false;
  response.setHeader("access-control-allow-origin", "*");
  if (method !== "OPTIONS") return false;
  response.setHeader("access-control-allow-headers", "content-type, authorization");
  response.writeHead(204).end();
  return true;
}
