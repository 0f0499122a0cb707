import { Client } from "undici";
import type { ClientEvent } from "../src/matrix/event.ts";

/** The least that an export can be: every page of the timeline, parsed. Gives the number of events. */
export async function bareExport(url: string, token: string, roomId: string): Promise<number> {
  const homeserver = new Client(url);
  const messages = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1000`;
  let events = 0;
  let from: string | undefined;
  do {
    const path = from === undefined ? messages : `${messages}&from=${encodeURIComponent(from)}`;
    const { body } = await homeserver.request({ method: "GET", path, headers: { authorization: `Bearer ${token}` } });
    const page = (await body.json()) as { chunk: unknown[]; end?: string };
    events += page.chunk.length;
    from = page.end;
  } while (from !== undefined);
  await homeserver.close();
  return events;
}

/**
 * The least that an import can be: these events again, one by one and dated, on one connection; their relations point at the
 * new ones.
 */
export async function bareImport(url: string, asToken: string, roomId: string, events: ClientEvent[]): Promise<void> {
  const homeserver = new Client(url);
  const room = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
  const sent = new Map<string, string>();
  for (const [i, event] of events.entries()) {
    const { statusCode, body } = await homeserver.request({
      method: "PUT",
      path: `${room}/send/${encodeURIComponent(event.type)}/bare${i}?ts=${event.origin_server_ts}`,
      headers: { authorization: `Bearer ${asToken}`, "content-type": "application/json" },
      body: JSON.stringify(event.content).replaceAll(/\$[\w-]{43}/g, (id) => sent.get(id) ?? id),
    });
    const answer = (await body.json()) as { event_id?: string };
    if (answer.event_id === undefined) throw new Error(`${event.type} → ${statusCode} ${JSON.stringify(answer)}`);
    sent.set(event.event_id, answer.event_id);
  }
  await homeserver.close();
}
