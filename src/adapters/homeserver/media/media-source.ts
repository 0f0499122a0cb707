import { randomUUID } from "node:crypto";
import { parseMxc } from "../../../matrix/ids.ts";
import {
  FileUnavailable,
  HomeserverError,
  type MediaDownload,
  type MediaSource,
} from "../../../ports/homeserver/homeserver.ts";
import type { HomeserverMeter } from "../../../ports/metrics.ts";
import { whoami } from "../accounts.ts";
import { CallFailed } from "../call-failed.ts";
import { HomeserverClient } from "../client.ts";
import { mediaRequest } from "./media-http.ts";
import type { Dispatcher } from "undici";

/** What the homeserver may wait for another server, in milliseconds. */
const REMOTE_TIMEOUT_MS = 20_000;
/** A homeserver that answers 502 or 504 about another server's file is itself there: not worth the whole patience. */
const REMOTE_ATTEMPTS = 3;
/** After so many failures the homeserver is asked something else too, to tell whether it is away or only the file. */
const ATTEMPTS_UNTIL_DOUBT = 2;
/** Up to so many bytes are taken in one piece: pieces cost more than bytes. */
const IN_ONE_GO = 1024 * 1024;
/** A file that breaks off so often without giving more is broken itself. */
const BREAKS = 3;

/**
 * The name that the answer is to have: of the file's own Dendrite puts control characters into the header, which ends the connection.
 */
const NAME = "file";

/** Files of the media repository, streamed; a download that breaks off goes on where it was. */
export class HomeserverMediaSource implements MediaSource {
  readonly #client: HomeserverClient;
  readonly #serverName: string;

  /** `serverName`: the homeserver's own, to tell its files from those of other servers. */
  constructor(client: HomeserverClient, serverName: string) {
    this.#client = client;
    this.#serverName = serverName;
  }

  async download(uri: string, signal: AbortSignal): Promise<MediaDownload> {
    const mxc = parseMxc(uri);
    if (!mxc) throw new HomeserverError(400, "M_INVALID_PARAM", "not an mxc URI");
    const target = downloadPath(mxc);
    const open = (): Promise<Dispatcher.ResponseData> => this.#open(target, mxc.server !== this.#serverName, signal);
    const first = await open();
    const declared = first.headers["content-type"];
    const mimetype = (typeof declared === "string" ? declared : "application/octet-stream").split(";")[0]?.trim() ?? "";
    const file = { mimetype: mimetype || "application/octet-stream" };
    const whole = await this.#smallFile(first, signal);
    if (whole) return { ...file, whole, body: inOnePiece(whole) };
    const begun = whole === undefined ? first : undefined;
    return { ...file, body: wholeFile(begun, open, signal, this.#client.meter) };
  }

  /** A file that says that it is small, in one piece; null: it broke off; undefined: it is not small. */
  async #smallFile(
    { headers, body }: Dispatcher.ResponseData,
    signal: AbortSignal,
  ): Promise<Buffer | null | undefined> {
    const length = headers["content-length"];
    if (typeof length !== "string" || !(Number(length) <= IN_ONE_GO)) return undefined;
    try {
      const bytes = Buffer.from(await body.arrayBuffer());
      this.#client.meter?.media("down", bytes.length);
      return bytes;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  async #open(target: string, remote: boolean, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const call = { method: "GET", path: target, signal } as const;
    const url = target + this.#client.queryString({ timeout_ms: REMOTE_TIMEOUT_MS });
    let attempts = 0;
    let answers = false;
    return await this.#client.patiently(call, async (joined) => {
      try {
        return await mediaRequest(this.#client, url, { method: "GET" }, joined);
      } catch (error) {
        attempts++;
        if (remote && error instanceof CallFailed && error.isUnknownEndpoint && (await this.#servesDownloads(joined)))
          throw new FileUnavailable(error.status, error.errcode, error.message);
        if (error instanceof CallFailed && isFinal(error, remote && attempts >= REMOTE_ATTEMPTS))
          throw new HomeserverError(error.status, error.errcode, error.message);
        if (error instanceof CallFailed && isDoubtful(error, remote) && attempts >= ATTEMPTS_UNTIL_DOUBT) {
          const answeredBefore = answers;
          answers = await this.#homeserverAnswers(joined);
          // before and after the attempt: it did not only just come back, nor only just go
          if (answeredBefore && answers) throw new FileUnavailable(error.status, error.errcode, error.message);
        }
        throw error;
      }
    });
  }

  /** Or did another server say through this one that it does not know the endpoint? An id of its own that nothing has tells. */
  async #servesDownloads(signal: AbortSignal | undefined): Promise<boolean> {
    const target = downloadPath({ server: this.#serverName, mediaId: randomUUID() });
    try {
      const { body } = await mediaRequest(
        this.#client,
        target + this.#client.queryString({}),
        { method: "GET" },
        signal,
      );
      body.destroy();
    } catch (error) {
      if (!(error instanceof HomeserverError)) throw error;
      // anything else is an answer, or passes
      return !error.isUnknownEndpoint;
    }
    return true;
  }

  async #homeserverAnswers(signal: AbortSignal | undefined): Promise<boolean> {
    const { url, accessToken, userId, logger } = this.#client;
    const user = userId !== undefined && { userId };
    try {
      await whoami(new HomeserverClient({ url, accessToken, ...user, logger, patienceMs: 0 }), { signal });
      return true;
    } catch (error) {
      if (error instanceof HomeserverError) return false;
      throw error;
    }
  }
}

function downloadPath({ server, mediaId }: { server: string; mediaId: string }): string {
  return `/_matrix/client/v1/media/download/${encodeURIComponent(server)}/${encodeURIComponent(mediaId)}/${NAME}`;
}

/** Away, or only this file not to be had? 502 to 504 about another server's file are about that server. */
function isDoubtful({ status }: CallFailed, remote: boolean): boolean {
  return status === 0 || (!remote && [502, 503, 504].includes(status));
}

function isFinal(failure: CallFailed, remoteGivenUp: boolean): boolean {
  if (failure.errcode === "M_NOT_YET_UPLOADED") return true;
  return remoteGivenUp && (failure.status === 502 || failure.status === 504);
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/**
 * Media never change: after a broken connection the file is asked for again and what was already given is left out.
 * @param first undefined: it broke off
 */
async function* wholeFile(
  first: Dispatcher.ResponseData | undefined,
  open: () => Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
  meter: HomeserverMeter | undefined,
): AsyncGenerator<Buffer> {
  let given = 0;
  let answer = first ?? (await open());
  for (let stuck = first ? 0 : 1; ;) {
    let position = 0;
    try {
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        meter?.media("down", chunk.length);
        const fresh = chunk.subarray(Math.max(0, given - position));
        position += chunk.length;
        if (fresh.length === 0) continue;
        given += fresh.length;
        stuck = 0;
        yield fresh;
      }
      if (position < given) throw new FileUnavailable(200, "M_UNKNOWN", "the file was shorter when asked for again");
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof HomeserverError) throw error;
      // each time the homeserver has answered: it is there
      if (++stuck >= BREAKS) throw new FileUnavailable(200, "M_UNKNOWN", "the file breaks off each time");
    }
    answer = await open();
  }
}
