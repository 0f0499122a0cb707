import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../../src/matrix/json.ts";
import type { Service } from "../../support/service.ts";

export interface Answer {
  status: number;
  body: JsonObject;
}

/** The service's API, as one holder of a token sees it. */
export class Api {
  readonly #service: Pick<Service, "url">;
  readonly #token: string;

  constructor(service: Pick<Service, "url">, token: string) {
    this.#service = service;
    this.#token = token;
  }

  fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    headers.set("authorization", `Bearer ${this.#token}`);
    return fetch(this.#service.url + path, { ...options, headers });
  }

  async json(path: string, method = "GET"): Promise<Answer> {
    const response = await this.fetch(path, { method });
    return { status: response.status, body: (await response.json()) as JsonObject };
  }

  /** `GET …/export`: the ZIP, or the error. */
  async exported(roomId: string, query = ""): Promise<{ status: number; body: JsonObject; zip: Buffer }> {
    const response = await this.fetch(`/v1/rooms/${encodeURIComponent(roomId)}/export${query}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const body = response.ok ? {} : (JSON.parse(bytes.toString()) as JsonObject);
    return { status: response.status, body, zip: bytes };
  }

  /** Waits until the job has ended. */
  async ended(jobId: string): Promise<JsonObject> {
    for (;;) {
      const { body } = await this.json(`/v1/jobs/${jobId}`);
      if (body["state"] !== "queued" && body["state"] !== "running") return body;
      await sleep(50);
    }
  }
}
