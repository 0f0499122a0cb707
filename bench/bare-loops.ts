import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Pool } from "undici";
import type { ClientEvent } from "../src/matrix/event.ts";

/** How many files the bare loop asks for side by side: as many as the product. */
const FILES_AT_ONCE = 4;

/** The least that an export can be: every page of the timeline, parsed. Gives the number of events. */
export async function bareExport(url: string, token: string, roomId: string): Promise<number> {
  const homeserver = new Client(url);
  try {
    return (await everyEvent(homeserver, token, roomId)).length;
  } finally {
    await homeserver.close();
  }
}

/** The same with the files of the events: each is hashed and written into a folder. Gives the number of events. */
export async function bareExportWithFiles(url: string, token: string, roomId: string): Promise<number> {
  const homeserver = new Client(url);
  const files = new Pool(url, { connections: FILES_AT_ONCE });
  const folder = await mkdtemp(join(tmpdir(), "roomporter-bare-"));
  try {
    const events = await everyEvent(homeserver, token, roomId);
    const uris = events.flatMap(({ content }) => (typeof content["url"] === "string" ? [content["url"]] : []));
    const fetchSome = async (): Promise<void> => {
      for (let uri = uris.pop(); uri !== undefined; uri = uris.pop()) {
        const path = uri.replace("mxc://", "/_matrix/client/v1/media/download/");
        const { body } = await files.request({ method: "GET", path, headers: { authorization: `Bearer ${token}` } });
        const bytes = Buffer.from(await body.arrayBuffer());
        await writeFile(join(folder, createHash("sha256").update(bytes).digest("hex")), bytes);
      }
    };
    await Promise.all(Array.from({ length: FILES_AT_ONCE }, fetchSome));
    return events.length;
  } finally {
    await Promise.all([homeserver.close(), files.close()]);
    await rm(folder, { recursive: true });
  }
}

async function everyEvent(homeserver: Client, token: string, roomId: string): Promise<ClientEvent[]> {
  const messages = `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=1000`;
  const events: ClientEvent[] = [];
  let from: string | undefined;
  do {
    const path = from === undefined ? messages : `${messages}&from=${encodeURIComponent(from)}`;
    const { body } = await homeserver.request({ method: "GET", path, headers: { authorization: `Bearer ${token}` } });
    const page = (await body.json()) as { chunk: ClientEvent[]; end?: string };
    events.push(...page.chunk);
    from = page.end;
  } while (from !== undefined);
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
