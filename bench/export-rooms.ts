import { createCipheriv } from "node:crypto";
import { sampleConversation } from "../demo/sample.ts";
import type { JsonObject } from "../src/matrix/json.ts";
import type { MatrixClient } from "../test/support/matrix-client.ts";

/** A room whose export is measured: so many messages, the last of which are files. */
export interface BenchRoom {
  name: string;
  messages: number;
  files: number;
  /** of each file */
  bytes: number;
  picture: boolean;
  /** lowest speed that is good, as a part of the bare loop's */
  target: number;
  /** what Element's own export of such a room took, once */
  element?: { seconds: number; date: string };
}

/** The last one is the room on which Element's own export was measured (docs/performance.md). */
export const BENCH_ROOMS: readonly BenchRoom[] = [
  { name: "50 events", messages: 50, files: 0, bytes: 0, picture: false, target: 0.8 },
  { name: "5,000 events", messages: 5000, files: 0, bytes: 0, picture: false, target: 0.9 },
  { name: "300 files of 100 KB", messages: 300, files: 300, bytes: 100_000, picture: false, target: 0.7 },
  {
    ...{ name: "2,000 events, 20 pictures", messages: 2000, files: 20, bytes: 200_000, picture: true, target: 0.7 },
    element: { seconds: 2.5, date: "November 2026" },
  },
];

const BATCH = 100;
const BATCHES = "/_synapse/client/roomporter/v1/batch";

/** Fills a room through the module for Synapse, as the service user; gives its id. */
export async function fillBenchRoom(porter: MatrixClient, reader: MatrixClient, room: BenchRoom): Promise<string> {
  const roomId = await porter.createRoom({ preset: "private_chat", name: room.name, room_version: "12" });
  await porter.invite(roomId, reader.userId);
  await reader.join(roomId);
  const lines = sampleConversation();
  const contents: JsonObject[] = [];
  for (let number = 0; number < room.messages - room.files; number++)
    contents.push({ msgtype: "m.text", body: lines[number % lines.length]?.body ?? "" });
  for (let number = 0; number < room.files; number++) contents.push(await file(porter, room, number));
  for (let from = 0; from < contents.length; from += BATCH) {
    const events = contents
      .slice(from, from + BATCH)
      .map((content, at) => ({ type: "m.room.message", content, origin_server_ts: 1_700_000_000_000 + from + at }));
    await porter.request("POST", BATCHES, { json: { room_id: roomId, txn_id: `${roomId}${from}`, events } });
  }
  return roomId;
}

async function file(porter: MatrixClient, { bytes, picture }: BenchRoom, number: number): Promise<JsonObject> {
  const data = noise(bytes, number);
  const [mimetype, name] = picture ? ["image/jpeg", `${number}.jpg`] : ["application/octet-stream", `${number}.bin`];
  const url = await porter.upload(data, mimetype, name);
  return { msgtype: picture ? "m.image" : "m.file", body: name, url, info: { mimetype, size: data.length } };
}

/** Bytes that do not compress, like those of a picture; other ones for each number. */
function noise(bytes: number, number: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32BE(number);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}
