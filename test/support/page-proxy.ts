import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { onLoopback } from "./loopback.ts";

/** What of a room's content was asked for and answered. */
export interface Served {
  /** `page <token>`, `SNAPSHOT` or `file <mxc address>` */
  what: string;
  /** path of the address, encoded */
  path: string;
  answered: boolean;
}

/** A way to a homeserver on which a room comes in small pages, and can be held up. */
export interface PageProxy {
  /** stands for the homeserver's, without a slash at the end */
  readonly url: string;
  readonly served: Served[];
  /** From now on pages of rooms are answered with this error; undefined: as the homeserver answers. */
  refuse(error: { status: number; errcode: string } | undefined): void;
  /** From now on, so many more pages and files of rooms are answered; further ones are held, until `release`. */
  allow(answers: number): void;
  /** From now on what is asked for of this room is held, until `release`. */
  hold(roomId: string): void;
  /** What is held is answered now, and all that comes. */
  release(): void;
  close(): Promise<void>;
}

/** At 127.0.0.1, before `target`; pages have `pageSize` events at most. */
export async function pageProxy(target: string, pageSize: number): Promise<PageProxy> {
  let allowed = Infinity;
  let refusal: { status: number; errcode: string } | undefined;
  const served: Served[] = [];
  const held: (() => void)[] = [];
  let heldRoom: string | undefined;

  async function serve(call: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(target + (call.url ?? ""));
    const what = contentOf(url);
    if (what !== undefined) {
      const entry = { what, path: url.pathname, answered: false };
      served.push(entry);
      const isHeld = heldRoom !== undefined && url.pathname.includes(heldRoom);
      if (isHeld || allowed-- <= 0) await new Promise<void>((resolve) => held.push(resolve));
      if (refusal && what.startsWith("page")) {
        const body = JSON.stringify({ errcode: refusal.errcode, error: "no" });
        answer.writeHead(refusal.status, { "content-type": "application/json" }).end(body);
        return;
      }
      if (url.searchParams.has("limit")) url.searchParams.set("limit", String(pageSize));
      answer.once("finish", () => (entry.answered = true));
    }
    const { host: _host, connection: _connection, ...headers } = call.headers;
    const body = Buffer.concat((await call.toArray()) as Buffer[]);
    const real = await fetch(url, {
      method: call.method ?? "GET",
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(body.length > 0 && { body }),
    });
    answer.writeHead(real.status, { "content-type": real.headers.get("content-type") ?? "" });
    if (real.body) await pipeline(Readable.fromWeb(real.body), answer);
    else answer.end();
  }

  const server = createServer((call, answer) => {
    // a caller that was killed is none of the proxy's business
    serve(call, answer).catch(() => call.socket.destroy());
  });
  const { url, close } = await onLoopback(server);
  return {
    url,
    served,
    refuse(error) {
      refusal = error;
    },
    allow(answers) {
      allowed = answers;
    },
    hold(roomId) {
      heldRoom = encodeURIComponent(roomId);
    },
    release() {
      heldRoom = undefined;
      allowed = Infinity;
      for (const answer of held.splice(0)) answer();
    },
    close,
  };
}

/**
 * Exports ask for pages as large as they come, the newest one maybe with the state; the service itself looks at some of the newest
 * events.
 */
const EXPORT_PAGE = 1000;
/** The newest page with the room's state: where it comes too late, each is asked for by itself. */
export const SNAPSHOT = "page newest with state";

function contentOf({ pathname, searchParams }: URL): string | undefined {
  if (pathname.endsWith("/initialSync")) return SNAPSHOT;
  if (pathname.endsWith("/messages") && Number(searchParams.get("limit")) >= EXPORT_PAGE)
    return `page ${searchParams.get("from") ?? "newest"}`;
  const [, file] = /\/media\/download\/(.+)$/.exec(pathname) ?? [];
  return file === undefined ? undefined : `file ${file}`;
}
