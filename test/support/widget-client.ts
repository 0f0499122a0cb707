import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A small Matrix client that shows one widget, at an origin of its own: `test/browser/widget-client.ts` says what it takes. */
export interface WidgetClient {
  /** without a slash at the end */
  readonly url: string;
  close(): Promise<void>;
}

const SOURCE = fileURLToPath(new URL("../browser/widget-client.ts", import.meta.url));

export async function startWidgetClient(): Promise<WidgetClient> {
  const { outputFiles } = await build({ entryPoints: [SOURCE], bundle: true, write: false, pure: ["console.log"] });
  const script = outputFiles[0]?.text ?? "";
  const page =
    '<!doctype html><html lang="en"><title>Client</title><body><script src="/client.js"></script></body></html>';
  const server = createServer(({ url }, answer) => {
    const [type, body] = url === "/client.js" ? ["text/javascript", script] : ["text/html", page];
    answer.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
