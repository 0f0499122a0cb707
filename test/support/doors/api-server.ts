import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { application } from "../../../src/http/application.ts";
import { Authentication } from "../../../src/http/access/authenticate.ts";
import { WidgetSessions } from "../../../src/http/access/widget-sessions.ts";
import { WrongTokens } from "../../../src/http/access/wrong-tokens.ts";
import { startSessionRoute } from "../../../src/http/endpoints/sessions/start-session.ts";
import { listen, type OpenListener } from "../../../src/http/listeners.ts";
import { apiRouter, openRouter } from "../../../src/http/router.ts";
import { apiRoutes } from "../../../src/http/routes.ts";
import { readAudit } from "../../../src/audit/read-audit.ts";
import type { Administration } from "../../../src/administration/administration.ts";
import type { Conversions } from "../../../src/conversions/conversions.ts";
import type { Exports } from "../../../src/exports/exports.ts";
import type { Imports } from "../../../src/imports/imports.ts";
import type { Jobs } from "../../../src/jobs/jobs.ts";
import type { Uploads } from "../../../src/uploads/uploads.ts";
import { operateWith } from "../../../src/requests/operation.ts";
import type { Requester } from "../../../src/requests/requester.ts";
import { HomeserverError } from "../../../src/ports/homeserver/homeserver.ts";
import type { Job } from "../../../src/ports/job-store.ts";
import { AMPLE } from "../fakes/ample-space.ts";
import { TestClock } from "../../contracts/stores.ts";
import { toldAuditLog } from "../fakes/memory-stores.ts";
import { unexpectedRooms } from "../fakes/bot.ts";
import { SILENT } from "../fakes/logger.ts";

export const ADMIN_TOKEN = "adm_0123456789";
export const UPLOAD_LIMIT = 100_000;

export const JOB: Job = {
  id: "job1",
  kind: "import",
  state: "queued",
  owner: "@ann:x",
  params: {},
  words: null,
  progress: { done: 0, total: null, unit: "events" },
  room_id: null,
  report: null,
  error: null,
  created_at: 1,
  finished_at: null,
  cancel_requested: false,
  keep: false,
  held: null,
  fence: 0,
  lost_runs: 0,
};

const unexpected = (): never => {
  throw new Error("secret: not expected here");
};

/** The API on a port of its own, in front of operations that a test sets. */
export class ApiServer {
  readonly exports: Exports = {
    now: async () => unexpected(),
    start: async () => unexpected(),
    startSpace: async () => unexpected(),
    startPredecessors: async () => unexpected(),
    startAllRooms: async () => unexpected(),
    download: async () => unexpected(),
    document: async () => unexpected(),
  };
  readonly imports: Imports = {
    admit: async () => ({ known: undefined, forUser: async () => undefined, [Symbol.dispose]: () => undefined }),
    start: async () => unexpected(),
    startFrom: async () => unexpected(),
    startSpace: async () => unexpected(),
    startSpaceFrom: async () => unexpected(),
    previewSpace: async () => unexpected(),
    previewSpaceFrom: async () => unexpected(),
    undo: async () => unexpected(),
  };
  readonly conversions: Conversions = { start: async () => unexpected() };
  readonly uploads: Uploads = {
    create: async () => unexpected(),
    list: async () => unexpected(),
    find: async () => unexpected(),
    append: async () => unexpected(),
    remove: async () => unexpected(),
  };
  readonly jobs: Jobs = {
    show: async () => unexpected(),
    list: async () => unexpected(),
    cancel: async () => unexpected(),
    retry: async () => unexpected(),
    wait: async () => unexpected(),
    watch: async () => unexpected(),
  };
  readonly rooms = unexpectedRooms();
  readonly administration: Administration = {
    homeserver: async () => unexpected(),
    checkHomeserver: async () => unexpected(),
    storage: async () => unexpected(),
    metrics: async () => unexpected(),
  };
  readonly clock = new TestClock();
  /** tokens by which the homeserver was asked */
  readonly asked: string[] = [];
  homeserverAway = false;
  hasWidget = true;
  readonly audit = toldAuditLog();
  wrongTokens = 0;
  trustedProxies: string[] = [];
  readonly space = { ...AMPLE };
  readonly loggedOut = new Set<string>();
  #listening: OpenListener | undefined;
  #folder = "";

  /** Everybody who asks for their jobs from now on, as the service sees them. */
  seeRequesters(): Requester[] {
    const seen: Requester[] = [];
    this.jobs.list = async (requester) => {
      seen.push(requester);
      return { jobs: [] };
    };
    return seen;
  }

  async start(): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "roomporter-http-"));
    const wrongTokens = new WrongTokens(() => this.wrongTokens++);
    const sessions = new WidgetSessions(() => this.clock.time);
    const permissionOf = (userId: string) =>
      userId === "@root:x" ? "admin" : userId === "@stranger:x" ? "none" : "user";
    const authentication = new Authentication({
      whoami: async (token) => {
        this.asked.push(token);
        if (this.homeserverAway) throw new HomeserverError(0, "M_UNKNOWN", "away");
        if (!token.startsWith("token-of-") || this.loggedOut.has(token))
          throw new HomeserverError(401, "M_UNKNOWN_TOKEN", "who?");
        const localpart = token.slice("token-of-".length);
        if (localpart === "locked") throw new HomeserverError(401, "M_USER_LOCKED", "locked");
        return { userId: `@${localpart}:x`, guest: localpart === "guest" };
      },
      serviceUser: "@service:x",
      adminTokens: [
        { name: "other", sha256: "0".repeat(64) },
        { name: "ops", sha256: createHash("sha256").update(ADMIN_TOKEN).digest("hex") },
      ],
      wrongTokens,
      sessions,
      monotonic: () => this.clock.time,
    });
    const limits = { folder: this.#folder, space: this.space, size: UPLOAD_LIMIT };
    const routes = apiRoutes(limits, {
      index: { open: async () => unexpected() },
      audit: readAudit({
        operate: operateWith((userId) => (userId === "@root:x" ? "admin" : "user"), this.audit),
        log: this.audit,
      }),
      permissionOf,
      allowGuests: false,
    });
    const { exports, imports, conversions, jobs, rooms, uploads, administration } = this;
    const operations = { exports, imports, conversions, jobs, rooms, uploads, administration };
    const startSession = startSessionRoute({
      sessions,
      wrongTokens,
      userOf: async (token) => {
        this.asked.push(token);
        if (this.homeserverAway) throw new HomeserverError(0, "M_UNKNOWN", "away");
        const [, userId] = /^openid-of-(.+)$/.exec(token) ?? [];
        if (userId === undefined) throw new HomeserverError(401, "M_UNKNOWN_TOKEN", "who?");
        return userId;
      },
      permissionOf,
      serverName: "x",
      enabled: this.hasWidget,
    });
    const handlers = [
      openRouter([startSession]),
      apiRouter(routes, { ...operations, authentication, logger: SILENT }),
    ].map((handler) => ({ at: "/", handler }));
    this.#listening = await listen(0, "127.0.0.1", application(handlers, SILENT, this.trustedProxies));
  }

  async stop(): Promise<void> {
    await this.#listening?.close(100);
    await rm(this.#folder, { recursive: true });
  }

  get port(): number {
    return this.#listening?.address.port ?? 0;
  }

  /** Files that are being received, or were left behind. */
  spooled(): Promise<string[]> {
    return readdir(this.#folder);
  }

  fetch(path: string, options: RequestInit & { token?: string } = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (options.token !== "") headers.set("authorization", `Bearer ${options.token ?? "token-of-ann"}`);
    return fetch(`http://127.0.0.1:${this.port}${path}`, { ...options, headers });
  }
}
