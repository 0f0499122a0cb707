import { z } from "zod";

/** What a Slack workspace export holds, as far as it is read here. */
const text = z.string().nullish();

export const USER = z.object({
  id: z.string(),
  name: text,
  real_name: text,
  profile: z.object({ display_name: text, real_name: text }).nullish(),
});

export const CHANNEL = z.object({
  id: z.string(),
  name: text,
  created: z.number().nullish(),
  creator: text,
  members: z.array(z.string()).nullish(),
  topic: z.object({ value: text }).nullish(),
  purpose: z.object({ value: text }).nullish(),
});
export type SlackChannel = z.infer<typeof CHANNEL>;

const file = z.object({
  id: z.string(),
  name: text,
  title: text,
  mode: text,
  permalink: text,
});

const attachment = z.object({
  fallback: text,
  pretext: text,
  title: text,
  text: text,
  from_url: text,
  fields: z.array(z.object({ title: text, value: text })).nullish(),
});
export type SlackAttachment = z.infer<typeof attachment>;

export const MESSAGE = z.object({
  type: text,
  subtype: text,
  ts: z.string().regex(/^\d{1,11}\.\d{1,9}$/),
  thread_ts: text,
  user: text,
  bot_id: text,
  username: text,
  user_profile: z.object({ display_name: text, real_name: text }).nullish(),
  bot_profile: z.object({ name: text }).nullish(),
  text: text,
  topic: text,
  name: text,
  edited: z.object({ ts: z.string() }).nullish(),
  files: z.array(file).nullish(),
  file: file.nullish(),
  attachments: z.array(attachment).nullish(),
  blocks: z.array(z.unknown()).nullish(),
  reactions: z.array(z.object({ name: z.string(), users: z.array(z.string()), count: z.number().nullish() })).nullish(),
  pinned_to: z.array(z.string()).nullish(),
});
export type SlackMessage = z.infer<typeof MESSAGE>;
export type SlackFile = z.infer<typeof file>;
