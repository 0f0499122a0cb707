import type { JsonObject } from "../../../src/matrix/json.ts";
import type { MatrixClient } from "../matrix-client.ts";
import { sharedSynapse } from "../shared-synapse.ts";
import { registerUser, unique } from "../users.ts";
import { PeerClient } from "./peer-client.ts";

/** A room in which two clients have encrypted, and a third came late. */
export interface EncryptedRoom {
  roomId: string;
  /** of Ann, who made the room */
  user: MatrixClient;
  /** matrix-js-sdk, there from the beginning */
  ann: PeerClient;
  /** matrix-nio, there from the beginning */
  bob: PeerClient;
  /** matrix-js-sdk, who joined late */
  carl: PeerClient;
  close(): Promise<void>;
}

/** Everything that clients encrypt: texts, edits, replies, threads, a poll, a file. matrix-js-sdk takes a new key every five messages. */
export async function encryptedRoom(): Promise<EncryptedRoom> {
  const { url } = await sharedSynapse();
  const users = await Promise.all(["ann", "bob", "carl"].map((name) => registerUser(url, unique(name))));
  const [user, bobUser, carlUser] = users as [MatrixClient, MatrixClient, MatrixClient];
  const [ann, bob, carl] = await Promise.all([
    PeerClient.start("sdk", user),
    PeerClient.start("nio", bobUser),
    PeerClient.start("sdk", carlUser),
  ]);
  const encryption = { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 5 };
  const roomId = await user.createRoom({
    initial_state: [{ type: "m.room.encryption", state_key: "", content: encryption }],
    invite: [bobUser.userId],
  });
  // a device is known to others once its keys are uploaded, which its first answer comes after
  await Promise.all([ann, bob, carl].map((peer) => peer.show(roomId, [])));
  await bobUser.join(roomId);
  await Promise.all([ann.sees(roomId, 2), bob.sees(roomId, 2)]);

  const first = await ann.send(roomId, "m.room.message", text("Hello, Bob: 🔑 grüß dich"));
  await ann.send(roomId, "m.room.message", {
    ...text("* Hello, Bob"),
    "m.new_content": text("Hello, Bob"),
    "m.relates_to": { rel_type: "m.replace", event_id: first },
  });
  // else each makes an Olm session with the other, the key is sent again over the other one, and matrix-nio keeps the later index
  await bob.sees(roomId, 2);
  await bob.send(roomId, "m.room.message", {
    ...text("Hello, Ann"),
    "m.relates_to": { "m.in_reply_to": { event_id: first } },
  });
  const file = await bob.upload(Buffer.from("%PDF-1.7 a plan"), "application/pdf", "plan.pdf");
  const info = { mimetype: "application/pdf", size: 15 };
  await bob.send(roomId, "m.room.message", { msgtype: "m.file", body: "plan.pdf", filename: "plan.pdf", info, file });
  const poll = await ann.send(roomId, "org.matrix.msc3381.poll.start", {
    "org.matrix.msc1767.text": "Lunch?",
    "org.matrix.msc3381.poll.start": {
      kind: "org.matrix.msc3381.poll.disclosed",
      max_selections: 1,
      question: { "org.matrix.msc1767.text": "Lunch?" },
      answers: [
        { id: "yes", "org.matrix.msc1767.text": "Yes" },
        { id: "no", "org.matrix.msc1767.text": "No" },
      ],
    },
  });
  await bob.send(roomId, "org.matrix.msc3381.poll.response", {
    "m.relates_to": { rel_type: "m.reference", event_id: poll },
    "org.matrix.msc3381.poll.response": { answers: ["yes"] },
  });
  await ann.send(roomId, "m.room.message", {
    ...text("in the thread"),
    "m.relates_to": { rel_type: "m.thread", event_id: first },
  });
  for (let i = 1; i <= 7; i++) await ann.send(roomId, "m.room.message", text(`count ${i}`));

  await user.invite(roomId, carlUser.userId);
  await carlUser.join(roomId);
  await Promise.all([ann.sees(roomId, 3), bob.sees(roomId, 3), carl.sees(roomId, 3)]);
  await ann.send(roomId, "m.room.message", text("Welcome, Carl"));
  await bob.send(roomId, "m.room.message", text("Welcome from Bob"));
  await carl.send(roomId, "m.room.message", text("Thank you"));

  return {
    ...{ roomId, user, ann, bob, carl },
    async close() {
      await Promise.all([ann, bob, carl].map((peer) => peer.close()));
    },
  };
}

function text(body: string): JsonObject {
  return { msgtype: "m.text", body };
}
