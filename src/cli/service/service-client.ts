import { Readable } from "node:stream";
import { Agent, request, type Dispatcher } from "undici";
import { z } from "zod";
import type { auditOptions } from "../../audit/options.ts";
import type { allRoomsOptions } from "../../exports/all-rooms/all-rooms-params.ts";
import type { exportJobOptions } from "../../exports/predecessors/options.ts";
import type { spaceExportOptions } from "../../exports/space/options.ts";
import type { exportNowOptions } from "../../exports/options.ts";
import type { cancelOptions } from "../../jobs/options.ts";
import type { Account } from "../../decrypt/keys/backup/account.ts";
import { CliError, EXIT } from "../exit.ts";
import { eventData } from "./event-data.ts";
import { HOMESERVER, homeserverFiles, type HomeserverFiles } from "./homeserver-files.ts";
import { JOB, type ServiceJob } from "./job.ts";
import type { MultipartForm } from "./multipart.ts";
import { queryOf } from "./typed-options.ts";
import { noAnswer, refusedBy } from "./service-error.ts";

/** A service that reads a large room answers late: no time limit but the caller's signal. */
const PATIENT = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** A proxy that gathers what comes would keep the first event back: then events are of no use; in milliseconds. */
const FIRST_EVENT_MS = 5_000;
/** The service says something every 15 seconds: after this the connection is dead, in milliseconds. */
const SILENCE_MS = 40_000;

const STARTED = z.looseObject({ job_id: z.string() });
const KEYS = z.looseObject({
  keys: z.array(z.looseObject({ key_id: z.string(), server_name: z.string(), pem: z.string() })),
});
const AUDIT_ROW = z.looseObject({
  position: z.number(),
  at: z.string(),
  action: z.string(),
  outcome: z.string(),
  door: z.string(),
  actor: z.string(),
  on_behalf_of: z.string().optional(),
  room_id: z.string().optional(),
  target: z.string().optional(),
  job_id: z.string().optional(),
  reasons: z.array(z.string()).optional(),
  details: z.array(z.string()).optional(),
  count: z.number().optional(),
});
const AUDIT_PAGE = z.looseObject({ rows: z.array(AUDIT_ROW), next_batch: z.string().optional() });

/** Parameters of `GET /v1/audit`. */
export type AuditQuery = z.input<typeof auditOptions>;

const TOKEN_HOLDER = z.looseObject({
  user_id: z.string().nullable(),
  admin_token: z.string().nullable(),
  permission: z.enum(["none", "user", "admin"]),
});
/** Whose token it is: a user's, or an admin token of the configuration, by its name there. */
export type TokenHolder = z.output<typeof TOKEN_HOLDER>;

const JOBS = z.looseObject({ jobs: z.array(JOB) });

/** The service's HTTP API, as far as the command line uses it. Every method throws CliError. */
export class ServiceClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Files of the homeserver that the service belongs to. The token is sent there alone: no admin token. */
  async homeserverFiles(signal: AbortSignal): Promise<HomeserverFiles> {
    return homeserverFiles(await this.#homeserver("files", signal), this.#token, signal);
  }

  /** The person's account on that homeserver, by the same token. @throws CliError, KeyError */
  async account(signal: AbortSignal): Promise<Account> {
    const url = await this.#homeserver("room keys", signal);
    const { accountOf } = await import("../../decrypt/keys/backup/account.ts");
    return await accountOf(url, this.#token);
  }

  /** Its address, for who has a token of theirs. @throws CliError */
  async #homeserver(what: string, signal: AbortSignal): Promise<string> {
    const [{ homeserver }, { user_id: userId }] = await Promise.all([
      this.ask("GET", "/v1/service", HOMESERVER),
      this.whoami(signal),
    ]);
    if (userId !== null) return homeserver.base_url;
    throw new CliError(EXIT.usage, `${what} come from the homeserver: give a Matrix access token, not an admin token`);
  }

  /** The ZIP, as it comes; `size` where the service says it beforehand. `progress`: the id under which `follow` shows the reading. */
  async exportRoom(
    roomId: string,
    options: z.input<typeof exportNowOptions>,
    signal: AbortSignal,
  ): Promise<{ body: Readable; size: number | null; empty: boolean }> {
    const query = queryOf(options);
    const suffix = query.size > 0 ? `?${query.toString()}` : "";
    const response = await this.#call("GET", `/v1/rooms/${encodeURIComponent(roomId)}/export${suffix}`, { signal });
    const size = Number(response.headers["content-length"] ?? Number.NaN);
    const empty = response.headers["roomporter-events"] === "0";
    return { body: response.body, size: Number.isSafeInteger(size) ? size : null, empty };
  }

  /** Gives the id of the import's job. */
  async importRoom(form: MultipartForm, signal: AbortSignal): Promise<string> {
    return (await this.sendForm("/v1/rooms/import", form, STARTED, signal)).job_id;
  }

  /** The same for a collection. */
  async importSpace(form: MultipartForm, signal: AbortSignal): Promise<string> {
    return (await this.sendForm("/v1/spaces/import", form, STARTED, signal)).job_id;
  }

  /** What the service answers to a form, in that shape. */
  async sendForm<T>(path: string, form: MultipartForm, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    const headers = { "content-type": form.contentType, "content-length": String(form.length) };
    return this.#parse(await this.#call("POST", path, { headers, body: form.body(), signal }), shape);
  }

  /** Gives the id of the job. */
  async exportAllRooms(options: z.input<typeof allRoomsOptions>): Promise<string> {
    const text = JSON.stringify(options);
    const headers = { "content-type": "application/json" };
    const body = Readable.from([Buffer.from(text)]);
    return (await this.#parse(await this.#call("POST", "/v1/gdpr/export", { headers, body }), STARTED)).job_id;
  }

  /** Gives the id of the job. */
  async exportWithPredecessors(roomId: string, options: z.input<typeof exportJobOptions>): Promise<string> {
    const path = `/v1/rooms/${encodeURIComponent(roomId)}/exports?${queryOf(options).toString()}`;
    return (await this.#parse(await this.#call("POST", path, {}), STARTED)).job_id;
  }

  /** Gives the id of the job. */
  async exportSpace(spaceId: string, options: z.input<typeof spaceExportOptions>): Promise<string> {
    const query = queryOf(options);
    const suffix = query.size > 0 ? `?${query.toString()}` : "";
    const path = `/v1/spaces/${encodeURIComponent(spaceId)}/exports${suffix}`;
    return (await this.#parse(await this.#call("POST", path, {}), STARTED)).job_id;
  }

  /** What a job has made, from this byte on. */
  async bundle(id: string, from: number, signal: AbortSignal): Promise<Readable> {
    const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${String(from)}-` };
    const response = await this.#call("GET", `/v1/jobs/${encodeURIComponent(id)}/bundle`, { headers, signal });
    if (from > 0 && response.statusCode !== 206) {
      response.body.destroy();
      throw new CliError(EXIT.failed, "the download broke, and the service cannot go on with it: start it again");
    }
    return response.body;
  }

  async job(id: string, signal?: AbortSignal): Promise<ServiceJob> {
    const path = `/v1/jobs/${encodeURIComponent(id)}`;
    return this.#parse(await this.#call("GET", path, signal ? { signal } : {}), JOB);
  }

  /** The job at each of its changes, as the service tells them (server-sent events), until it has ended or the connection does. */
  async *follow(id: string, signal: AbortSignal): AsyncGenerator<ServiceJob, void, undefined> {
    const alive = new AbortController();
    const joined = AbortSignal.any([signal, alive.signal]);
    let silence = setTimeout(() => alive.abort(), FIRST_EVENT_MS);
    const heard = async function* (body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
      for await (const chunk of body) {
        clearTimeout(silence);
        silence = setTimeout(() => alive.abort(), SILENCE_MS);
        yield chunk;
      }
    };
    try {
      const { body } = await this.#call("GET", `/v1/jobs/${encodeURIComponent(id)}/events`, { signal: joined });
      for await (const data of eventData(heard(body))) yield JOB.parse(JSON.parse(data));
    } finally {
      clearTimeout(silence);
    }
  }

  async whoami(signal: AbortSignal): Promise<TokenHolder> {
    return this.#parse(await this.#call("GET", "/v1/whoami", { signal }), TOKEN_HOLDER);
  }

  async jobs(): Promise<ServiceJob[]> {
    return (await this.#parse(await this.#call("GET", "/v1/jobs", {}), JOBS)).jobs;
  }

  async cancel(id: string, options: z.input<typeof cancelOptions>): Promise<ServiceJob> {
    const query = options.keep ? "?keep=true" : "";
    return this.#parse(await this.#call("DELETE", `/v1/jobs/${encodeURIComponent(id)}${query}`, {}), JOB);
  }

  async retry(id: string): Promise<ServiceJob> {
    return this.#parse(await this.#call("POST", `/v1/jobs/${encodeURIComponent(id)}/retry`, {}), JOB);
  }

  async keys(): Promise<z.output<typeof KEYS>["keys"]> {
    return (await this.#parse(await this.#call("GET", "/v1/keys", {}), KEYS)).keys;
  }

  /** One page of the audit log. */
  async auditPage(query: AuditQuery): Promise<z.output<typeof AUDIT_PAGE>> {
    return this.#parse(await this.#call("GET", `/v1/audit?${queryOf(query).toString()}`, {}), AUDIT_PAGE);
  }

  /** All that the query asks for, as it comes. */
  async auditRows(query: AuditQuery, format: "csv" | "ndjson"): Promise<Readable> {
    const search = queryOf({ ...query, format }).toString();
    return (await this.#call("GET", `/v1/audit?${search}`, {})).body;
  }

  /** What the service answers to a JSON body, in that shape; members that are undefined are left out. */
  async ask<T>(method: "GET" | "POST" | "PUT", path: string, shape: z.ZodType<T>, body?: object): Promise<T> {
    const headers = { "content-type": "application/json" };
    const chunks = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from(JSON.stringify(body));
    };
    return this.#parse(await this.#call(method, path, body ? { headers, body: chunks() } : {}), shape);
  }

  async #call(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    options: { headers?: Record<string, string>; body?: AsyncIterable<Buffer>; signal?: AbortSignal },
  ): Promise<Dispatcher.ResponseData> {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(this.#url + path, {
        dispatcher: PATIENT,
        method,
        headers: { "user-agent": "roomporter-cli", authorization: `Bearer ${this.#token}`, ...options.headers },
        ...(options.body ? { body: Readable.from(options.body, { objectMode: false }) } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
    } catch (error) {
      throw noAnswer(this.#url, error);
    }
    if (response.statusCode >= 400) throw await refusedBy(this.#url, response);
    return response;
  }

  async #parse<T>(response: Dispatcher.ResponseData, shape: z.ZodType<T>): Promise<T> {
    const parsed = shape.safeParse(await response.body.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new CliError(EXIT.failed, `${this.#url} does not answer like a Roomporter service: check the address`);
  }
}
