import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { nioPython } from "../../../scripts/nio.js";
import { stringMember, type JsonObject, type JsonValue } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../matrix-client.ts";

/** What a client shows of an encrypted event; null where it cannot decrypt it. */
export type Shown = { type: string; content: JsonObject } | null;

/** The clients that tests have: a program, and the script that makes a peer of it. */
const PEERS = {
  nio: () => [nioPython(), "nio_peer.py"] as const,
  sdk: () => [process.execPath, "sdk-peer.ts"] as const,
};

/** A user's client of encrypted rooms that is not of this project: a process of its own, with its own store. */
export class PeerClient {
  readonly #ask: (command: JsonObject) => Promise<JsonValue>;
  readonly #folder: string;
  readonly #end: () => Promise<void>;

  /** matrix-nio or matrix-js-sdk; speaks as this user, whose token belongs to this device. */
  static async start(kind: keyof typeof PEERS, user: MatrixClient): Promise<PeerClient> {
    const deviceId = stringMember(await user.whoami(), "device_id") ?? "";
    const folder = mkdtempSync(join(tmpdir(), "roomporter-peer-"));
    const [program, script] = PEERS[kind]();
    const file = fileURLToPath(new URL(script, import.meta.url));
    const args = [file, user.url, user.userId, user.token, deviceId, folder];
    const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    const ended = once(child, "exit");
    const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const ask = async (command: JsonObject): Promise<JsonValue> => {
      child.stdin.write(`${JSON.stringify(command)}\n`);
      const line = await answers.next();
      if (line.done) throw new Error(`${kind} has ended: ${JSON.stringify(command)}`);
      const answer = JSON.parse(line.value) as { value?: JsonValue; error?: string };
      if (answer.error !== undefined) throw new Error(`${String(command["do"])}: ${answer.error}`);
      return answer.value ?? null;
    };
    return new PeerClient(ask, folder, async () => {
      child.kill("SIGKILL");
      await ended;
    });
  }

  private constructor(ask: (command: JsonObject) => Promise<JsonValue>, folder: string, end: () => Promise<void>) {
    this.#ask = ask;
    this.#folder = folder;
    this.#end = end;
  }

  async close(): Promise<void> {
    await this.#end();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Waits until it knows that so many are in the room, which is encrypted, and has taken what was sent to it. */
  async sees(roomId: string, members: number): Promise<void> {
    await this.#ask({ do: "sees", room: roomId, members });
  }

  /** Encrypts and sends; gives the event id. */
  async send(roomId: string, type: string, content: JsonObject): Promise<string> {
    return String(await this.#ask({ do: "send", room: roomId, type, content }));
  }

  /** matrix-nio: uploads a file encrypted; gives its `file` (client-server API, "EncryptedFile"). */
  async upload(data: Buffer, mimetype: string, name: string): Promise<JsonObject> {
    return (await this.#ask({ do: "upload", data: data.toString("hex"), mimetype, name })) as JsonObject;
  }

  /** What it shows of these events. */
  async show(roomId: string, events: readonly object[]): Promise<Shown[]> {
    return (await this.#ask({ do: "show", room: roomId, events: events as JsonObject[] })) as Shown[];
  }

  /** The file of its keys. */
  async exportKeys(passphrase: string): Promise<Buffer> {
    const file = join(this.#folder, "keys.txt");
    await this.#ask({ do: "export_keys", file, passphrase });
    return readFileSync(file);
  }

  /** matrix-js-sdk: sets up a key backup that holds all its keys, by a passphrase where one is given; gives the recovery key. */
  async backUp(passphrase?: string): Promise<string> {
    return String(await this.#ask({ do: "back_up", ...(passphrase !== undefined && { passphrase }) }));
  }
}
