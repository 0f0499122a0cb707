import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  calculatePKCECodeChallenge,
  dynamicClientRegistrationRequest,
  generateRandomCodeVerifier,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  processDynamicClientRegistrationResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  validateAuthResponse,
  type AuthorizationServer,
  type TokenEndpointResponse,
} from "oauth4webapi";
import { PageError } from "../service/api-error.ts";
import type { OAuthMetadata } from "../service/homeserver.ts";
import type { AccessToken } from "../service/token.ts";
import { t } from "../texts/texts.ts";
import { keepOAuthBegun, type OAuthReturn } from "./oauth-return.ts";

/** Scopes of the client-server API, "OAuth 2.0 API" (v1.15). */
const API_SCOPE = "urn:matrix:client:api:*";
const DEVICE_SCOPE = "urn:matrix:client:device:";
const DEVICE_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DEVICE_LENGTH = 12;
/** A token is renewed when this much of its time has passed. */
const RENEW_AT = 0.8;
const LEAST_MS = 1000;
const MOST_MS = 2 ** 31 - 1;

/** Registers the page with the homeserver's authorization server (RFC 7591), and leaves for its sign-in. */
export async function beginOAuth(metadata: OAuthMetadata): Promise<void> {
  const server = serverOf(metadata);
  const redirectUri = ownAddress();
  const registered = await processDynamicClientRegistrationResponse(
    await dynamicClientRegistrationRequest(
      server,
      {
        client_name: t.title,
        client_uri: redirectUri,
        redirect_uris: [redirectUri],
        application_type: "web",
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "none",
      },
      optionsFor(metadata),
    ),
  );
  const [state, verifier] = [generateRandomState(), generateRandomCodeVerifier()];
  keepOAuthBegun({ state, verifier, clientId: registered.client_id });
  const address = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    // what stands behind # is sent to no server
    ...(metadata.response_modes_supported.includes("fragment") && { response_mode: "fragment" }),
    client_id: registered.client_id,
    redirect_uri: redirectUri,
    scope: `${API_SCOPE} ${DEVICE_SCOPE}${newDeviceId()}`,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/** The tokens for what the person has brought back. @throws Error in words for people, where they were not let in */
export async function finishOAuth({ begun, answer }: OAuthReturn, metadata: OAuthMetadata): Promise<OAuthToken> {
  const server = serverOf(metadata);
  const client = { client_id: begun.clientId };
  let checked;
  try {
    checked = validateAuthResponse(server, client, answer, begun.state);
  } catch (error) {
    if (error instanceof AuthorizationResponseError && error.error === "access_denied")
      throw new PageError(t.oauth.denied, { cause: error });
    throw error;
  }
  const response = await authorizationCodeGrantRequest(
    server,
    client,
    None(),
    checked,
    ownAddress(),
    begun.verifier,
    optionsFor(metadata),
  );
  return new OAuthToken(metadata, begun.clientId, await processAuthorizationCodeResponse(server, client, response));
}

/** An access token that lives for minutes, and is renewed as long as the page is open. In memory only. */
export class OAuthToken implements AccessToken {
  readonly #metadata: OAuthMetadata;
  readonly #client: { client_id: string };
  #tokens: TokenEndpointResponse;
  #renewing: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(metadata: OAuthMetadata, clientId: string, tokens: TokenEndpointResponse) {
    this.#metadata = metadata;
    this.#client = { client_id: clientId };
    this.#tokens = tokens;
    this.#planRenewal();
  }

  get value(): string {
    return this.#tokens.access_token;
  }

  async renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  /** Ends the session at the authorization server (RFC 7009), which ends all of its tokens. */
  async revoke(): Promise<void> {
    clearTimeout(this.#timer);
    const { refresh_token: refresh, access_token: access } = this.#tokens;
    const server = serverOf(this.#metadata);
    const options = optionsFor(this.#metadata);
    await processRevocationResponse(await revocationRequest(server, this.#client, None(), refresh ?? access, options));
  }

  async #renew(): Promise<void> {
    const { refresh_token: refresh } = this.#tokens;
    if (refresh === undefined) throw new Error("no refresh token");
    const server = serverOf(this.#metadata);
    const options = optionsFor(this.#metadata);
    const response = await refreshTokenGrantRequest(server, this.#client, None(), refresh, options);
    // one without a new refresh token leaves the old one as it is (RFC 6749, section 6)
    this.#tokens = { refresh_token: refresh, ...(await processRefreshTokenResponse(server, this.#client, response)) };
    this.#planRenewal();
  }

  #planRenewal(): void {
    clearTimeout(this.#timer);
    const { expires_in: seconds, refresh_token: refresh } = this.#tokens;
    if (seconds === undefined || refresh === undefined) return;
    const wait = Math.min(MOST_MS, Math.max(LEAST_MS, seconds * 1000 * RENEW_AT));
    // where it fails, the next call that is refused tries again
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), wait);
  }
}

function serverOf(metadata: OAuthMetadata): AuthorizationServer {
  return { ...metadata };
}

/** Without TLS only where the page itself is without, as on a developer's machine. */
function optionsFor({ token_endpoint: endpoint }: OAuthMetadata): { [allowInsecureRequests]: boolean } {
  return { [allowInsecureRequests]: location.protocol === "http:" && new URL(endpoint).protocol === "http:" };
}

function ownAddress(): string {
  return location.origin + location.pathname;
}

function newDeviceId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(DEVICE_LENGTH));
  return Array.from(bytes, (byte) => DEVICE_ALPHABET[byte % DEVICE_ALPHABET.length]).join("");
}
