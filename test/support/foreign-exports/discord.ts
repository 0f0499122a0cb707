import { join } from "node:path";
import { PNG, writeFiles } from "./files.ts";

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

/** Writes the sample; gives what to name as its input, and the channel to choose. */
export function writeDiscord(folder: string): { input: string; channel?: string } {
  writeFiles(folder, {
    "tea.json": discordExport,
    "tea.json_Files/cup-9F8E7.png": PNG,
    "tea.json_Files/ann-1A2B3.png": PNG,
  });
  return { input: join(folder, "tea.json") };
}
