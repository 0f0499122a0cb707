import { z } from "zod";

/** What DiscordChatExporter writes (its JSON format), as far as it is read here. */
const text = z.string().nullish();
const user = z.object({ id: z.string(), name: text, nickname: text, isBot: z.boolean().nullish(), avatarUrl: text });

export const GUILD = z.object({ id: z.string(), name: text });
export const CHANNEL = z.object({ id: z.string(), type: text, name: text, topic: text });
export const DATE_RANGE = z.object({ after: text, before: text });

const asset = z.object({ url: text, canonicalUrl: text }).nullish();

const embed = z.object({
  title: text,
  url: text,
  description: text,
  fields: z.array(z.object({ name: text, value: text })).nullish(),
  author: z.object({ name: text, iconUrl: text }).nullish(),
  footer: z.object({ text, iconUrl: text }).nullish(),
  thumbnail: asset,
  image: asset,
  images: z.array(asset).nullish(),
  video: asset,
});
export type DiscordEmbed = z.infer<typeof embed>;
export type DiscordAsset = NonNullable<z.infer<typeof asset>>;

/** What a message says itself, and what one that it forwards said. */
const words = z.object({
  content: text,
  attachments: z.array(z.object({ id: z.string(), url: z.string(), fileName: z.string() })).nullish(),
  embeds: z.array(embed).nullish(),
  stickers: z.array(z.object({ id: z.string(), name: z.string(), sourceUrl: text })).nullish(),
});
export type DiscordWords = z.infer<typeof words>;

export const MESSAGE = words.extend({
  id: z.string().min(1),
  type: z.string().nullish(),
  timestamp: z.string(),
  timestampEdited: text,
  isPinned: z.boolean().nullish(),
  author: user,
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
  reference: z.object({ type: text, messageId: text, channelId: text }).nullish(),
  forwardedMessage: words.nullish(),
  components: z.array(z.unknown()).nullish(),
  interaction: z.unknown().optional(),
});
export type DiscordMessage = z.infer<typeof MESSAGE>;
export type DiscordUser = z.infer<typeof user>;
