import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { onLoopback, type Loopback } from "./loopback.ts";

const SOURCE = fileURLToPath(new URL("../browser/widget-client.ts", import.meta.url));

/** A small Matrix client that shows one widget, at an origin of its own: `test/browser/widget-client.ts` says what it takes. */
export async function startWidgetClient(): Promise<Loopback> {
  const { outputFiles } = await build({ entryPoints: [SOURCE], bundle: true, write: false, pure: ["console.log"] });
  const script = outputFiles[0]?.text ?? "";
  const page =
    '<!doctype html><html lang="en"><title>Client</title><body><script src="/client.js"></script></body></html>';
  const server = createServer(({ url }, answer) => {
    const [type, body] = url === "/client.js" ? ["text/javascript", script] : ["text/html", page];
    answer.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  return await onLoopback(server);
}
