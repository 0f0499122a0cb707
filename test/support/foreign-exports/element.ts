import { PNG, START, writeZip } from "./files.ts";

export const elementEvents = [
  {
    type: "m.room.member",
    state_key: "@ann:acme.test",
    sender: "@ann:acme.test",
    event_id: "$ann-joins",
    origin_server_ts: START,
    room_id: "!tea:acme.test",
    content: { membership: "join", displayname: "Ann", avatar_url: "mxc://acme.test/ann" },
  },
  {
    type: "m.room.message",
    sender: "@ann:acme.test",
    event_id: "$question",
    origin_server_ts: START + 1000,
    room_id: "!tea:acme.test",
    content: { msgtype: "m.text", body: "Who wants *tea*?" },
    unsigned: {
      age: 5,
      "m.relations": {
        "m.replace": {
          type: "m.room.message",
          sender: "@ann:acme.test",
          event_id: "$edit",
          origin_server_ts: START + 3000,
          content: {
            msgtype: "m.text",
            body: "* Who wants *tea*?",
            "m.new_content": { msgtype: "m.text", body: "Who wants *tea*?" },
            "m.relates_to": { rel_type: "m.replace", event_id: "$question" },
          },
        },
      },
    },
  },
  {
    type: "m.room.message",
    sender: "@bob:far.test",
    event_id: "$answer",
    origin_server_ts: START + 2000,
    room_id: "!tea:acme.test",
    content: {
      msgtype: "m.text",
      body: "Me!",
      "m.relates_to": { "m.in_reply_to": { event_id: "$question" } },
    },
  },
  {
    type: "m.room.message",
    sender: "@bob:far.test",
    event_id: "$picture",
    origin_server_ts: START + 4000,
    room_id: "!tea:acme.test",
    content: {
      msgtype: "m.image",
      body: "cup.png",
      file: { url: "mxc://far.test/cup", key: {}, iv: "", hashes: {}, v: "v2" },
      info: { size: PNG.length, mimetype: "image/png" },
    },
  },
  {
    type: "m.room.message",
    sender: "@ann:acme.test",
    event_id: "$gone",
    origin_server_ts: START + 5000,
    room_id: "!tea:acme.test",
    content: {},
    unsigned: {
      redacted_because: {
        type: "m.room.redaction",
        sender: "@ann:acme.test",
        event_id: "$redaction",
        origin_server_ts: START + 6000,
        content: { redacts: "$gone", reason: "typo" },
      },
    },
  },
];

/** Writes the sample; gives what to name as its input, and the channel to choose. */
export function writeElement(folder: string): { input: string; channel?: string } {
  const document = {
    room_name: "Tea",
    room_creator: "Ann",
    topic: "All about tea",
    export_date: "14/11/2023",
    exported_by: "Ann",
    messages: elementEvents,
  };
  const top = "matrix - Tea - Chat Export - 2023-11-15T00-00-00.000Z";
  const input = writeZip(folder, "element.zip", {
    [`${top}/images/cup-14-11-2023 at 23-13-24.png`]: PNG,
    [`${top}/export.json`]: document,
  });
  return { input };
}
