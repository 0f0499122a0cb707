import { isObject, parseJson, type JsonObject } from "../../src/matrix/json.ts";
import { answerWith, forwardingServer, type ForwardingServer } from "./forwarding-server.ts";

/** What happens to the next call that makes a room. */
export type Making =
  /** the homeserver stores the room's creation and its creator's join and no more, and the connection is cut */
  | "cut"
  /** the same, and the caller hears that the homeserver refused an event */
  | "refused"
  /** the same, and the caller never hears anything */
  | "silent";

export interface HalfMadeRooms extends ForwardingServer {
  /** in their order; later calls are left as they are */
  next: Making[];
  /** calls that made half a room */
  readonly made: number;
}

/** More than an event may have: the homeserver finds it out when it makes the rest of the room. */
const TOO_LARGE: JsonObject = { type: "org.example.large", state_key: "", content: { text: "x".repeat(70_000) } };

/** A proxy before `target` that lets some calls of `POST /createRoom` make half a room. */
export async function halfMadeRooms(target: string): Promise<HalfMadeRooms> {
  const next: Making[] = [];
  let made = 0;
  const server = await forwardingServer(target, async ({ request, response, body, forward }) => {
    const how = /\/createRoom(?:\?|$)/.test(request.url ?? "") ? next.shift() : undefined;
    if (how === undefined) {
      answerWith(response, await forward());
      return;
    }
    const answer = await fetch(target + (request.url ?? ""), {
      method: "POST",
      headers: { authorization: request.headers.authorization ?? "", "content-type": "application/json" },
      body: JSON.stringify(halfOf(parseJson(body.toString()))),
    });
    if (answer.ok) throw new Error("the homeserver has made the whole room");
    const text = Buffer.from(await answer.arrayBuffer());
    made++;
    if (how === "cut") request.socket.destroy();
    if (how === "refused") response.writeHead(403, { "content-type": "application/json" }).end(text);
  });
  return {
    ...server,
    next,
    get made() {
      return made;
    },
  };
}

function halfOf(options: unknown): JsonObject {
  if (!isObject(options)) throw new Error("no body");
  const state = Array.isArray(options["initial_state"]) ? options["initial_state"] : [];
  return { ...options, initial_state: [...state, TOO_LARGE] };
}
