import { expect } from "chai";
import { createHash } from "node:crypto";
import { openBundle } from "../../src/bundle/open-bundle.ts";
import type { BundleEvent } from "../../src/bundle/manifest/manifest.ts";
import { verifyBundle } from "../../src/bundle/verify/verify.ts";
import type { JsonObject } from "../../src/matrix/json.ts";
import type { MatrixClient } from "../support/matrix-client.ts";

/** A small room on the real homeserver, to be exported. */
export interface SeededRoom {
  roomId: string;
  /** is in it, and may export it */
  host: MatrixClient;
  /** hexadecimal SHA-256 of its one file */
  file: string;
}

/** Makes a room with about 25 events; the service user is in it. */
export async function seedRoom(host: MatrixClient, serviceUser: MatrixClient, name: string): Promise<SeededRoom> {
  const roomId = await host.createRoom({ name, invite: [serviceUser.userId] });
  await serviceUser.join(roomId);
  const bytes = Buffer.from(`the file of ${name}`);
  const url = await host.upload(bytes, "text/plain", "file.txt");
  const first = await host.say(roomId, `${name} begins`);
  await host.send(roomId, "m.room.message", { msgtype: "m.file", body: "file.txt", url });
  await host.send(roomId, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: first, key: "👍" } });
  const edited = { "m.new_content": { msgtype: "m.text", body: "edited" } };
  await host.say(roomId, "* edited", { ...edited, "m.relates_to": { rel_type: "m.replace", event_id: first } });
  await host.redact(roomId, await host.say(roomId, "taken back"), "a reason");
  for (let i = 0; i < 8; i++) await host.say(roomId, `${name}, message ${i}`);
  return { roomId, host, file: createHash("sha256").update(bytes).digest("hex") };
}

/** Holds an exported bundle against its room, event by event as the homeserver serves them now. Gives their number. */
export async function expectExported({ roomId, host, file }: SeededRoom, bundleFile: string): Promise<number> {
  const { faults } = await verifyBundle(bundleFile);
  expect(faults).to.deep.equal([]);
  const bundle = await openBundle(bundleFile);
  try {
    const events: BundleEvent[] = [];
    for await (const event of bundle.events()) events.push(event);
    const served = await host.timeline(roomId);
    expect(events.map(shape)).to.deep.equal(served.map(shape));
    expect(bundle.head.source.room_id).to.equal(roomId);
    expect([...bundle.head.media.keys()]).to.include(file);
    expect(bundle.head.ledger).to.deep.equal([]);
    return events.length;
  } finally {
    await bundle.close();
  }
}

function shape(event: Omit<BundleEvent, "unsigned">): JsonObject {
  const { event_id, type, sender, origin_server_ts, content, state_key = null } = event;
  return { event_id, type, sender, origin_server_ts, content, state_key };
}
