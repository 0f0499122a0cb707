import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { answers, freePort, startProcess } from "./process.ts";
import type { Registration } from "./registration.ts";
import { MadeUpRoom, type MadeUpRoomOptions } from "./synthetic/made-up-room.ts";

/** What the process of a synthetic homeserver is told. */
export interface SyntheticProcessOptions extends MadeUpRoomOptions {
  port: number;
  /** access token → user id; who has one may act as anybody (`user_id`) */
  users: Record<string, string>;
}

/** A homeserver of one room that nobody has written: for lengths that a real one here could not be filled to. Read-only. */
export interface SyntheticHomeserver {
  /** without a slash at the end */
  readonly url: string;
  readonly serverName: string;
  readonly room: MadeUpRoom;
  /** a member of the room */
  readonly user: { userId: string; token: string };
  close(): Promise<void>;
}

const SERVER = fileURLToPath(new URL("synthetic/server.ts", import.meta.url));

/**
 * Starts one in a process of its own; resolves once it answers.
 * @param options `events`: how many the room has; `fileEvery`: every so many events one is a file (default: none); `registration`:
 *   an application service that it knows
 */
export async function syntheticHomeserver(options: {
  events: number;
  fileEvery?: number;
  registration?: Registration;
}): Promise<SyntheticHomeserver> {
  const { registration } = options;
  const serverName = "synthetic";
  const made = { serverName, events: options.events, fileEvery: options.fileEvery ?? 0 };
  const room = new MadeUpRoom(made);
  const user = { userId: room.person(0), token: `user_${randomBytes(12).toString("hex")}` };
  const users = { [user.token]: user.userId };
  if (registration) users[registration.asToken] = `@${registration.senderLocalpart}:${serverName}`;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dir = mkdtempSync(join(tmpdir(), "roomporter-synthetic-"));
  const log = join(dir, "server.log");
  const told: SyntheticProcessOptions = { ...made, port, users };
  const server = startProcess(process.execPath, [SERVER, JSON.stringify(told)], log);
  const close = async (): Promise<void> => {
    await server.end("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await answers(`${url}/_matrix/client/versions`, server, log);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, serverName, room, user, close };
}
