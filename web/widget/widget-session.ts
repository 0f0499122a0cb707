import * as z from "zod/mini";
import { PageError } from "../service/api-error.ts";
import { ask } from "../service/call.ts";
import { Homeserver } from "../service/homeserver.ts";
import { SERVICE } from "../service/shapes.ts";
import type { AccessToken } from "../service/token.ts";
import type { Session } from "../session/session.ts";
import { startSession } from "../session/start-session.ts";
import { t } from "../texts/texts.ts";
import { connectClient, type Client } from "./client.ts";

const SESSION = z.object({ session_token: z.string() });
const WIDGET_CLIENTS = z.object({ widget_clients: z.array(z.string()) });

/** What the client has put into the widget's address. */
interface Place {
  widgetId: string;
  clientOrigin: string;
  roomId: string;
}

/** The room that the widget is in, and the session of the person who looks at it. */
export interface WidgetSession {
  roomId: string;
  session: Session;
}

let client: Client | undefined;

/** Asks the client who looks at it, and begins a session with the answer. @throws ApiError, PageError */
export async function beginWidgetSession(): Promise<WidgetSession> {
  const place = placeIn(new URLSearchParams(location.search));
  const [info, { widget_clients }] = await Promise.all([
    ask("/v1/service", SERVICE),
    ask("/v1/service", WIDGET_CLIENTS),
  ]);
  if (!widget_clients.includes(place.clientOrigin)) throw new PageError(t.widget.strangeClient(place.clientOrigin));
  const around = (client ??= connectClient(place.widgetId, place.clientOrigin));
  let value = await newToken(around);
  const token: AccessToken = {
    get value() {
      return value;
    },
    async renew() {
      value = await newToken(around);
    },
  };
  // the client's person goes on being signed in; here is nothing to sign out of
  const signOut = (): Promise<void> => Promise.resolve();
  const homeserver = new Homeserver(info.homeserver.base_url);
  const session = await startSession({ token, signOut }, homeserver, info, () => undefined);
  return { roomId: place.roomId, session: { ...session, widget: true } };
}

/** @throws PageError where this is no widget in a room */
function placeIn(query: URLSearchParams): Place {
  const [widgetId, parent, roomId] = ["widgetId", "parentUrl", "roomId"].map((name) => query.get(name) ?? "");
  if (!widgetId || !parent || !roomId?.startsWith("!") || !URL.canParse(parent) || window.parent === window)
    throw new PageError(t.widget.alone);
  return { widgetId, clientOrigin: new URL(parent).origin, roomId };
}

/** @throws ApiError; PageError where the client does not tell */
async function newToken(around: Client): Promise<string> {
  const { access_token, token_type, matrix_server_name, expires_in } = await around.openIdToken().catch(() => {
    throw new PageError(t.widget.notTold);
  });
  const body = { access_token, token_type, matrix_server_name, expires_in };
  return (await ask("/v1/sessions", SESSION, { method: "POST", body })).session_token;
}
