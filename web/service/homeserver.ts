import * as z from "zod/mini";
import { parseMxc } from "../../src/matrix/ids.ts";
import type { JsonValue } from "../../src/matrix/json.ts";
import { QUIETLY } from "../../src/matrix/names.ts";
import { ApiError } from "./api-error.ts";
import { ask, send } from "./call.ts";

const MEMBER = z.object({ membership: z.string() });

const FLOWS = z.object({
  flows: z.array(
    z.looseObject({
      type: z.string(),
      identity_providers: z.optional(z.array(z.object({ id: z.string(), name: z.string() }))),
    }),
  ),
});
const LOGIN = z.object({ access_token: z.string(), user_id: z.string() });
export type Login = z.output<typeof LOGIN>;

const OAUTH = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  registration_endpoint: z.url(),
  revocation_endpoint: z.url(),
  authorization_response_iss_parameter_supported: z.catch(z.boolean(), false),
  response_modes_supported: z.catch(z.array(z.string()), []),
});
/** What the homeserver says of its authorization server (RFC 8414), as far as it is needed. */
export type OAuthMetadata = z.output<typeof OAUTH>;

/** How the homeserver lets people in. */
export interface LoginWays {
  /** null: the homeserver has no authorization server */
  oauth: OAuthMetadata | null;
  password: boolean;
  /** buttons for single sign-on: `id` of a provider where there are several */
  sso: { id: string | null; name: string | null }[];
}

/** The homeserver's client-server API, as far as signing in and pictures need it. Every call throws ApiError. */
export class Homeserver {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async loginWays(): Promise<LoginWays> {
    const asked = ask(`${this.url}/_matrix/client/v3/login`, FLOWS);
    // homeservers with an authorization server may have nothing to say there
    asked.catch(() => undefined);
    const oauth = await orElse(ask(`${this.url}/_matrix/client/v1/auth_metadata`, OAUTH), null);
    if (oauth !== null) return { oauth, password: false, sso: [] };
    const { flows } = await asked;
    const sso = flows.find(({ type }) => type === "m.login.sso");
    const providers = sso?.identity_providers ?? [];
    return {
      oauth,
      password: flows.some(({ type }) => type === "m.login.password"),
      sso: sso === undefined ? [] : providers.length > 0 ? providers : [{ id: null, name: null }],
    };
  }

  passwordLogin(user: string, password: string): Promise<Login> {
    const identifier = { type: "m.id.user", user };
    return this.#login({ type: "m.login.password", identifier, password });
  }

  /** With the token that single sign-on brings back ("m.login.token"). */
  tokenLogin(token: string): Promise<Login> {
    return this.#login({ type: "m.login.token", token });
  }

  /** Where single sign-on begins; it comes back to `returnTo` with `?loginToken=`. @param provider one of several */
  ssoAddress(returnTo: string, provider: string | null): string {
    const path = provider === null ? "" : `/${encodeURIComponent(provider)}`;
    return `${this.url}/_matrix/client/v3/login/sso/redirect${path}?redirectUrl=${encodeURIComponent(returnTo)}`;
  }

  async logout(token: string): Promise<void> {
    await send(`${this.url}/_matrix/client/v3/logout`, { method: "POST", token, body: {} });
  }

  /** `join`, `invite`, …; null: none, or the person may not know. */
  async membership(roomId: string, userId: string, token: string): Promise<string | null> {
    try {
      return (await ask(this.#member(roomId, userId), MEMBER, { token })).membership;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 403)) return null;
      throw error;
    }
  }

  /** Invites the service user, which then does not greet the room: nobody in it has asked for that. */
  async inviteForExport(roomId: string, userId: string, token: string): Promise<void> {
    const body = { membership: "invite", [QUIETLY]: true };
    await send(this.#member(roomId, userId), { method: "PUT", token, body });
  }

  /** A small picture. @param uri `mxc://server/id` */
  async thumbnail(uri: string, token: string, signal: AbortSignal): Promise<Blob> {
    const [, server = "", id = ""] = /^mxc:\/\/([^/]+)\/([\w-]+)$/.exec(uri) ?? [];
    const path = `${encodeURIComponent(server)}/${encodeURIComponent(id)}?width=96&height=96&method=crop`;
    const response = await send(`${this.url}/_matrix/client/v1/media/thumbnail/${path}`, { token, signal });
    return await response.blob();
  }

  /** What the person's own account holds: the answer to `GET /_matrix/client/v3<path>`; undefined where there is nothing. */
  async accountData(path: string, token: string, signal: AbortSignal): Promise<JsonValue | undefined> {
    try {
      const response = await send(`${this.url}/_matrix/client/v3${path}`, { token, signal });
      return (await response.json()) as JsonValue;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** A file. @param uri `mxc://server/id` */
  async file(uri: string, token: string, signal: AbortSignal): Promise<Blob> {
    const mxc = parseMxc(uri);
    const path = mxc && `${encodeURIComponent(mxc.server)}/${encodeURIComponent(mxc.mediaId)}`;
    const response = await send(`${this.url}/_matrix/client/v1/media/download/${path ?? ""}`, { token, signal });
    return await response.blob();
  }

  #member(roomId: string, userId: string): string {
    const path = `${encodeURIComponent(roomId)}/state/m.room.member/${encodeURIComponent(userId)}`;
    return `${this.url}/_matrix/client/v3/rooms/${path}`;
  }

  #login(how: Record<string, unknown>): Promise<Login> {
    const body = { ...how, initial_device_display_name: "Roomporter" };
    return ask(`${this.url}/_matrix/client/v3/login`, LOGIN, { method: "POST", body });
  }
}

/** @throws ApiError where nobody answers */
async function orElse<T, U>(answer: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) throw error;
    return otherwise;
  }
}
