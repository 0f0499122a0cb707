import type { Readable } from "node:stream";
import { member } from "../../../matrix/json.ts";
import { HomeserverError, type MediaTarget } from "../../../ports/homeserver/homeserver.ts";
import { stringOf } from "../answers.ts";
import { jsonOf } from "../call-failed.ts";
import type { HomeserverClient } from "../client.ts";
import { mediaRequest, whole } from "./media-http.ts";

/**
 * Puts files into the media repository, streamed (client-server API, "Content repository"). Control characters in a name become spaces:
 * Dendrite answers downloads with them in a header, which ends the connection.
 */
export class HomeserverMediaTarget implements MediaTarget {
  readonly #client: HomeserverClient;
  #limit: Promise<number | undefined> | undefined;

  constructor(client: HomeserverClient) {
    this.#client = client;
  }

  async uploadLimit(): Promise<number | undefined> {
    this.#limit ??= this.#askLimit();
    try {
      return await this.#limit;
    } catch (error) {
      this.#limit = undefined;
      throw error;
    }
  }

  async upload(open: () => Promise<Readable>, size: number, mimetype: string, filename?: string): Promise<string> {
    const limit = await this.uploadLimit();
    // over its limit Synapse only resets the connection, which looks like a homeserver that went away
    if (limit !== undefined && size > limit)
      throw new HomeserverError(
        413,
        "M_TOO_LARGE",
        `a file of ${String(size)} bytes; the homeserver takes ${String(limit)}`,
      );
    const call = { method: "POST", path: "/_matrix/media/v3/upload" } as const;
    const target = call.path + this.#client.queryString({ filename: filename?.replaceAll(/\p{Cc}/gu, " ") });
    const headers = { "content-type": mimetype, "content-length": String(size) };
    return await this.#client.patiently(call, async (signal) => {
      const body = await open();
      try {
        const answer = await mediaRequest(this.#client, target, { method: "POST", headers, body }, signal);
        const uri = stringOf(call, jsonOf(Buffer.from(await whole(answer.body.arrayBuffer()))), "content_uri");
        this.#client.meter?.media("up", size);
        return uri;
      } finally {
        body.destroy();
      }
    });
  }

  async #askLimit(): Promise<number | undefined> {
    try {
      const config = await this.#client.call({ method: "GET", path: "/_matrix/client/v1/media/config" });
      const limit = member(config, "m.upload.size");
      return typeof limit === "number" ? limit : undefined;
    } catch (error) {
      if (error instanceof HomeserverError && (error.isAbsent || error.isUnknownEndpoint)) return undefined;
      throw error;
    }
  }
}
