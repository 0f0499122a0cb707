import { isObject, member, objectMember, parseJson, stringMember, type JsonObject } from "../../matrix/json.ts";
import type { Decryptor, Opened } from "../decryptor.ts";
import { unpadded } from "../keys/base64.ts";
import { exportedRoomKey, MEGOLM, type RoomKey } from "../keys/room-key.ts";
import type { RoomKeys } from "../keys/room-keys.ts";
import type { MachineResult, MegolmMachine } from "./megolm-machine.ts";
import { megolmIndex } from "../../matrix/megolm-index.ts";

/** A machine with this many sessions, some 2 KB each, is emptied: a room goes from session to session, and seldom back. */
const MOST_SESSIONS = 5000;
/** Events that are opened without a turn of the event loop in between: about 10 ms. */
const SLICE = 25;
/** What the library adds to the decrypted event, in the place of anything of that name inside the ciphertext. */
const FROM_OUTSIDE = ["event_id", "sender", "origin_server_ts", "unsigned"];

/** A ciphertext, and the key that should open it. */
interface Sealed {
  readonly key: RoomKey;
  readonly messageIndex: number;
  readonly ciphertext: string;
}

/** Opens events with these keys; each goes to the machine when the first event asks for it. */
export class MegolmDecryptor implements Decryptor {
  readonly #keys: RoomKeys;
  readonly #machine: MegolmMachine;
  readonly #turn: () => Promise<void>;
  readonly #given = new Set<RoomKey>();
  #last: Promise<unknown> = Promise.resolve();

  /** `turn` gives the event loop a turn: the library's promises do not. */
  constructor(keys: RoomKeys, machine: MegolmMachine, turn: () => Promise<void>) {
    this.#keys = keys;
    this.#machine = machine;
    this.#turn = turn;
  }

  openBatch(roomId: string, events: readonly JsonObject[]): Promise<Opened[]> {
    const opened = this.#last.then(() => this.#openAll(roomId, events));
    this.#last = opened.catch(() => undefined);
    return opened;
  }

  async close(): Promise<void> {
    await this.#last;
    this.#machine.close();
  }

  async #openAll(roomId: string, events: readonly JsonObject[]): Promise<Opened[]> {
    const opened: Opened[] = [];
    for (let from = 0; from < events.length; from += SLICE) {
      opened.push(...(await this.#openSlice(roomId, events.slice(from, from + SLICE))));
      await this.#turn();
    }
    return opened;
  }

  async #openSlice(roomId: string, events: readonly JsonObject[]): Promise<Opened[]> {
    const sealed = events.map((event) => this.#sealed(roomId, event));
    const asked = sealed.filter((one) => "key" in one);
    const sessions = [...new Set(asked.map(({ key }) => key))].filter((key) => !this.#given.has(key));
    if (this.#given.size + sessions.length > MOST_SESSIONS && this.#given.size > 0) {
      await this.#machine.forget();
      this.#given.clear();
      return await this.#openSlice(roomId, events);
    }
    for (const key of sessions) this.#given.add(key);
    const results = await this.#machine.open(
      roomId,
      sessions.map((key) => JSON.stringify(exportedRoomKey(key))),
      asked.map(envelope),
    );
    let next = 0;
    return sealed.map((one) => ("key" in one ? openedEvent(one, results[next++]) : one));
  }

  /** What an event needs, or why it stays closed, as far as that can be told without opening it. */
  #sealed(roomId: string, event: JsonObject): Sealed | Opened {
    const content = objectMember(event, "content");
    const algorithm = stringMember(content, "algorithm");
    if (algorithm !== undefined && algorithm !== MEGOLM) return { kind: "closed", why: "unknown_algorithm" };
    const session = stringMember(content, "session_id");
    const ciphertext = stringMember(content, "ciphertext");
    const sessionId = session === undefined ? undefined : unpadded(session);
    const index = ciphertext === undefined ? undefined : megolmIndex(ciphertext);
    const closed = (why: "malformed" | "no_key" | "later_index"): Opened => ({
      kind: "closed",
      why,
      ...(sessionId !== undefined && { sessionId }),
    });
    if (algorithm === undefined || sessionId === undefined || ciphertext === undefined || index === undefined)
      return closed("malformed");
    const key = this.#keys.get(roomId, sessionId);
    if (key === undefined) return closed("no_key");
    if (index < key.firstIndex) return closed("later_index");
    return { key, messageIndex: index, ciphertext };
  }
}

/** As much of an event as it takes to open it: who says to have sent it, and when, is not for the machine to judge. */
function envelope({ key, ciphertext }: Sealed): string {
  return JSON.stringify({
    type: "m.room.encrypted",
    event_id: "$event",
    sender: "@sender:localhost",
    origin_server_ts: 0,
    content: { algorithm: MEGOLM, ciphertext, session_id: key.sessionId },
  });
}

function openedEvent({ key, messageIndex }: Sealed, result: MachineResult | undefined): Opened {
  const { sessionId, senderKey, sharedHistory } = key;
  if (typeof result !== "string") return { kind: "closed", why: result?.why ?? "malformed", sessionId };
  const event = parseJson(result);
  const type = stringMember(event, "type");
  const content = member(event, "content");
  if (!isObject(event) || type === undefined || !isObject(content))
    return { kind: "closed", why: "malformed", sessionId };
  const extras = { ...event };
  for (const name of ["type", "content", ...FROM_OUTSIDE]) delete extras[name];
  return { kind: "opened", type, content, extras, sessionId, messageIndex, senderKey, sharedHistory };
}
