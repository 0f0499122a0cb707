/** A message of DiscordChatExporter. */
export function message(id: number, content: string, more: object = {}): object {
  return {
    id: String(1_210_000_000_000_000_000n + BigInt(id)),
    type: "Default",
    timestamp: "2024-03-04T12:00:00.000+00:00",
    timestampEdited: null,
    isPinned: false,
    content,
    author: author("1", "mia"),
    attachments: [],
    embeds: [],
    stickers: [],
    reactions: [],
    mentions: [],
    ...more,
  };
}

export function author(id: string, name: string, more: object = {}): object {
  return {
    id,
    name,
    discriminator: "0000",
    nickname: name,
    isBot: false,
    avatarUrl: "https://cdn.discordapp.com/0.png",
    ...more,
  };
}

export function channel(messages: readonly unknown[], about: object = {}): object {
  return {
    guild: { id: "7", name: "Kitchen" },
    channel: { id: "100", type: "GuildTextChat", category: "Rooms", name: "soup", topic: null, ...about },
    dateRange: { after: null, before: null },
    exportedAt: "2024-04-01T10:00:00+00:00",
    messages,
    messageCount: messages.length,
  };
}
