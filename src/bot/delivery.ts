import type { Readable } from "node:stream";
import type { DeliveredBundles } from "../exports/kept/delivered-bundles.ts";
import { hasBundle } from "../exports/kept/has-bundle.ts";
import type { Exports } from "../exports/exports.ts";
import type { JsonObject } from "../matrix/json.ts";
import type { BotHomeserver } from "../ports/homeserver/bot-homeserver.ts";
import { HomeserverError, type MediaTarget } from "../ports/homeserver/homeserver.ts";
import type { Job } from "../ports/job-store.ts";
import type { Requester } from "../requests/requester.ts";
import type { DirectRooms } from "./direct-rooms.ts";
import { count, leftOut } from "./job-words.ts";
import { bundleFile } from "./messages.ts";
import { noticeContent } from "../matrix/text/notice.ts";

/** Brings what a job made to its owner alone. A delivery that is repeated after a crash is the same event. */
export class Delivery {
  readonly #download: Exports["download"];
  readonly #delivered: Copies;
  readonly #homeserver: BotHomeserver;
  readonly #media: MediaTarget;
  readonly #directRooms: DirectRooms;
  readonly #webPage: string | undefined;

  constructor(
    download: Exports["download"],
    delivered: Copies,
    homeserver: BotHomeserver,
    media: MediaTarget,
    directRooms: DirectRooms,
    webPage: string | undefined,
  ) {
    this.#webPage = webPage;
    this.#download = download;
    this.#delivered = delivered;
    this.#homeserver = homeserver;
    this.#media = media;
    this.#directRooms = directRooms;
  }

  /** Gives the direct room. @throws RequestError, HomeserverError */
  async bring(job: Job): Promise<string> {
    const roomId = await this.#directRooms.with(job.owner);
    const content = hasBundle(job) ? await this.#bundle(job) : noticeContent(newRoom(job));
    await this.#homeserver.say(roomId, `roomporter.result.${job.id}`, content);
    return roomId;
  }

  async #bundle(job: Job): Promise<JsonObject> {
    const owner = { userId: job.owner, adminToken: false, door: "bot" } as const;
    const { body, size, fileName } = await this.#download(job.id, owner);
    let opened: Readable | undefined = body;
    const read = async (): Promise<Readable> => {
      const given = opened ?? (await this.#download(job.id, owner)).body;
      opened = undefined;
      return given;
    };
    try {
      const uri = await this.#media.upload(read, size, "application/zip", fileName);
      await this.#delivered.note(job.id, uri);
      await this.#requireStillGivable(job.id, owner);
      return bundleFile(fileName, uri, size);
    } catch (error) {
      if (!(error instanceof HomeserverError && (error.status === 413 || error.isUserLimit))) throw error;
      const why = error.isUserLimit
        ? "this homeserver takes no more files from me at present"
        : `with ${size} bytes too large for this homeserver's media`;
      const onTheWeb = this.#webPage === undefined ? "" : ` on the web: ${this.#webPage}, or`;
      return noticeContent(
        `The bundle of job ${job.id} is ready, but ${why}. ` +
          `Fetch it${onTheWeb} from the service with your access token: GET /v1/jobs/${job.id}/bundle`,
      );
    } finally {
      body.destroy();
    }
  }

  /** The room may have been closed while its bundle was uploaded: whoever closed it did not know of the copy yet. @throws RequestError */
  async #requireStillGivable(jobId: string, owner: Requester): Promise<void> {
    try {
      (await this.#download(jobId, owner, { head: true })).body.destroy();
    } catch (error) {
      await this.#delivered.withdraw(jobId);
      throw error;
    }
  }
}

/** Where copies of bundles in the media repository are remembered. */
export type Copies = Pick<DeliveredBundles, "note" | "withdraw">;

/** Where an import has led. */
function newRoom(job: Job): string {
  const link = job.room_id === null ? "" : ` https://matrix.to/#/${encodeURIComponent(job.room_id)}`;
  return [`Import ${job.id} is done: ${count(job.progress.done)}.${link}`, leftOut(job)].filter(Boolean).join("\n");
}
