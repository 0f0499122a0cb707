import { once } from "node:events";
import { createServer } from "node:net";
import { z } from "zod";
import type { Registration } from "../registration.ts";
import type { Config } from "../schema.ts";
import type { Finding } from "./finding.ts";

type Listener = Config["listeners"][number];

const ANY_ADDRESS = new Set(["0.0.0.0", "::"]);
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]", "::1"]);
/** How long a process that holds a port may take to say who it is, in milliseconds. */
const ANSWER_MS = 2000;
const LIVE = z.looseObject({ live: z.literal(true), service_user: z.string() });
const READY = z.looseObject({ missing: z.array(z.looseObject({ name: z.string(), message: z.string() })) });

export interface ListenerCheck {
  findings: Finding[];
  facts: string[];
}

/** Can the service have its ports, and does the homeserver find it there? */
export async function checkListeners(config: Config, registration: Registration): Promise<ListenerCheck> {
  const serviceUser = `@${registration.sender_localpart}:${config.homeserver.server_name}`;
  const findings: Finding[] = [...clashes(config.listeners), ...homeserversWay(config.listeners, registration)];
  const facts: string[] = [];
  for (const [index, listener] of config.listeners.entries()) {
    const code = await cannotListen(listener);
    if (code === undefined) continue;
    const path = ["listeners", index, "port"];
    const running = code === "EADDRINUSE" ? await runningAt(listener) : undefined;
    if (running?.serviceUser === serviceUser) {
      facts.push(`${listener.bind_address}:${listener.port} is in use by this very service, which is running`);
      for (const { name, message } of running.missing)
        findings.push({ path, message: `the running service is not ready: ${name}: ${message}`, warning: true });
    } else findings.push({ path, ...reason(code, listener, config, running?.serviceUser) });
  }
  return { findings, facts };
}

function clashes(listeners: readonly Listener[]): Finding[] {
  return listeners.flatMap(({ port, bind_address }, index) => {
    const same = (other: Listener): boolean =>
      other.port === port && (other.bind_address === bind_address || ANY_ADDRESS.has(other.bind_address));
    const first = listeners.slice(0, index).findIndex(same);
    if (port === 0 || first < 0) return [];
    return [
      { path: ["listeners", index, "port"], message: `${port} is the port of listeners.${first}, too: join them` },
    ];
  });
}

/** The registration's `url` may lead through a proxy, of which nothing is known here. */
function homeserversWay(listeners: readonly Listener[], { url }: Registration): Finding[] {
  const open = listeners.filter(({ resources }) => resources.includes("appservice"));
  if (open.length === 0) {
    const message = "none has the resource appservice: the homeserver cannot reach `roomporter serve`";
    return [{ path: ["listeners"], message, warning: true }];
  }
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port) || (protocol === "https:" ? 443 : 80);
  if (!LOOPBACK.has(hostname) || open.some((listener) => listener.port === number || listener.port === 0)) return [];
  const message = `the registration's url is ${url}, and no listener with the resource appservice has port ${number}`;
  return [{ path: ["listeners"], message, warning: true }];
}

/** The system's error code where the port cannot be had. */
async function cannotListen({ port, bind_address }: Listener): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, bind_address);
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return undefined;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  }
}

/** The Roomporter that listens there, or undefined where it is another program. */
async function runningAt({
  port,
  bind_address,
}: Listener): Promise<({ serviceUser: string } & z.output<typeof READY>) | undefined> {
  const host = bind_address === "::" ? "::1" : bind_address === "0.0.0.0" ? "127.0.0.1" : bind_address;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const get = async (path: string): Promise<unknown> =>
    await (await fetch(url + path, { signal: AbortSignal.timeout(ANSWER_MS) })).json();
  try {
    const { service_user: serviceUser } = LIVE.parse(await get("/live"));
    return { serviceUser, ...READY.parse(await get("/ready")) };
  } catch {
    return undefined;
  }
}

function reason(
  code: string,
  { port, bind_address, resources }: Listener,
  { database }: Config,
  otherService: string | undefined,
): { message: string; warning?: boolean } {
  const at = `${bind_address}:${port}`;
  if (code === "EADDRINUSE") {
    const holder = otherService === undefined ? "another process" : `another Roomporter, ${otherService}`;
    return { message: `${at} is in use by ${holder}: stop it, or take another port` };
  }
  if (code === "EACCES") return { message: `${at} may not be opened by this user (EACCES): take a port above 1023` };
  if (code !== "EADDRNOTAVAIL" && code !== "ENOTFOUND") return { message: `${at} cannot be opened (${code})` };
  const message = `${bind_address} is not an address of this machine`;
  // workers open only what is for metrics alone
  const metricsOnly = resources.every((resource) => resource === "metrics");
  if (metricsOnly || database.url.startsWith("sqlite:")) return { message };
  return { message: `${message}: roomporter worker can run here, roomporter serve cannot`, warning: true };
}
