import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip, gzipSync } from "node:zlib";
import { Router, type RequestHandler } from "express";
import { notAllowed } from "./errors.ts";

/** The built page, found from src/ and from dist/ alike. */
const FOLDER = new URL("../../dist/web/", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  // the licences of what is bundled
  ".txt": "text/plain; charset=utf-8",
};
/** The names of assets hold a hash of what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";

interface PageFile {
  name: string;
  type: string;
  body: Buffer;
  gzip: Buffer;
}

export interface WebPageParts {
  /** where browsers reach the homeserver */
  homeserverUrl: string;
  /** of the homeserver's authorization server, asked each time; beside the homeserver the page may call these alone */
  oauthOrigins: () => Promise<readonly string[]>;
  /** origins of the clients that may frame the widget; none: there is no widget */
  widgetClients: readonly string[];
}

/**
 * The web page at `/`, the widget at `/widget`, and their scripts and styles below `/web`. They are read into memory once, so that a
 * new build cannot mix with them.
 * @throws Error where the page is not built
 */
export function webPage({ homeserverUrl, oauthOrigins, widgetClients }: WebPageParts): Router {
  const files = builtFiles();
  const index = files.find(({ name }) => name === "index.html");
  if (index === undefined) throw new Error(`the web page is not built (${FOLDER.pathname}): run npm run build`);
  const router = Router();
  const page = serve(index, "no-cache");
  const withPolicy: RequestHandler = async (_request, response, next) => {
    const origins = [new URL(homeserverUrl).origin, ...(await oauthOrigins())];
    response.setHeader("Content-Security-Policy", contentSecurityPolicy(origins, ["'none'"]));
    response.setHeader("X-Frame-Options", "DENY");
    next();
  };
  const withWidgetPolicy: RequestHandler = (_request, response, next) => {
    response.setHeader("Content-Security-Policy", contentSecurityPolicy([], widgetClients));
    // it can name no origins: what frames the widget is for the policy alone to say
    response.removeHeader("X-Frame-Options");
    next();
  };
  router.get("/", withPolicy, page);
  router.all("/", notAllowed("GET, HEAD"));
  if (widgetClients.length > 0) {
    router.get("/widget", withWidgetPolicy, page);
    router.all("/widget", notAllowed("GET, HEAD"));
  }
  for (const file of files) if (file !== index) router.get(`/web/${file.name}`, withAssetPolicy, serve(file, FOR_EVER));
  for (const name of builtNames())
    if (name.endsWith(PACKED_WASM)) router.get(`/web/${name.slice(0, -3)}`, withAssetPolicy, pass(name));
  return router;
}

/** Scripts of a worker have a policy of their own: the one that reads files from people's devices may ask nobody for anything. */
const WORKER_POLICY = "default-src 'none'";
/** Nor may the one that decrypts them, and holds keys; its WebAssembly comes from the page, at an address within the browser. */
const DECRYPT_WORKER_POLICY = `${WORKER_POLICY}; script-src 'wasm-unsafe-eval'; connect-src blob:`;
const DECRYPT_WORKER = /\/decrypt-worker-\w+\.js$/;
/** A large file that few ask for: it stays on disk. */
const PACKED_WASM = ".wasm.gz";

/**
 * Only what is the service's own runs; nothing but `framedBy` may frame the page; and no text becomes markup (Trusted Types: the one policy there is
 * lets through the addresses of the workers that read and decrypt bundles, and no markup).
 */
function contentSecurityPolicy(called: readonly string[], framedBy: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "worker-src 'self'",
    "img-src 'self' blob:",
    "media-src blob:",
    ["connect-src 'self'", ...new Set(called)].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${framedBy.join(" ")}`,
    "require-trusted-types-for 'script'",
    "trusted-types roomporter-reader",
  ].join("; ");
}

/** In the place of the policy that every answer of the service has. */
const withAssetPolicy: RequestHandler = ({ path }, response, next) => {
  const policy = DECRYPT_WORKER.test(path) ? DECRYPT_WORKER_POLICY : WORKER_POLICY;
  response.setHeader("Content-Security-Policy", policy);
  next();
};

function serve({ type, body, gzip }: PageFile, cacheControl: string): RequestHandler {
  return (request, response) => {
    response.setHeader("Cache-Control", cacheControl);
    response.setHeader("Content-Type", type);
    response.vary("Accept-Encoding");
    const packed = request.acceptsEncodings("gzip") === "gzip";
    if (packed) response.setHeader("Content-Encoding", "gzip");
    response.send(packed ? gzip : body);
  };
}

/** Gives out a file that is packed already. @param name of the packed one */
function pass(name: string): RequestHandler {
  const file = new URL(name, FOLDER);
  return (request, response) => {
    response.setHeader("Cache-Control", FOR_EVER);
    response.setHeader("Content-Type", "application/wasm");
    response.vary("Accept-Encoding");
    const ended = (): void => undefined;
    if (request.acceptsEncodings("gzip") === "gzip") {
      response.setHeader("Content-Encoding", "gzip");
      pipeline(createReadStream(file), response, ended);
    } else pipeline(createReadStream(file), createGunzip(), response, ended);
  };
}

function builtNames(): string[] {
  try {
    return readdirSync(FOLDER);
  } catch {
    return [];
  }
}

function builtFiles(): PageFile[] {
  return builtNames().flatMap((name) => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    const body = readFileSync(new URL(name, FOLDER));
    return [{ name, type, body, gzip: gzipSync(body, { level: 9 }) }];
  });
}
