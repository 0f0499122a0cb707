import { seamBetween, seamContent, timeOfSeam, type Seam } from "../../bundle/joined/seam.ts";
import type { Bundle } from "../../bundle/open-bundle.ts";
import type { RoomWriter } from "../../ports/homeserver/homeserver.ts";
import type { ImportJournal, JournalEntry } from "../../ports/import-journal.ts";
import { idsOf, type StepInput } from "../replay/step.ts";

interface SeamsParts {
  jobId: string;
  bundle: Bundle;
  roomId: string;
  writer: RoomWriter;
  journal: Pick<ImportJournal, "addLedger">;
}

/** Says in the new room where one room of the source went on in another, as a notice of the service itself, dated as it was. */
export class Seams {
  readonly #parts: SeamsParts;
  readonly #sent: ReadonlyMap<string, string>;

  /** @param sent those that an earlier run has left at the end of the room, by the room before */
  constructor(parts: SeamsParts, sent: ReadonlyMap<string, string> = new Map()) {
    this.#parts = parts;
    this.#sent = sent;
  }

  /** Before the first event of a room that took another's place. @param index its place among the rooms of the bundle */
  async before(index: number): Promise<void> {
    const { joined = [] } = this.#parts.bundle;
    const [before, after] = [joined[index - 1], joined[index]];
    if (!before || !after) return;
    const seam = seamBetween(before, after);
    await this.#send(seam, `seam.${String(index)}`, timeOfSeam(before, after));
    await this.#parts.journal.addLedger({
      code: "rooms_joined",
      message: `${seam.room_id} and ${seam.replacement_room}, which took its place, are one room here: what made and closed them, their power levels, and state that the second repeats are kept in wrappers.`,
    });
  }

  /** The notice of an earlier import says the same here. Gives what is to be noted down. */
  async again(seam: Seam, { original, position }: StepInput): Promise<JournalEntry> {
    return { position, ...idsOf(original), newId: await this.#send(seam, String(position), original.ts), ledger: [] };
  }

  async #send(seam: Seam, name: string, ts: number): Promise<string> {
    const { writer, roomId, jobId } = this.#parts;
    const sent = this.#sent.get(seam.room_id);
    return sent ?? (await writer.send(roomId, "m.room.message", `${jobId}.${name}`, seamContent(seam), ts));
  }
}
