import { expect } from "chai";
import type { JsonObject } from "../../src/matrix/json.ts";
import type { HomeserverAccess } from "../../src/ports/homeserver/homeserver-access.ts";

/** A homeserver with a user who has no device that could decrypt. */
export interface EncryptionSubject {
  access: Pick<HomeserverAccess, "encryption">;
  userId: string;
  /** how many devices of the service user are there for this import */
  devices: (importId: string) => Promise<number>;
}

const { signal } = new AbortController();
const ROOM = "!room:localhost";

/** What every RoomEncryption does. */
export function roomEncryptionContract(subjectOf: () => Promise<EncryptionSubject>): void {
  it("encrypts with one key until it takes a new one, with the relation in the clear", async () => {
    const { access, userId, devices } = await subjectOf();
    const importId = "contract";
    {
      await using encryption = await access.encryption(importId, signal);
      expect(await devices(importId)).to.equal(1);
      expect(await encryption.devicesOf([userId])).to.deep.equal([]);
      expect(await encryption.shareNewKey(ROOM, [userId])).to.deep.equal([]);
      const relation = { rel_type: "m.thread", event_id: "$root" };
      const say = (body: string): Promise<JsonObject> =>
        encryption.encrypt(ROOM, "m.room.message", { msgtype: "m.text", body, "m.relates_to": relation });
      const [one, two] = [await say("secret words"), await say("secret words")];
      await encryption.shareNewKey(ROOM, [userId]);
      const three = await say("secret words");
      for (const content of [one, two, three]) {
        expect(content).to.include({ algorithm: "m.megolm.v1.aes-sha2" });
        expect(content["m.relates_to"]).to.deep.equal(relation);
        expect(JSON.stringify(content)).not.to.include("secret");
      }
      expect(one["ciphertext"]).not.to.equal(two["ciphertext"]);
      expect(two["session_id"]).to.equal(one["session_id"]);
      expect(three["session_id"]).not.to.equal(one["session_id"]);
    }
    expect(await devices(importId)).to.equal(0);
  });
}
