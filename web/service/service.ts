import type * as z from "zod/mini";
import { ApiError } from "./api-error.ts";
import { ask, send, type Call } from "./call.ts";
import type { DocumentFormat } from "../../src/exports/download-document.ts";
import {
  JOB,
  JOBS,
  MEMBERS,
  ROOMS,
  SPACE_PREVIEW,
  UPLOADS,
  WHOAMI,
  WORKSPACES,
  type BegunUpload,
  type Job,
  type Member,
  type Room,
  type SpacePreview,
  type Workspace,
} from "./shapes.ts";

import type { AccessToken } from "./token.ts";

/** What of a room to export: names and values as `POST /v1/rooms/{roomId}/exports` takes them. */
export type ExportQuery = Record<string, string>;

export type ExportFormat = "bundle" | DocumentFormat;

/** What of an upload to convert, as `POST /v1/conversions` takes it. */
export type ConversionChoice = {
  channel?: string;
  time_zone?: string;
  date_order?: string;
  trust_imported?: readonly string[];
};

/** How something is imported. */
interface ImportWishes {
  /** room id of a space that the room joins; empty: none */
  space: string;
  /** of a decrypted bundle */
  asPlaintext?: boolean;
  /** of a collection: upgraded rooms become one */
  asOne?: boolean;
  /** also where the person has imported it before */
  again?: boolean;
}

function wished({ space, asPlaintext = false, asOne = false, again = false }: ImportWishes): object {
  return {
    ...(space !== "" && { workspace_id: space }),
    ...(asPlaintext && { allow_plaintext: true }),
    ...(asOne && { upgrades: "one-room" }),
    ...(again && { again: true }),
  };
}

/** Roomporter's API as the holder of a token sees it. Every call throws ApiError. */
export class Service {
  readonly #token: AccessToken;
  readonly #expired: () => void;

  /** @param expired told when the token is not good any more */
  constructor(token: AccessToken, expired: () => void) {
    this.#token = token;
    this.#expired = expired;
  }

  /** As it is now: it may be another one soon. */
  get token(): string {
    return this.#token.value;
  }

  whoami(): Promise<z.output<typeof WHOAMI>> {
    return this.ask("/v1/whoami", WHOAMI);
  }

  async rooms(): Promise<Room[]> {
    return (await this.ask("/v1/rooms/joined", ROOMS)).rooms;
  }

  async members(roomId: string): Promise<Member[]> {
    return (await this.ask(`/v1/rooms/${encodeURIComponent(roomId)}/members`, MEMBERS)).members;
  }

  async workspaces(): Promise<Workspace[]> {
    return (await this.ask("/v1/workspaces", WORKSPACES)).workspaces;
  }

  /** A page of jobs. @param query as `GET /v1/jobs` takes it */
  jobs(query: Record<string, string>): Promise<z.output<typeof JOBS>> {
    return this.ask(`/v1/jobs?${new URLSearchParams(query).toString()}`, JOBS);
  }

  startExport(roomId: string, query: ExportQuery): Promise<Job> {
    const path = `/v1/rooms/${encodeURIComponent(roomId)}/exports?${new URLSearchParams(query).toString()}`;
    return this.ask(path, JOB, { method: "POST" });
  }

  /** The space with its rooms, as one ZIP. */
  startSpaceExport(spaceId: string, query: ExportQuery): Promise<Job> {
    const path = `/v1/spaces/${encodeURIComponent(spaceId)}/exports?${new URLSearchParams(query).toString()}`;
    return this.ask(path, JOB, { method: "POST" });
  }

  async uploads(): Promise<BegunUpload[]> {
    return (await this.ask("/v1/uploads", UPLOADS)).uploads;
  }

  async deleteUpload(uploadId: string): Promise<void> {
    const headers = { "tus-resumable": "1.0.0" };
    await this.#telling(() => send(`/v1/uploads/${uploadId}`, { method: "DELETE", token: this.token, headers }));
  }

  convert(uploadId: string, choice: ConversionChoice): Promise<Job> {
    return this.ask("/v1/conversions", JOB, { method: "POST", body: { upload_id: uploadId, ...choice } });
  }

  importFrom(source: { upload_id: string } | { job_id: string }, wishes: ImportWishes): Promise<Job> {
    return this.ask("/v1/rooms/import", JOB, { method: "POST", body: { ...source, ...wished(wishes) } });
  }

  /** What the import of an uploaded collection would make. */
  previewSpace(uploadId: string): Promise<SpacePreview> {
    const body = { upload_id: uploadId };
    return this.ask("/v1/spaces/import?dry_run=true", SPACE_PREVIEW, { method: "POST", body });
  }

  /** Imports an uploaded collection. */
  importSpace(uploadId: string, wishes: ImportWishes): Promise<Job> {
    return this.ask("/v1/spaces/import", JOB, { method: "POST", body: { upload_id: uploadId, ...wished(wishes) } });
  }

  /** @param keep what it has made stays for a retry */
  cancel(jobId: string, keep = false): Promise<Job> {
    return this.ask(`/v1/jobs/${encodeURIComponent(jobId)}${keep ? "?keep=true" : ""}`, JOB, { method: "DELETE" });
  }

  retry(jobId: string): Promise<Job> {
    return this.ask(`/v1/jobs/${encodeURIComponent(jobId)}/retry`, JOB, { method: "POST" });
  }

  /** The bundle of an export, or what the service makes of it. */
  bundle(jobId: string, format: ExportFormat = "bundle"): Promise<Response> {
    const what = format === "bundle" ? "bundle" : `document?format=${format}`;
    return this.fetch(`/v1/jobs/${encodeURIComponent(jobId)}/${what}`);
  }

  /** Ends the session where the failure says that the token is not good any more. */
  tellOf(error: unknown): void {
    if (error instanceof ApiError && error.status === 401) this.#expired();
  }

  /** What else the API has: its parts that are loaded when they are needed know their own shapes. */
  ask<T>(path: string, shape: z.ZodMiniType<T>, call: Call = {}): Promise<T> {
    return this.#telling(() => ask(path, shape, { ...call, token: this.token }));
  }

  /** The same where the answer is no JSON. */
  fetch(path: string): Promise<Response> {
    return this.#telling(() => send(path, { token: this.token }));
  }

  /** A token that has run out is had anew once. */
  async #telling<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call().catch(async (error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 401 || !this.#token.renew) throw error;
        await this.#token.renew().catch(() => {
          throw error;
        });
        return await call();
      });
    } catch (error) {
      this.tellOf(error);
      throw error;
    }
  }
}
