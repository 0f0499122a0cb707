import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rawZip } from "../unit/bundle/raw-zip.ts";
import { png } from "./pictures.ts";

/**
 * Small exports of other programs, made by hand from the documented structure of each: the same little conversation in all of
 * them, as far as the format can hold it. Ann asks; Bob answers with a formatted reply; Ann edits; Bob reacts; a picture.
 */
export type Form = "element" | "discord" | "slack" | "mattermost" | "telegram";

export const PNG = png(4, [200, 120, 40]);

/** 2023-11-14T22:13:20Z */
export const START = 1_700_000_000_000;
const SECONDS = START / 1000;

/** Writes files into the folder, each below its own path. */
export function writeFiles(folder: string, files: Record<string, string | Buffer | object>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytesOf(content));
  }
  return folder;
}

/** Writes them into a ZIP; gives its path. */
export function writeZip(folder: string, name: string, files: Record<string, string | Buffer | object>): string {
  const entries = Object.entries(files).map(([path, content]) => ({ name: path, data: bytesOf(content) }));
  writeFileSync(join(folder, name), rawZip(entries));
  return join(folder, name);
}

function bytesOf(content: string | Buffer | object): Buffer {
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content, null, 2));
}

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

export const discordExport = {
  guild: { id: "1", name: "Acme", iconUrl: "https://cdn.discordapp.com/icon.png" },
  channel: {
    id: "175928847299117063",
    type: "GuildTextChat",
    categoryId: "2",
    category: "Text",
    name: "tea",
    topic: "All about tea",
  },
  dateRange: { after: null, before: null },
  exportedAt: "2024-01-01T00:00:00+00:00",
  messages: [
    {
      id: "1001",
      type: "Default",
      timestamp: "2023-11-14T22:13:21+00:00",
      timestampEdited: "2023-11-14T22:13:23+00:00",
      callEndedTimestamp: null,
      isPinned: true,
      content: "Who wants **tea**?",
      author: {
        id: "11",
        name: "ann",
        discriminator: "0000",
        nickname: "Ann",
        isBot: false,
        avatarUrl: "tea.json_Files/ann-1A2B3.png",
      },
      attachments: [],
      embeds: [],
      stickers: [],
      reactions: [
        {
          emoji: { id: "", name: "👍", code: "thumbsup", isAnimated: false },
          count: 2,
          users: [{ id: "12", name: "bob", discriminator: "0000", nickname: "Bob", isBot: false }],
        },
      ],
      mentions: [],
    },
    {
      id: "1002",
      type: "Reply",
      timestamp: "2023-11-14T22:13:22+00:00",
      timestampEdited: null,
      isPinned: false,
      content: "Me, <@11>! __Now__ ||please||",
      author: {
        id: "12",
        name: "bob",
        discriminator: "0000",
        nickname: "Bob",
        isBot: false,
        avatarUrl: "https://cdn.discordapp.com/b.png",
      },
      attachments: [
        { id: "31", url: "tea.json_Files\\cup-9F8E7.png", fileName: "cup.png", fileSizeBytes: PNG.length },
        {
          id: "32",
          url: "https://cdn.discordapp.com/attachments/1/32/menu.pdf?ex=1&hm=2",
          fileName: "menu.pdf",
          fileSizeBytes: 9,
        },
      ],
      embeds: [],
      stickers: [],
      reactions: [],
      mentions: [{ id: "11", name: "ann", discriminator: "0000", nickname: "Ann", isBot: false }],
      reference: { messageId: "1001", channelId: "175928847299117063", guildId: "1" },
    },
    {
      id: "1003",
      type: "Default",
      timestamp: "2023-11-14T22:13:24+00:00",
      content: "",
      author: { id: "13", name: "kettle", discriminator: "0001", nickname: "kettle", isBot: true, avatarUrl: "" },
      attachments: [],
      components: [{ type: "ActionRow", components: [{ type: "Button", style: "Primary", label: "More" }] }],
      embeds: [
        {
          title: "Boiled",
          url: "",
          description: "at 100 °C",
          author: { name: "The kettle", url: null },
          image: { url: "tea.json_Files/cup-9F8E7.png", canonicalUrl: "https://tea.example/steam.png?w=1" },
          images: [{ url: "tea.json_Files/cup-9F8E7.png", canonicalUrl: "https://tea.example/steam.png?w=1" }],
          footer: { text: "since 1990" },
          fields: [],
        },
      ],
      stickers: [],
      reactions: [],
      mentions: [],
    },
    {
      id: "1004",
      type: "Default",
      timestamp: "2023-11-14T22:13:25+00:00",
      content: "",
      author: { id: "12", name: "bob", discriminator: "0000", nickname: "Bob", isBot: false, avatarUrl: "" },
      attachments: [],
      embeds: [],
      stickers: [],
      reactions: [],
      mentions: [],
      reference: { type: "Forward", messageId: "77", channelId: "5", guildId: "1" },
      forwardedMessage: { content: "Tea **rules**", attachments: [], embeds: [], stickers: [] },
    },
  ],
  messageCount: 4,
};

export const slackFiles: Record<string, object> = {
  "users.json": [
    {
      id: "U0ANN",
      team_id: "T1",
      name: "ann",
      deleted: false,
      profile: { real_name: "Ann Archer", display_name: "Ann" },
    },
    { id: "U0BOB", team_id: "T1", name: "bob", deleted: false, profile: { real_name: "Bob Baker", display_name: "" } },
  ],
  "channels.json": [
    {
      id: "C0TEA",
      name: "tea",
      created: SECONDS - 100,
      creator: "U0ANN",
      is_archived: false,
      members: ["U0ANN", "U0BOB"],
      topic: { value: "All about tea", creator: "U0ANN", last_set: SECONDS },
      purpose: { value: "", creator: "", last_set: 0 },
    },
    { id: "C0HUSH", name: "hush", created: SECONDS - 100, creator: "U0ANN", members: ["U0ANN"] },
  ],
  "dms.json": [{ id: "D0AB", created: SECONDS, members: ["U0ANN", "U0BOB"] }],
  "tea/2023-11-14.json": [
    {
      type: "message",
      subtype: "channel_join",
      user: "U0BOB",
      text: "<@U0BOB> has joined the channel",
      ts: `${SECONDS}.000100`,
    },
    {
      client_msg_id: "a",
      type: "message",
      user: "U0ANN",
      text: "Who wants *tea*, <@U0BOB>? :tea:\n&gt; ask <https://tea.example/menu|the menu> &amp; <!here>",
      ts: `${SECONDS + 1}.000200`,
      thread_ts: `${SECONDS + 1}.000200`,
      edited: { user: "U0ANN", ts: `${SECONDS + 3}.000000` },
      reactions: [{ name: "+1::skin-tone-3", users: ["U0BOB"], count: 2 }],
      pinned_to: ["C0TEA"],
    },
  ],
  "tea/2023-11-15.json": [
    {
      type: "message",
      user: "U0BOB",
      text: "Me! `now`",
      ts: `${SECONDS + 90_000}.000300`,
      thread_ts: `${SECONDS + 1}.000200`,
      files: [
        {
          id: "F1",
          name: "menu.pdf",
          mimetype: "application/pdf",
          url_private: "https://files.slack.com/menu.pdf?t=xoxe-secret",
          permalink: "https://acme.slack.com/files/U0BOB/F1/menu.pdf",
        },
      ],
    },
    {
      type: "message",
      subtype: "tombstone",
      user: "USLACKBOT",
      text: "This message was deleted.",
      ts: `${SECONDS + 90_001}.000400`,
    },
    {
      type: "message",
      subtype: "bot_message",
      bot_id: "B1",
      username: "kettle",
      text: "",
      attachments: [{ fallback: "boiled", text: "It has *boiled*" }],
      ts: `${SECONDS + 90_002}.000500`,
    },
  ],
  "D0AB/2023-11-14.json": [{ type: "message", user: "U0BOB", text: "psst", ts: `${SECONDS + 5}.000100` }],
};

const mattermostLines = [
  { type: "version", version: 1 },
  { type: "team", team: { name: "acme", display_name: "Acme", type: "O" } },
  {
    type: "channel",
    channel: { team: "acme", name: "tea", display_name: "Tea", type: "O", header: "All about tea", purpose: "" },
  },
  {
    type: "channel",
    channel: { team: "acme", name: "hush", display_name: "Hush", type: "P", header: "", purpose: "" },
  },
  {
    type: "user",
    user: { username: "ann", email: "ann@acme.test", nickname: "Ann", profile_image: "profiles/ann.png", teams: [] },
  },
  {
    type: "user",
    user: { username: "bob", email: "bob@acme.test", nickname: "", first_name: "Bob", last_name: "Baker" },
  },
  {
    type: "post",
    post: {
      team: "acme",
      channel: "tea",
      user: "ann",
      message: "Who wants **tea**? :tea:",
      create_at: START + 1000,
      edit_at: START + 3000,
      is_pinned: true,
      reactions: [{ user: "bob", create_at: START + 5000, emoji_name: "+1" }],
      replies: [
        {
          user: "bob",
          message: "Me!",
          create_at: START + 9000,
          attachments: [{ path: "20231114/cup.png" }, { path: "../../etc/passwd" }],
        },
      ],
    },
  },
  {
    type: "post",
    post: { team: "acme", channel: "tea", user: "bob", message: "Later: `a_b`", create_at: START + 6000 },
  },
  { type: "post", post: { team: "acme", channel: "hush", user: "ann", message: "secret", create_at: START + 7000 } },
  { type: "direct_channel", direct_channel: { members: ["bob", "ann"], header: "" } },
  {
    type: "direct_post",
    direct_post: { channel_members: ["ann", "bob"], user: "bob", message: "psst", create_at: START + 8000 },
  },
];

export const telegramExport = {
  name: "Tea",
  type: "private_group",
  id: 4242,
  messages: [
    {
      id: 1,
      type: "service",
      date: "2023-11-14T23:13:20",
      date_unixtime: `${SECONDS}`,
      actor: "Ann",
      actor_id: "user11",
      action: "create_group",
      title: "Tea",
      members: ["Ann", "Bob"],
      text: "",
      text_entities: [],
    },
    {
      id: 2,
      type: "message",
      date: "2023-11-14T23:13:21",
      date_unixtime: `${SECONDS + 1}`,
      edited: "2023-11-14T23:13:23",
      edited_unixtime: `${SECONDS + 3}`,
      from: "Ann",
      from_id: "user11",
      text: ["Who wants ", { type: "bold", text: "tea" }, "?"],
      text_entities: [
        { type: "plain", text: "Who wants " },
        { type: "bold", text: "tea" },
        { type: "plain", text: "?" },
      ],
      reactions: [
        {
          type: "emoji",
          count: 3,
          emoji: "👍",
          recent: [{ from: "Bob", from_id: "user12", date: "2023-11-14T23:14:00" }],
        },
      ],
    },
    {
      id: 3,
      type: "message",
      date: "2023-11-14T23:13:22",
      date_unixtime: `${SECONDS + 2}`,
      from: "Bob",
      from_id: "user12",
      reply_to_message_id: 2,
      photo: "photos/cup.png",
      width: 1,
      height: 1,
      text: "Me!",
      text_entities: [{ type: "plain", text: "Me!" }],
    },
    {
      id: 4,
      type: "message",
      date: "2023-11-14T23:13:24",
      date_unixtime: `${SECONDS + 4}`,
      from: "Bob",
      from_id: "user12",
      forwarded_from: "Eve",
      file: "(File not included. Change data exporting settings to download.)",
      media_type: "voice_message",
      mime_type: "audio/ogg",
      duration_seconds: 3,
      text: "",
      text_entities: [],
    },
    {
      id: 5,
      type: "message",
      date: "2023-11-14T23:13:25",
      date_unixtime: `${SECONDS + 5}`,
      from: "Ann",
      from_id: "user11",
      poll: {
        question: "Green or black?",
        closed: true,
        total_voters: 3,
        answers: [
          { text: "Green", voters: 2, chosen: false },
          { text: "Black", voters: 1, chosen: true },
        ],
      },
      text: "",
      text_entities: [],
    },
    {
      id: 6,
      type: "service",
      date: "2023-11-14T23:13:26",
      date_unixtime: `${SECONDS + 6}`,
      actor: "Bob",
      actor_id: "user12",
      action: "pin_message",
      message_id: 2,
      text: "",
      text_entities: [],
    },
    {
      id: 7,
      type: "message",
      date: "2023-11-14T23:13:27",
      date_unixtime: `${SECONDS + 7}`,
      from: "Ann",
      from_id: "user11",
      place_name: "Tea house",
      address: "Green Lane 1",
      location_information: { latitude: 55.7558, longitude: -0.0000004 },
      text: "",
      text_entities: [],
    },
  ],
};

/** Writes the export of that form; gives what to name as its input, and the channel to choose. */
export function writeExport(form: Form, folder: string): { input: string; channel?: string } {
  switch (form) {
    case "element": {
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
    case "discord":
      writeFiles(folder, {
        "tea.json": discordExport,
        "tea.json_Files/cup-9F8E7.png": PNG,
        "tea.json_Files/ann-1A2B3.png": PNG,
      });
      return { input: join(folder, "tea.json") };
    case "slack":
      return { input: writeZip(folder, "slack.zip", slackFiles), channel: "tea" };
    case "mattermost": {
      const lines = mattermostLines.map((line) => `${JSON.stringify(line)}\n`).join("");
      const files = { "import.jsonl": lines, "data/20231114/cup.png": PNG, "data/profiles/ann.png": PNG };
      return { input: writeZip(folder, "mattermost.zip", files), channel: "acme/tea" };
    }
    case "telegram":
      return {
        input: writeFiles(join(folder, "ChatExport_2023-11-15"), {
          "result.json": telegramExport,
          "photos/cup.png": PNG,
        }),
      };
  }
}
