import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeBundle, type MediaFile } from "../../src/bundle/write-bundle.ts";
import type { BundleSigner } from "../../src/bundle/signature.ts";
import type {
  BundleEvent,
  Coverage,
  ImportedSender,
  LedgerEntry,
  ManifestHead,
  MediaEntry,
} from "../../src/bundle/manifest/manifest.ts";
import { canonicalJson, type JsonObject } from "../../src/matrix/json.ts";

export const ALICE = "@alice:acme.org";
export const BOB = "@bob:acme.org";
export const EVE = "@eve:acme.org";
/** 2020-01-01: the time of the first event; each further one is a minute later. */
const START = Date.UTC(2020, 0, 1);

/** A conversation on a server that does not exist, made event by event and written as a bundle. */
export class Conversation {
  readonly events: BundleEvent[] = [];
  readonly ledger: LedgerEntry[] = [];
  readonly roomId = "!source:acme.org";
  coverage: Coverage = { complete: true, limits: [] };
  #sent = 0;
  readonly #files = new Map<string, { bytes: Buffer; entry: MediaEntry }>();
  readonly #state = new Map<string, BundleEvent>();

  constructor(names: Record<string, string> = { [ALICE]: "Alice", [BOB]: "Bob", [EVE]: "Eve" }) {
    this.state(ALICE, "m.room.create", { room_version: "11" });
    for (const [userId, displayname] of Object.entries(names))
      this.state(userId, "m.room.member", { membership: "join", displayname }, userId);
  }

  /** Adds an event; gives its id. */
  send(sender: string, type: string, content: JsonObject, more: Partial<BundleEvent> = {}): string {
    const number = this.#sent;
    this.#sent += 1;
    const event_id = `$e${String(number).padStart(4, "0")}`;
    this.events.push({ event_id, type, sender, origin_server_ts: START + number * 60_000, content, ...more });
    return event_id;
  }

  say(sender: string, body: string, more: JsonObject = {}, event: Partial<BundleEvent> = {}): string {
    return this.send(sender, "m.room.message", { msgtype: "m.text", body, ...more }, event);
  }

  state(sender: string, type: string, content: JsonObject, state_key = ""): string {
    const id = this.send(sender, type, content, { state_key });
    this.#state.set(`${type}\0${state_key}`, this.event(id));
    return id;
  }

  react(sender: string, target: string, key: string): string {
    return this.send(sender, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: target, key } });
  }

  edit(sender: string, target: string, body: string, event: Partial<BundleEvent> = {}): string {
    const edited = { msgtype: "m.text", body };
    const relation = { rel_type: "m.replace", event_id: target };
    return this.say(sender, `* ${body}`, { "m.new_content": edited, "m.relates_to": relation }, event);
  }

  /**
   * Takes an event back, as a homeserver would serve it afterwards; `inTimeline: false` leaves the redaction itself out. Before
   * room version 11 the target may stand beside the content.
   */
  redact(
    sender: string,
    target: string,
    reason: string,
    inTimeline = true,
    where: "in the content" | "beside the content" = "in the content",
  ): string {
    const beside = where === "beside the content";
    const content: JsonObject = beside ? { reason } : { redacts: target, reason };
    const id = this.send(sender, "m.room.redaction", content, beside ? { redacts: target } : {});
    const redaction = this.event(id);
    const event = this.event(target);
    event.content = {};
    event.unsigned = { redacted_because: { ...redaction } as unknown as JsonObject };
    if (!inTimeline) this.events.splice(this.events.indexOf(redaction), 1);
    return id;
  }

  /** Puts a file into the bundle; gives its address. */
  file(bytes: Buffer, mimetype: string, name: string): string {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const uri = `mxc://acme.org/file${this.#files.size}`;
    this.#files.set(sha256, { bytes, entry: { size: bytes.length, mimetype, names: [name], uris: [uri] } });
    return uri;
  }

  event(id: string): BundleEvent {
    const found = this.events.find((event) => event.event_id === id);
    if (!found) throw new Error(`no event ${id}`);
    return found;
  }

  head(): ManifestHead {
    const state = [...this.#state.values()];
    const stateOf = (type: string): JsonObject => this.#state.get(`${type}\0`)?.content ?? {};
    const byType: Record<string, number> = {};
    for (const event of this.events) byType[event.type] = (byType[event.type] ?? 0) + 1;
    const users = new Set(this.events.map((event) => event.sender));
    const media = new Map([...this.#files].map(([sha256, { entry }]) => [sha256, entry]));
    const author = (userId: string): ImportedSender => ({ user_id: userId, display_name: null, avatar: null });
    return {
      format: "io.roomporter.bundle",
      format_version: 1,
      generator: "tests",
      exported_at: "2026-01-01T00:00:00Z",
      exported_by: ALICE,
      source: { server_name: "acme.org", room_id: this.roomId },
      room: {
        name: (stateOf("m.room.name")["name"] as string | undefined) ?? null,
        topic: (stateOf("m.room.topic")["topic"] as string | undefined) ?? null,
        avatar: (stateOf("m.room.avatar")["url"] as string | undefined) ?? null,
        type: "group",
        scope: { scope_kind: "normal" },
        visibility: "private",
        created_at: START,
        creator: ALICE,
        room_version: "11",
      },
      coverage: this.coverage,
      counts: {
        events: this.events.length,
        by_type: byType,
        senders: users.size,
        media_files: media.size,
        media_bytes: [...media.values()].reduce((sum, entry) => sum + entry.size, 0),
        ledger: this.ledger.length,
      },
      senders: new Map(
        [...users].map((userId) => {
          const foreign = !userId.endsWith(":acme.org");
          return [
            userId,
            { display_name: null, avatar: null, foreign, ...(foreign && { _imported_sender: author(userId) }) },
          ];
        }),
      ),
      media,
      ledger: this.ledger,
      state,
    };
  }

  /** Writes the bundle into a file of its own; `change` may change what the manifest says. */
  async write(change: (head: ManifestHead) => void = () => undefined, signer?: BundleSigner): Promise<WrittenBundle> {
    const dir = await mkdtemp(join(tmpdir(), "roomporter-bundle-"));
    const media: MediaFile[] = [];
    for (const [sha256, { bytes, entry }] of this.#files) {
      const file = join(dir, sha256);
      await writeFile(file, bytes);
      media.push({ sha256, file, name: entry.names[0] ?? "file", mimetype: entry.mimetype, size: entry.size });
    }
    const head = this.head();
    change(head);
    const file = join(dir, "bundle.zip");
    const lines = this.events.map((event) => canonicalJson(event as unknown as JsonObject) + "\n");
    const events = (async function* (): AsyncGenerator<Buffer> {
      for (const line of lines) yield Promise.resolve(Buffer.from(line));
    })();
    const { sha256 } = await writeBundle(createWriteStream(file), { head, events, media, signer });
    return { file, sha256, remove: () => rm(dir, { recursive: true, force: true }) };
  }
}

export interface WrittenBundle {
  file: string;
  /** of the ZIP */
  sha256: string;
  remove(): Promise<void>;
}
