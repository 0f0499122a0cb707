import { Agent, request } from "undici";
import { z } from "zod";
import { parseMxc } from "../../matrix/ids.ts";
import { stringMember } from "../../matrix/json.ts";

/** What of `GET /v1/service` says where the homeserver is. */
export const HOMESERVER = z.looseObject({ homeserver: z.looseObject({ base_url: z.url() }) });

/** A homeserver may have to ask another one first. */
const AGENT = new Agent({ headersTimeout: 120_000, bodyTimeout: 120_000 });

/** Gives the bytes of a file by its address, and its media type. */
export type HomeserverFiles = (uri: string) => Promise<AsyncIterable<Buffer> & { mimetype?: string | undefined }>;

/**
 * Files of a homeserver, with the person's own token.
 * @throws (the function that it gives) Error with what the homeserver answered, or the signal's reason
 */
export function homeserverFiles(baseUrl: string, token: string, signal: AbortSignal): HomeserverFiles {
  const headers = { authorization: `Bearer ${token}` };
  return async (uri) => {
    const mxc = parseMxc(uri);
    if (!mxc) throw new Error("this is no address of a file");
    const [server, id] = [encodeURIComponent(mxc.server), encodeURIComponent(mxc.mediaId)];
    const url = `${baseUrl.replace(/\/+$/, "")}/_matrix/client/v1/media/download/${server}/${id}`;
    const { statusCode, headers: about, body } = await request(url, { dispatcher: AGENT, headers, signal });
    const mimetype = [about["content-type"]].flat()[0];
    if (statusCode === 200) return Object.assign(body as AsyncIterable<Buffer>, { mimetype });
    const answer: unknown = await body.json().catch(() => undefined);
    throw new Error(
      `the homeserver answered ${[statusCode, stringMember(answer, "errcode")].filter(Boolean).join(" ")}`,
    );
  };
}
