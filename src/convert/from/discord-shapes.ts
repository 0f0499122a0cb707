import { z } from "zod";

/** What DiscordChatExporter writes (its JSON format), as far as it is read here. */
const text = z.string().nullish();
const user = z.object({ id: z.string(), name: text, nickname: text, isBot: z.boolean().nullish(), avatarUrl: text });

export const GUILD = z.object({ id: z.string(), name: text });
export const CHANNEL = z.object({ id: z.string(), type: text, name: text, topic: text });
export const DATE_RANGE = z.object({ after: text, before: text });

const embed = z.object({
  title: text,
  url: text,
  description: text,
  fields: z.array(z.object({ name: text, value: text })).nullish(),
});
export type DiscordEmbed = z.infer<typeof embed>;

export const MESSAGE = z.object({
  id: z.string().min(1),
  type: z.string().nullish(),
  timestamp: z.string(),
  timestampEdited: text,
  isPinned: z.boolean().nullish(),
  content: text,
  author: user,
  attachments: z.array(z.object({ id: z.string(), url: z.string(), fileName: z.string() })).nullish(),
  embeds: z.array(embed).nullish(),
  stickers: z.array(z.object({ id: z.string(), name: z.string(), sourceUrl: text })).nullish(),
  reactions: z
    .array(
      z.object({
        emoji: z.object({ id: text, name: z.string() }),
        count: z.number(),
        users: z.array(user).nullish(),
      }),
    )
    .nullish(),
  mentions: z.array(user).nullish(),
  reference: z.object({ messageId: text, channelId: text }).nullish(),
});
export type DiscordMessage = z.infer<typeof MESSAGE>;
export type DiscordUser = z.infer<typeof user>;
