import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  method: string;
  /** path and query */
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export interface FakeService extends AsyncDisposable {
  url: string;
  /** ROOMPORTER_URL and ROOMPORTER_TOKEN */
  env: Record<string, string>;
  asked: Asked[];
}

/** An HTTP server on 127.0.0.1 that answers as the test says. */
export async function fakeService(
  answer: (asked: Asked, response: ServerResponse, turn: number) => void,
): Promise<FakeService> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, headers, body: Buffer.concat(chunks) });
      answer(asked.at(-1) as Asked, response, asked.length - 1);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { ROOMPORTER_URL: url, ROOMPORTER_TOKEN: "secret-token" },
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Server-sent events: these jobs, one by one. */
export function events(response: ServerResponse, jobs: readonly object[]): void {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
  for (const each of jobs) response.write(`: alive\n\nevent: job\ndata: ${JSON.stringify(each)}\n\n`);
  response.end();
}

export function job(change: object = {}): object {
  return {
    job_id: "j1",
    kind: "import",
    state: "running",
    progress: { done: 1, total: 3, unit: "events" },
    room_id: null,
    report: null,
    error: null,
    ...change,
  };
}
