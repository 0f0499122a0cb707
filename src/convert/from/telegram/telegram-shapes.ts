import { z } from "zod";

/** What Telegram Desktop writes ("Export chat history", JSON), as far as it is read here. */
const text = z.string().nullish();
const id = z.union([z.string(), z.number()]);
const part = z.object({
  type: z.string(),
  text: z.string(),
  href: z.string().optional(),
  language: z.string().optional(),
});

export const CHAT_NAME = z.string();
export const CHAT_ID = id;

export const MESSAGE = z.object({
  id: z.number().int(),
  type: z.string(),
  date: text,
  date_unixtime: id.nullish(),
  edited: text,
  edited_unixtime: id.nullish(),
  from: text,
  from_id: id.nullish(),
  actor: text,
  actor_id: id.nullish(),
  action: text,
  title: text,
  members: z.array(z.string().nullable()).nullish(),
  message_id: z.number().nullish(),
  forwarded_from: text,
  reply_to_message_id: z.number().nullish(),
  reply_to_peer_id: id.nullish(),
  text: z.union([z.string(), z.array(z.union([z.string(), part]))]).nullish(),
  text_entities: z.array(part).nullish(),
  photo: text,
  file: text,
  file_name: text,
  media_type: text,
  mime_type: text,
  width: z.number().nullish(),
  height: z.number().nullish(),
  duration_seconds: z.number().nullish(),
  sticker_emoji: text,
  contact_information: z.object({ first_name: text, last_name: text, phone_number: text }).nullish(),
  contact_vcard: text,
  location_information: z.object({ latitude: z.number(), longitude: z.number() }).nullish(),
  place_name: text,
  address: text,
  game_title: text,
  game_link: text,
  invoice_information: z.object({ title: text, description: text }).nullish(),
  poll: z
    .object({
      question: z.string(),
      closed: z.boolean().nullish(),
      total_voters: z.number().nullish(),
      answers: z.array(z.object({ text: z.string(), voters: z.number() })),
    })
    .nullish(),
  reactions: z
    .array(
      z.object({
        type: text,
        count: z.number(),
        emoji: text,
        document_id: text,
        recent: z.array(z.object({ from: text, from_id: id.nullish(), date: text })).nullish(),
      }),
    )
    .nullish(),
  inline_bot_buttons: z.unknown().optional(),
  via_bot: text,
  author: text,
});
export type TelegramMessage = z.infer<typeof MESSAGE>;
