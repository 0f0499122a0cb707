import { z } from "zod";
import { serverOf } from "../../../matrix/ids.ts";
import { HomeserverError } from "../../../ports/homeserver/homeserver.ts";
import { requirePermission, type Permission } from "../../../requests/access.ts";
import { RequestError } from "../../../requests/failures/failure.ts";
import { parseOptions, requireObject } from "../../../requests/options/parse-options.ts";
import type { WidgetSessions } from "../../access/widget-sessions.ts";
import type { WrongTokens } from "../../access/wrong-tokens.ts";
import { json } from "../../answers.ts";
import { jsonBody } from "../../json-body.ts";
import type { OpenRoute } from "../../route.ts";

/** An OpenID token, as a homeserver makes it for a client (client-server API, "OpenID"), and the client gives it to a widget. */
const OPENID_TOKEN = z.strictObject({
  access_token: z.string().min(1).max(4096),
  token_type: z.literal("Bearer"),
  matrix_server_name: z.string().max(255).describe("of the homeserver that made it: the service takes its own alone"),
  expires_in: z.number().describe("seconds"),
});

const SESSION = z
  .object({
    session_token: z.string().describe("shown like an access token: `Authorization: Bearer`"),
    expires_in: z.int().describe("seconds; it also ends when the service restarts"),
    user_id: z.string(),
  })
  .meta({ id: "Session" });

export interface SessionParts {
  sessions: Pick<WidgetSessions, "start">;
  wrongTokens: WrongTokens;
  /** Whose OpenID token it is. @throws HomeserverError */
  userOf: (openIdToken: string) => Promise<string>;
  permissionOf: (userId: string) => Permission;
  /** the homeserver's own */
  serverName: string;
  /** is there a widget? */
  enabled: boolean;
}

/** An OpenID token for a session: how the widget in a room knows who looks at it. */
export function startSessionRoute(parts: SessionParts): OpenRoute {
  return {
    open: true,
    method: "post",
    path: "/v1/sessions",
    operationId: "startSession",
    summary: "Begin a session with an OpenID token, as clients give them to widgets",
    description:
      "Only where `web.widget_clients` is configured; needs no access token. The service asks its own homeserver alone whose the token is. A session can export a room as a job, and list, follow, cancel, retry and download its person's own jobs; all else answers 403.",
    body: OPENID_TOKEN,
    answers: { 200: json(SESSION, "The session") },
    fails: [400, 401, 403, 404, 413, 429, 502],
    async handle(request, response) {
      if (!parts.enabled) throw new RequestError("not_found", "M_NOT_FOUND", NO_WIDGET);
      const { access_token: token, matrix_server_name: server } = parseOptions(
        OPENID_TOKEN,
        requireObject(await jsonBody(request, response)),
      );
      if (server !== parts.serverName)
        throw new RequestError("forbidden", "M_FORBIDDEN", `Only users of ${parts.serverName} can use this service`);
      await parts.wrongTokens.refuseGuesses(request);
      const userId = await holderOf(token, parts);
      if (userId === undefined || serverOf(userId) !== parts.serverName) {
        await parts.wrongTokens.count(request, response);
        throw new RequestError("unauthorized", "M_UNKNOWN_TOKEN", NOT_GOOD);
      }
      requirePermission(parts.permissionOf(userId));
      const { token: sessionToken, expiresIn } = parts.sessions.start(userId);
      response.json({ session_token: sessionToken, expires_in: expiresIn, user_id: userId });
    },
  };
}

const NO_WIDGET = "This service has no widget: its operator can allow it with web.widget_clients";
const NOT_GOOD = "The homeserver does not know this OpenID token: it has expired, or is of another homeserver";

/** undefined: the homeserver does not know the token. @throws RequestError 502 */
async function holderOf(token: string, { userOf }: SessionParts): Promise<string | undefined> {
  try {
    return await userOf(token);
  } catch (error) {
    if (!(error instanceof HomeserverError)) throw error;
    if (error.status === 401 || error.status === 403) return undefined;
    const message =
      error.status === 404
        ? "The homeserver does not say whose OpenID tokens are: at homeserver.url its listener needs the resource openid"
        : "The homeserver cannot be asked whose token this is: try again later";
    throw new RequestError("homeserver_away", "M_UNKNOWN", message);
  }
}
