import { createServer } from "node:http";
import express from "express";
import helmet from "helmet";
import { buildWeb } from "../../scripts/build-web.js";
import { webPage } from "../../src/http/web-page.ts";
import { onLoopback, type Loopback } from "./loopback.ts";

export interface WebPageServer extends Loopback {
  /** everything that was asked for: method, address, headers and body of each request */
  readonly asked: string[];
}

/** Serves the web page, built anew from this checkout, with as much of the service around it as it takes to show the sign-in. */
export async function serveWebPage(): Promise<WebPageServer> {
  await buildWeb();
  const asked: string[] = [];
  const app = express();
  // as every answer of the service
  app.use(helmet());
  app.use(express.raw({ type: () => true, limit: "50mb" }), (request, _response, next) => {
    const body: unknown = request.body;
    asked.push(
      [request.method, request.url, JSON.stringify(request.headers), Buffer.isBuffer(body) ? body : ""].join(" "),
    );
    next();
  });
  app.get("/v1/service", (_request, response) => {
    const homeserver = { server_name: "acme.test", base_url: "http://127.0.0.1:9" };
    response.json({ homeserver, service_user: "@roomporter:acme.test", upload_size: 1e9 });
  });
  const oauthOrigins = (): Promise<readonly string[]> => Promise.resolve([]);
  app.use(webPage({ homeserverUrl: "http://127.0.0.1:9", oauthOrigins, widgetClients: [] }));
  return Object.assign(await onLoopback(createServer(app)), { asked });
}
