import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { z } from "zod";
import type { exportNowOptions } from "../../../exports/options.ts";
import { decryptFile } from "../../bundle/decrypt/bundle-decrypt.ts";
import { keysFrom } from "../../bundle/decrypt/key-input.ts";
import { CliError, EXIT } from "../../exit.ts";
import type { Output } from "../../output.ts";
import { partialFile } from "../../partial-file.ts";
import type { ServiceClient } from "../../service/service-client.ts";
import type { World } from "../../world.ts";
import { receiveExport } from "./receive-export.ts";
import type { RoomExportOptions } from "./room-export.ts";

/**
 * Exports a room and decrypts it here, in one step: what comes over the network are ciphertexts, and lie beside the result until that
 * stands.
 */
export async function exportDecrypted(
  service: () => Promise<ServiceClient>,
  roomId: string,
  request: z.input<typeof exportNowOptions>,
  options: RoomExportOptions,
  world: World,
  output: Output,
): Promise<void> {
  const { output: file } = options;
  if (file === undefined)
    throw new CliError(
      EXIT.usage,
      "with --keys or --recovery-key the bundle is decrypted on this machine: name the file with -o",
    );
  const client = await service();
  const signal = world.interrupt();
  // what is wrong with the keys is told before a large room is read
  const files = request.media === false ? undefined : await client.homeserverFiles(signal);
  const backup = { rooms: async () => [roomId], account: () => client.account(signal) };
  const keys = await keysFrom(options, backup, world);
  const exported = await partialFile(file);
  try {
    await receiveExport(client, roomId, request, { world, output, keeps: false }, (body, counted, ended) =>
      pipeline(body, counted, createWriteStream(exported, { flags: "wx", mode: 0o600 }), { signal: ended }),
    );
    const about = { ...options, output: file, files, signal, name: "the export" };
    const report = await decryptFile(exported, keys, about, world, output);
    if (output.json) output.result("", { file, ...report });
  } finally {
    await rm(exported, { force: true });
  }
}
